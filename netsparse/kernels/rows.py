"""Memory for signals and deltas, neurons x samples."""

from __future__ import annotations

import numpy as np

_LINE = 64  # bytes: a row that begins at a cache line is read in as few of them as can be
_NEAR = 16 * 2**20  # bytes of signals; the caches of a processor hold about as much
_MOST = 2**26  # bytes


def samples_at_once(n_neurons: int, itemsize: int, most: int) -> int:
    """Return how many samples pass through a network together: half of `most` where their signals fill the caches.

    And fewer where they would fill the memory.
    """
    if most * n_neurons * itemsize > _NEAR:
        most //= 2
    return max(1, min(most, _MOST // (n_neurons * itemsize)))


def empty_rows(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Return an array of zeros whose first element is at the start of a cache line."""
    n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(n_bytes + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + n_bytes].view(dtype).reshape(shape)
