"""Whole numbers of links: shares of a count, and a count shared among layers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netsparse.errors import InvalidValue


def floor_share(share: float, n: int) -> int:
    """Return the floor of a share of n, of the number that is meant: 0.29 x 100 is 28.999999999999996, and 29.

    >>> floor_share(0.29, 100), floor_share(0.295, 100)
    (29, 29)
    """
    return int(np.floor(share * n + 1e-9))


def allotted(n: int, weights: Sequence[float], capacities: Sequence[int]) -> np.ndarray:
    """Return whole numbers that sum to n, in proportion to weights, none above its capacity; largest remainders first.

    What exceeds a capacity goes to the others; where weights leave no room, to those of weight 0.

    Raises
    ------
    ValueError
        If n is more than all capacities together.

    Examples
    --------
    >>> allotted(10, [1, 1, 2], [100, 1, 100])
    array([3, 1, 6])
    """
    weights, capacities = np.asarray(weights, dtype=float), np.asarray(capacities, dtype=np.int64)
    if n > capacities.sum():
        raise InvalidValue(f"{n} links do not fit into layers with room for {capacities.sum()}")
    exact = _within_capacities(n, weights, capacities.astype(float))
    counts = np.floor(exact + 1e-9).astype(np.int64)
    largest = np.argsort(counts - exact, kind="stable")[: n - counts.sum()]
    counts[largest] += 1
    return counts


def _within_capacities(n: int, weights: np.ndarray, capacities: np.ndarray) -> np.ndarray:
    """Return shares of n in proportion to weights, those that would exceed their capacity cut to it."""
    shares, full = np.zeros(weights.size), np.zeros(weights.size, dtype=bool)
    while n - shares[full].sum() > 1e-9:
        left = np.where(full, 0.0, weights)
        if not left.any():
            left = np.where(full, 0.0, capacities)
        shares = np.where(full, capacities, (n - capacities[full].sum()) * left / left.sum())
        over = (shares > capacities) & ~full
        if not over.any():
            break
        full |= over
        shares = np.minimum(shares, capacities)
    return shares
