"""The checked data and schedule of one epoch, cut into chunks of steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import LayeredNetwork
from netsparse.graph.fitting import fitting_inputs, fitting_labels

_CHUNK = 100  # steps between two reports of progress, some hundredths of a second


class Chunk(NamedTuple):
    """Steps that an engine takes at one go: the samples of their batches, and a learning rate each."""

    order: np.ndarray
    rates: np.ndarray


class EpochPlan:
    """One epoch's samples, labels, order and learning rates, refused here if they do not fit the network."""

    def __init__(self, network: LayeredNetwork, x, y, order, rates, batch_size: int):
        self.x = fitting_inputs(network, x, finite=False)  # of NaN comes NaN, which the loss tells
        self.y = fitting_labels(network, y, len(self.x))
        self.order = np.ascontiguousarray(order, dtype=np.int64)
        self.batch_size = batch_size
        if self.order.ndim != 1 or self.order.size == 0:
            raise InvalidValue(f"order must be a list of at least one sample, got shape {self.order.shape}")
        if self.order.min() < 0 or self.order.max() >= len(self.x):
            raise InvalidValue(f"order must name samples 0 to {len(self.x) - 1}")
        self.rates = _checked_rates(rates, self.n_steps, network.dtype)

    @property
    def n_steps(self) -> int:
        return -(-self.order.size // self.batch_size)

    def chunks(self) -> Iterator[Chunk]:
        for first in range(0, self.n_steps, _CHUNK):
            rates = self.rates[first : first + _CHUNK]
            start = first * self.batch_size
            yield Chunk(self.order[start : start + rates.size * self.batch_size], rates)


def _checked_rates(rates, n_steps: int, dtype: np.dtype) -> np.ndarray:
    rates = np.asarray(rates, dtype=dtype)
    if rates.ndim == 0:
        rates = np.full(n_steps, rates)
    if rates.shape != (n_steps,):
        raise InvalidValue(f"learning_rates must be one number or one per step, ({n_steps},), got {rates.shape}")
    if not (np.isfinite(rates).all() and (rates >= 0).all()):
        raise InvalidValue("learning_rates must be finite and not negative")
    return np.ascontiguousarray(rates)


def check_state(state: dict[str, np.ndarray], own: dict[str, np.ndarray]) -> None:
    """Raise a ValueError unless a state has the arrays that an engine's own state has, of the same shapes."""
    found, expected = ({name: array.shape for name, array in s.items()} for s in (state, own))
    if found != expected:
        raise InvalidValue(f"the state holds arrays of shapes {found}, but this network's are {expected}")
