"""What the machine allows: multiply-adds in registers, and reads of rows from the cache, one core.

An epoch makes three multiply-adds a link and sample, and reads a row of signals and a row of deltas a link and batch.
No program over links that keeps them neurons x samples can be faster than the slower of the two.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from netsparse.kernels.compile import compiled
from netsparse.kernels.rows import empty_rows
from netsparse.kernels.vector import filled, load, multiply_add, total_of

_LANES = 64
_NEURONS = 1000  # rows of 64 float32, 256 KB: a layer of the paper's network
_READS = 10_000
_REPEATS = 300


class Limit(NamedTuple):
    """Multiply-adds, and bytes read from the cache, a second."""

    multiply_adds: float
    bytes_read: float

    def epoch(self, links: int, samples: int) -> float:
        """Return the least seconds of an epoch of float32."""
        return links * samples * max(3 / self.multiply_adds, 2 * 4 / self.bytes_read)


def measure() -> Limit:
    """Return the limits of this machine, the best of many short runs."""
    rng = np.random.default_rng(0)
    rows, order = empty_rows((_NEURONS, _LANES), np.float32), rng.integers(0, _NEURONS, _READS)
    rows[:] = rng.random(rows.shape)
    reads = _READS * _LANES
    return Limit(
        reads / _fastest(lambda: _multiply_adds(rows, _READS)),
        reads * rows.itemsize / _fastest(lambda: _gather(rows, order)),
    )


def _fastest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


@compiled()
def _multiply_adds(rows, n):
    total, factor = load(rows, 0, 0, 64), rows[0, 0]
    for _ in range(n):
        total = multiply_add(factor, total, total)
    return total_of(total)


@compiled()
def _gather(rows, order):
    total = filled(rows[0, 0], 64)
    for k in range(order.size):
        total = multiply_add(rows[0, 0], load(rows, order[k], 0, 64), total)
    return total_of(total)
