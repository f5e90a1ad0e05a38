"""The checked data and schedule of one epoch, cut into chunks of steps; and what is measured after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import LayeredNetwork
from netsparse.graph.gradient import checked_labels

_CHUNK = 100  # steps between two reports of progress, some hundredths of a second


class Chunk(NamedTuple):
    """Steps that an engine takes at one go: the samples of their batches, and a learning rate each."""

    order: np.ndarray
    rates: np.ndarray


class EpochPlan:
    """One epoch's samples, labels, order and learning rates, refused here if they do not fit the network."""

    def __init__(self, network: LayeredNetwork, x, y, order, rates, batch_size: int):
        self.x, self.y = checked_data(network, x, y)
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


def checked_data(network: LayeredNetwork, x, y) -> tuple[np.ndarray, np.ndarray]:
    """Return samples of the network's dtype and int64 labels, or raise a ValueError if they do not fit it."""
    x = np.ascontiguousarray(x, dtype=network.dtype)
    if x.ndim != 2 or x.shape[1] != network.sizes[0]:
        raise InvalidValue(f"x must have shape (samples, {network.sizes[0]}) to fit the network, got {x.shape}")
    return x, checked_labels(network, y, len(x))


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


def evaluate(network: LayeredNetwork, x, y) -> tuple[float, float]:
    """Return the mean cross-entropy and the accuracy of a network; NaN where its weights have diverged."""
    x, y = checked_data(network, x, y)
    logits = network.forward(x).astype(np.float64)
    top = logits.max(axis=1)
    losses = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top - logits[np.arange(len(y)), y]
    return float(losses.mean()), float((logits.argmax(axis=1) == y).mean())
