"""The missing links that a method ranks highest."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from netsparse.errors import InvalidValue, check_count, unknown
from netsparse.generate.links import random_links
from netsparse.graph.layer import BipartiteLayer, check_layer
from netsparse.linkpred.best import Best
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.methods import METHODS


def top_links(layer: BipartiteLayer, n: int, method: str, *, rng=None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the `n` non-links of highest score, ties broken uniformly at random.

    Parameters
    ----------
    layer : BipartiteLayer
        Only its links matter, not their weights.
    n : int
        How many, at most the number of non-links.
    method : {'ch3-l3', 'ra-l3', 'l3', 'random'}
        See :func:`scores`; 'random' scores every non-link 0.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        Exactly `n` distinct non-links, best first.
    scores : numpy.ndarray of float64, shape (n,)
        Their scores. Where fewer than `n` are positive, the rest is drawn uniformly from all non-links of score 0.

    Raises
    ------
    ValueError
        If the method is unknown, or `n` negative or larger than the number of non-links.

    Notes
    -----
    The candidates are streamed: O(rows + columns + links + n) memory. Time as :func:`scores`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1, 1, 2], [0, 1, 1, 2, 2], [1.0] * 5, shape=(4, 3))
    >>> rows, columns, scores = ns.linkpred.top_links(layer, 4, "ch3-l3", rng=0)
    >>> scores.round(4)
    array([1., 1., 1., 0.])
    >>> sorted(zip(rows[:3].tolist(), columns[:3].tolist()))
    [(0, 2), (1, 0), (2, 1)]
    """
    check_layer(layer)
    if method != "random" and method not in METHODS:
        raise unknown("link prediction method", method, [*METHODS, "random"])
    return best_links(layer, n, lambda best: () if method == "random" else METHODS[method].candidates(layer), rng=rng)


def best_links(
    layer: BipartiteLayer, n: int, stream: Callable[[Best], Iterable[Candidates]], *, rng=None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the `n` best of a stream of non-links with positive scores, ties at random.

    Result, errors and what happens if there are fewer than `n`: as in :func:`top_links`. `stream` gets the best so
    far, whose `floor` tells it what need not be yielded any more; it is not called if `n` is 0.
    """
    n = _checked_count(layer, n)
    rng = np.random.default_rng(rng)
    best = Best(n, seed=int(rng.integers(2**64, dtype=np.uint64)))
    for batch in stream(best) if n else ():
        best.push(batch)
    rows, columns, scores = _unpacked(best.result(), layer.shape[1])
    return _filled_up(layer, n, rows, columns, scores, rng)


def _checked_count(layer: BipartiteLayer, n: int) -> int:
    n = check_count("n", n)
    rows, columns = layer.shape
    non_links = rows * columns - layer.n_links
    if n > non_links:
        raise InvalidValue(f"n = {n} links asked for, but the layer has only {non_links} non-links: {layer!r}")
    return n


def _unpacked(best: Candidates, n_columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows, columns = np.divmod(best.pairs, n_columns)
    return rows, columns, best.scores


def _filled_up(layer, n, rows, columns, scores, rng) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add non-links of score 0 until there are `n`: then `rows`, `columns` hold all of positive score."""
    missing = n - scores.size
    if missing == 0:
        return rows, columns, scores
    taken = BipartiteLayer.from_links(
        np.concatenate([layer.rows, rows]),
        np.concatenate([layer.columns, columns]),
        np.zeros(layer.n_links + rows.size, np.float32),
        layer.shape,
    )
    more = random_links(layer.shape, missing, absent_from=taken, rng=rng)
    order = rng.permutation(missing)
    return (
        np.concatenate([rows, more[0][order]]),
        np.concatenate([columns, more[1][order]]),
        np.concatenate([scores, np.zeros(missing)]),
    )
