"""Samples as tensors, batch by batch, and a module that is only looked at."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.errors import InvalidType, InvalidValue, check_count

BATCH_SIZE = 256


class Probe:
    """The samples by which a module is looked at, in batches of the module's own dtype and device.

    Parameters
    ----------
    samples : array_like, pair (x, y) or netsparse.datasets.Samples
        Inputs, one a row, of any shape that the module takes; with their classes where a loss is asked for.
    batch_size : int
    """

    def __init__(self, samples, batch_size: int = BATCH_SIZE):
        has_classes = isinstance(samples, tuple) and len(samples) >= 2
        self.x = read_only(samples[0] if has_classes else samples)
        self.y = read_only(samples[1]).long() if has_classes else None
        self.batch_size = check_count("batch_size", batch_size, at_least=1)
        if self.x.ndim < 1 or not len(self.x):
            raise InvalidValue("probe must hold one sample at least", parameter="probe")
        if self.y is not None and self.y.shape != self.x.shape[:1]:
            raise InvalidValue(
                f"probe must have one class for each of {len(self.x)} samples, got {tuple(self.y.shape)}",
                parameter="probe",
            )

    def __len__(self) -> int:
        return len(self.x)

    def inputs(self, model: nn.Module) -> Iterator[Tensor]:
        """Yield the inputs, batch by batch."""
        like = next(model.parameters())
        for batch in self.x.split(self.batch_size):
            yield batch.to(like.device, like.dtype)

    def labelled(self, model: nn.Module) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield inputs and classes, batch by batch."""
        if self.y is None:
            raise InvalidType("probe must hold the classes too, a pair (x, y), for gradients", parameter="probe")
        for x, y in zip(self.inputs(model), self.y.split(self.batch_size), strict=True):
            yield x, y.to(x.device)


def read_only(values) -> Tensor:
    """Return a tensor on the memory of an array, also of one that cannot be written: samples are only read here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable", UserWarning)
        return torch.as_tensor(np.asarray(values))


@contextmanager
def looked_at(model: nn.Module) -> Iterator[None]:
    """Put a module into evaluation mode, so that no batch sees another one and nothing drops out, and back again."""
    training = {part: part.training for part in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for part, mode in training.items():
            part.training = mode


@contextmanager
def torch_threads(n: int) -> Iterator[None]:
    """Let torch use n threads, and afterwards as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)
