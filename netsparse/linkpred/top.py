"""The missing links that a method ranks highest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue, check_count, unknown
from netsparse.generate.links import random_links
from netsparse.graph.keys import layer_from_keys, to_keys
from netsparse.linkpred.best import Best
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.methods import METHODS
from netsparse.linkpred.pairs import Graph, Pairs, as_graph
from netsparse.linkpred.soft import Race
from netsparse.linkpred.ties import TIES

SELECTIONS = ("top", "soft")

Links = tuple[np.ndarray, np.ndarray, np.ndarray]


def top_links(graph: Any, n: int, method: str, *, selection: str = "top", ties: str = "random", rng=None) -> Links:
    """Return `n` non-links, those of highest score or drawn in proportion to their scores.

    Parameters
    ----------
    graph : BipartiteLayer, or scipy sparse adjacency, networkx.Graph, igraph.Graph
        A layer or a monopartite graph; only its links matter, not their weights.
    n : int
        How many, at most the number of non-links.
    method : str
        A name in :data:`netsparse.linkpred.METHODS`; see :func:`scores`.
    selection : {'top', 'soft'}
        The `n` of highest score; or `n` drawn one after the other without replacement, each in proportion to its score,
        which must be positive.
    ties : str
        What decides between equal scores, a name in :data:`netsparse.linkpred.TIES`; chance decides where it does not.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    first, second : numpy.ndarray of int64, shape (n,)
        Exactly `n` distinct non-links, best first, or in the order of the draw: row and column, or the smaller and the
        larger node.
    scores : numpy.ndarray of float64, shape (n,)
        Their scores. Where fewer than `n` are positive, the rest is drawn uniformly from all non-links of score 0.

    Raises
    ------
    ValueError
        If a name is unknown, the method is not for graphs of this kind, `n` negative or larger than the number of
        non-links.

    Notes
    -----
    The candidates are streamed: O(nodes + links + n) memory; ties by SPcorr take O(nodes^2). Time as :func:`scores`.

    Examples
    --------
    >>> import netsparse as ns, networkx as nx
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1, 1, 2], [0, 1, 1, 2, 2], [1.0] * 5, shape=(4, 3))
    >>> rows, columns, scores = ns.linkpred.top_links(layer, 4, "ch3-l3", rng=0)
    >>> scores.round(4)
    array([1., 1., 1., 0.])
    >>> sorted(zip(rows[:3].tolist(), columns[:3].tolist()))
    [(0, 2), (1, 0), (2, 1)]
    >>> ns.linkpred.top_links(nx.path_graph(4), 1, "ch3-l3")
    (array([0]), array([3]), array([1.]))
    """
    graph, breaking = as_graph(graph), TIES[ties]
    scorer = METHODS[method]
    scorer.check(graph)
    if selection not in SELECTIONS:
        raise unknown("selection", selection, SELECTIONS)
    if selection == "soft" and ties != "random":
        raise InvalidValue(f"ties are not broken where links are drawn: leave out ties {ties!r}", parameter="ties")
    rng = np.random.default_rng(rng)
    if selection == "soft":
        race = Race(int(rng.integers(2**64, dtype=np.uint64)))
        return best_links(
            graph, n, lambda _: race.run(scorer.candidates(graph, rng=rng)), scores_of=race.scores, rng=rng
        )
    if ties == "random":
        return best_links(graph, n, lambda best: scorer.candidates(graph, rng=rng, floor=lambda: best.floor), rng=rng)
    return best_links(graph, n, lambda _: breaking.refined(graph, scorer, scorer.candidates(graph, rng=rng)), rng=rng)


def best_links(
    graph: Graph,
    n: int,
    stream: Callable[[Best], Iterable[Candidates]],
    *,
    scores_of: Callable[[Candidates], np.ndarray] = lambda best: best.scores.real,
    rng=None,
) -> Links:
    """Return the `n` best of a stream of non-links, ties at random.

    Result, errors and what happens if there are fewer than `n`: as in :func:`top_links`. `stream` gets the best so
    far, whose `floor` tells it what need not be yielded any more; it is not called if `n` is 0. `scores_of` turns what
    the best were compared by into their scores.
    """
    pairs = Pairs.of(graph)
    n = _checked_count(graph, pairs, n)
    rng = np.random.default_rng(rng)
    best = Best(n, seed=int(rng.integers(2**64, dtype=np.uint64)))
    for batch in stream(best) if n else ():
        best.push(batch)
    found = best.result()
    more = _rest(pairs, found.pairs, n - found.pairs.size, rng)
    first, second = pairs.ends(np.concatenate([found.pairs, more]))
    return first, second, np.concatenate([scores_of(found), np.zeros(more.size)])


def _checked_count(graph: Graph, pairs: Pairs, n: int) -> int:
    n = check_count("n", n)
    non_links = pairs.n_possible - pairs.n_linked
    if n > non_links:
        raise InvalidValue(
            f"n = {n} links asked for, but there are only {non_links} non-links in {graph!r}", parameter="n"
        )
    return n


def _rest(pairs: Pairs, chosen: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `n` non-links of score 0 in random order, given all the others, by number."""
    if n == 0:
        return np.empty(0, dtype=np.int64)
    taken = np.sort(np.concatenate([pairs.linked(), chosen]))
    full = layer_from_keys(taken, np.zeros(taken.size, np.float32), pairs.grid)
    numbers = to_keys(*random_links(pairs.grid, n, absent_from=full, rng=rng), pairs.grid)
    return numbers[rng.permutation(n)]
