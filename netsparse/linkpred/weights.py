"""What an intermediate node contributes to a path: a function of its internal degree i and its degree d.

On a path u - a - b - v of a layer, the internal degree of a is its number of links to rows linked to v, and that of b
its number of links to columns linked to u. The external degree is what is left, the path's own link to u or v aside:
``1 + e = d - i``, always at least 1. A path's weight is the product of the factors of a and of b.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Weight = Callable[[np.ndarray, np.ndarray], np.ndarray]


def count(internal: np.ndarray, degree: np.ndarray) -> np.ndarray:
    """L3: every path counts 1."""
    return np.ones(degree.shape)


def resource_allocation(internal: np.ndarray, degree: np.ndarray) -> np.ndarray:
    """RA-L3: 1 / sqrt(d)."""
    return 1 / np.sqrt(degree)


def cannistraci_hebb_3(internal: np.ndarray, degree: np.ndarray) -> np.ndarray:
    """CH3-L3: 1 / sqrt(1 + e)."""
    return 1 / np.sqrt(degree - internal)


def tabulate(weight: Weight, degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tabulate `weight` for all degrees that occur, so that kernels look it up and methods need no kernel.

    Returns
    -------
    first : numpy.ndarray of int64, shape (largest degree + 1,)
        Where the entries of a degree start: a node's factor is ``table[first[degree] + internal degree]``.
    table : numpy.ndarray of float64
        For each degree d that occurs, the factors for i = 0, ..., d. The last is 0: with i = d the two ends of
        every path are linked. At most nodes + links entries.
    """
    occurs = np.bincount(degrees) > 0
    ends = np.cumsum(occurs * np.arange(1, occurs.size + 1))
    first = ends - np.arange(1, occurs.size + 1)
    distinct = np.flatnonzero(occurs)
    degree = np.repeat(distinct, distinct + 1)
    internal = np.arange(degree.size) - first[degree]
    table = np.zeros(degree.size)
    inside = internal < degree
    table[inside] = weight(internal[inside], degree[inside])
    return first, table
