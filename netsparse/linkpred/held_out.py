"""Links held out of a graph, for a method to find."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_number
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import Graph, Pairs


class Split(NamedTuple):
    """A graph without some links, and the numbers of the pairs that these links join, ascending."""

    graph: Graph
    held_out: np.ndarray


def hold_out(graph: Graph, share: float, *, keep_last: bool, rng: np.random.Generator) -> Split:
    """Hold out ``round(share x links)`` links of a graph, uniformly at random.

    Parameters
    ----------
    graph : BipartiteLayer or MonopartiteGraph
    share : float
        Above 0, below 1.
    keep_last : bool
        Whether every node that has a link keeps one: links are then taken in random order, and passed over where they
        are the last of a node.
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        If the share is out of its range or amounts to no link, or fewer links can go than are to.
    """
    share = check_number("share", share, above=0, below=1)
    first, second = _links(graph)
    n = round(share * first.size)
    if n == 0:
        raise InvalidValue(f"share = {share:g} of {first.size} links holds out none", parameter="share")
    gone = rng.permutation(first.size) if keep_last else rng.choice(first.size, n, replace=False)
    if keep_last:
        before_columns = graph.shape[0] if isinstance(graph, BipartiteLayer) else 0
        gone = _that_leave_one(gone, first, second + before_columns, n)
    if gone.size < n:
        raise InvalidValue(
            f"share = {share:g} is {n} links, but only {gone.size} can go if every node keeps one", parameter="share"
        )
    numbers = np.sort(Pairs.of(graph).numbers(first[gone], second[gone]))
    if isinstance(graph, BipartiteLayer):
        return Split(graph.without_links(gone), numbers)
    stays = np.ones(first.size, dtype=bool)
    stays[gone] = False
    return Split(MonopartiteGraph.from_links(first[stays], second[stays], graph.n_nodes), numbers)


def _links(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(graph, BipartiteLayer):
        return graph.rows.astype(np.int64), graph.columns.astype(np.int64)
    return graph.links


def _that_leave_one(order: np.ndarray, first: np.ndarray, second: np.ndarray, n: int) -> np.ndarray:
    """Return the first `n` links of an order that leave their two nodes a link each, or fewer if there are not so many.

    `first` and `second` number all nodes: no row has the number of a column.
    """
    left = np.bincount(np.concatenate([first, second])).tolist()
    ends = list(zip(first.tolist(), second.tolist(), strict=True))
    taken: list[int] = []
    for link in order.tolist():
        u, v = ends[link]
        if len(taken) == n:
            break
        if left[u] > 1 and left[v] > 1:
            left[u] -= 1
            left[v] -= 1
            taken.append(link)
    return np.array(taken, dtype=np.int64)
