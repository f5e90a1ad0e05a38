"""Links drawn uniformly at random."""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue, check_count
from netsparse.graph import BipartiteLayer, as_layer
from netsparse.graph.door import LayerLike
from netsparse.graph.keys import check_shape, from_keys, layer_keys


def random_links(
    shape: tuple[int, int], n: int, *, absent_from: LayerLike | None = None, rng=None
) -> tuple[np.ndarray, np.ndarray]:
    """Draw exactly `n` distinct (row, column) pairs, every set of `n` pairs equally likely.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the layer.
    n : int
        How many pairs.
    absent_from : BipartiteLayer, optional
        Draw among the non-links of this layer, or of what :func:`netsparse.graph.as_layer` takes, only.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        In CSR order: by row, then by column.

    Raises
    ------
    ValueError
        If there are fewer than `n` pairs to draw from, or the layer's shape differs from `shape`.

    Notes
    -----
    O(n log n) time and O(n) memory whatever the shape; with `absent_from`, plus O(links).

    Examples
    --------
    >>> from netsparse.generate import random_links
    >>> rows, columns = random_links((10**6, 10**6), 5, rng=0)
    >>> rows.size, bool((rows[:-1] <= rows[1:]).all())
    (5, True)
    """
    shape = (check_count("rows", shape[0], at_least=1), check_count("columns", shape[1], at_least=1))
    check_shape(shape)
    n = check_count("n", n)
    rng = np.random.default_rng(rng)
    taken = _taken_keys(None if absent_from is None else as_layer(absent_from), shape)
    candidates = shape[0] * shape[1] - taken.size
    if n > candidates:
        kind = "pairs" if absent_from is None else "non-links"
        raise InvalidValue(
            f"cannot draw {n} distinct links: a layer of {shape[0]} x {shape[1]} has {candidates} {kind}"
        )
    return from_keys(_skip(taken, _distinct_integers(candidates, n, rng)), shape)


def _taken_keys(layer: BipartiteLayer | None, shape: tuple[int, int]) -> np.ndarray:
    if layer is None:
        return np.empty(0, dtype=np.int64)
    if layer.shape != shape:
        raise InvalidValue(f"absent_from is a layer of shape {layer.shape}, not {shape}")
    return layer_keys(layer)


def _skip(taken: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Return the free keys of the given ranks: rank r is the r-th smallest key that is not taken.

    Before taken key i lie ``taken[i] - i`` free keys, so that a rank is preceded by the taken keys for which
    that number does not exceed it.
    """
    if taken.size == 0:
        return ranks
    free_before = taken - np.arange(taken.size)
    return ranks + np.searchsorted(free_before, ranks, side="right")


def _distinct_integers(total: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return a uniformly random set of `n` integers below `total`, ascending, in O(n) memory."""
    if 2 * n > total:  # draw what stays out; the mask has fewer than 2 n entries
        chosen = np.ones(total, dtype=bool)
        chosen[_distinct_integers(total, total - n, rng)] = False
        return np.flatnonzero(chosen)
    drawn = np.empty(0, dtype=np.int64)
    while drawn.size < n:
        fresh = rng.integers(total, size=_draws_needed(total, drawn.size, n))
        drawn = _sorted_distinct(np.concatenate([drawn, fresh]))
    # The number of draws depends on counts alone, so that all sets of one size are equally likely, and so are
    # the subsets left when the surplus is dropped at random.
    surplus = rng.choice(drawn.size, drawn.size - n, replace=False, shuffle=False)
    return np.delete(drawn, surplus)


def _draws_needed(total: int, have: int, want: int) -> int:
    """Return how many draws, with repetition, very likely raise the number of distinct values to `want`."""
    expected = -total * np.log1p(-(want - have) / (total - have))
    return int(expected + 4 * np.sqrt(expected)) + 1


def _sorted_distinct(values: np.ndarray) -> np.ndarray:
    values.sort()
    first = np.ones(values.size, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]
