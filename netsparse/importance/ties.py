"""Sorting with ties broken at random: what attacks, rewiring and pruning share."""

from __future__ import annotations

import numpy as np


def argsort(values: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Return the positions of `values` from smallest to largest, equal values in random order.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.importance.ties import argsort
    >>> argsort(np.array([2.0, 1.0, 3.0]), rng=np.random.default_rng(0))
    array([1, 0, 2])
    """
    shuffled = rng.permutation(values.size)
    return shuffled[np.argsort(values[shuffled], kind="stable")]


def smallest(values: np.ndarray, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return the positions of the `n` smallest values, ascending; among equal ones at the cut, at random.

    Notes
    -----
    O(size), by partition: the first `n` of :func:`argsort` as a set, without the sort.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.importance.ties import smallest
    >>> smallest(np.array([2.0, 1.0, 3.0, 0.0]), 2, rng=np.random.default_rng(0))
    array([1, 3])
    """
    if n == 0:
        return np.empty(0, dtype=np.int64)
    cut = np.partition(values, n - 1)[n - 1]
    below = np.flatnonzero(values < cut)
    at_cut = rng.choice(np.flatnonzero(values == cut), n - below.size, replace=False, shuffle=False)
    return np.sort(np.concatenate([below, at_cut]))
