"""Degrees of one side of a layer, their sum exact."""

from __future__ import annotations

import numpy as np

from netsparse.registry import Registry


def fixed(size: int, n: int, most: int, *, rng: np.random.Generator) -> np.ndarray:
    """All nodes have the mean degree, rounded down or up, at random."""
    degrees = np.full(size, n // size)
    degrees[rng.permutation(size)[: n % size]] += 1
    return degrees


def scattered(size: int, n: int, most: int, *, rng: np.random.Generator) -> np.ndarray:
    """Every node has one link, if there are so many, and the rest is thrown onto nodes at random."""
    degrees = np.zeros(size, dtype=np.int64)
    degrees[rng.permutation(size)[: min(n, size)]] = 1
    while (left := n - degrees.sum()) > 0:
        room = np.flatnonzero(degrees < most)
        degrees += np.bincount(rng.choice(room, left), minlength=size)
        np.minimum(degrees, most, out=degrees)
    return degrees


DEGREES: Registry = Registry("distribution of degrees", {"fixed": fixed, "uniform": scattered})
"""Functions ``(size, n, most, *, rng) -> degrees`` of `size` nodes, none above `most`, that sum to `n`."""
