"""SPcorr: ties among candidates broken by how alike the two nodes see the rest of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates, settle_ties
from netsparse.linkpred.method import LARGEST_DENSE, LocalMethod, Method
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import Graph, Pairs, non_links

_DIGITS = 9  # correlations that agree so far are equal


@dataclass(frozen=True)
class SPcorr:
    """Among equal scores, the larger correlation of the two nodes' shortest-path distances to all nodes comes first.

    A link is the shorter the higher it would score if it were absent. Dense: O(nodes^2) memory, O(nodes^3) time.

    Parameters
    ----------
    inverse : bool
        Whether a link of score s is 1 / (1 + s) long, instead of :math:`|s - s_{min} - s_{max}|` with the smallest
        positive and the largest score of all pairs, linked or not.
    ranks : bool
        Whether to correlate ranks (Spearman) or distances (Pearson).
    zeros_only : bool
        Whether to break ties among scores of 0 alone; distances between components are infinite then. Otherwise
        they are the sum, over the components, of the largest distance within each.
    """

    inverse: bool = False
    ranks: bool = False
    zeros_only: bool = False

    def refined(self, graph: Graph, method: Method, stream: Iterable[Candidates]) -> Iterator[Candidates]:
        """Yield all non-links with complex scores: numpy orders them by the score, then by the correlation."""
        pairs = Pairs.of(graph)
        batches = [Candidates(batch.pairs.copy(), batch.scores.copy()) for batch in stream]
        batches += list(_unscored(pairs, batches))
        alike = correlations(graph, self.distances(graph, method, batches), self.ranks)
        for numbers, scores in batches:
            between = alike[pairs.ends(numbers)]
            yield Candidates(numbers, scores + 1j * (np.where(scores == 0, between, 0) if self.zeros_only else between))

    def distances(self, graph: Graph, method: Method, candidates: Iterable[Candidates]) -> np.ndarray:
        """Return the shortest-path distances of all nodes; of a layer, the rows come before the columns."""
        if not isinstance(method, LocalMethod):
            raise InvalidValue(
                "ties by SPcorr need a method that scores links by the paths around them: one whose name ends in l2, "
                "l3 or l3n",
                parameter="ties",
            )
        whole = MonopartiteGraph.of_layer(graph) if isinstance(graph, BipartiteLayer) else graph
        if whole.n_nodes**2 > LARGEST_DENSE:
            raise InvalidValue(
                f"ties by SPcorr need the distances of all pairs of nodes: {whole.n_nodes} nodes are too many, at most "
                f"{int(LARGEST_DENSE**0.5)} are not",
                parameter="ties",
            )
        first, second = whole.links
        scores = method.of_pairs(whole, first, second)
        settle_ties(scores)
        lengths = 1 / (1 + scores) if self.inverse else _lengths(scores, [batch.scores for batch in candidates])
        return _shortest(whole, first, second, lengths, bridged=not self.zeros_only)


def correlations(graph: Graph, distances: np.ndarray, ranks: bool) -> np.ndarray:
    """Return the correlation of the distances of every two nodes that may be linked, to 9 digits; -1 if undefined."""
    from scipy.stats import rankdata

    seen = rankdata(distances, axis=1) if ranks else distances
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.corrcoef(seen)
    found = np.nan_to_num(np.atleast_2d(found), nan=-1.0).round(_DIGITS)
    return found[: graph.shape[0], graph.shape[0] :] if isinstance(graph, BipartiteLayer) else found


def _lengths(links: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
    every = np.concatenate([links, *others])
    positive = every[every > 0]
    return np.abs(links - positive.min() - positive.max()) if positive.size else np.zeros(links.size)


def _shortest(graph: MonopartiteGraph, first, second, lengths: np.ndarray, *, bridged: bool) -> np.ndarray:
    from scipy.sparse.csgraph import dijkstra

    n = graph.n_nodes
    weighted = sparse.csr_array((lengths, (first, second)), shape=(n, n))
    distances = dijkstra(weighted, directed=False)
    if bridged:
        component = _components(weighted)
        within = np.where(component[:, None] == component, distances, 0).max(axis=1, initial=0)
        widest = np.zeros(component.max(initial=-1) + 1)
        np.maximum.at(widest, component, within)
        distances[np.isinf(distances)] = widest.sum()
    return distances


def _components(weighted: sparse.csr_array) -> np.ndarray:
    from scipy.sparse.csgraph import connected_components

    return connected_components(weighted, directed=False)[1]


def _unscored(pairs: Pairs, batches: list[Candidates]) -> Iterator[Candidates]:
    """Yield the non-links that a method has not: those that score 0."""
    scored = np.zeros(pairs.n_possible, dtype=bool)
    for batch in batches:
        scored[batch.pairs] = True
    for numbers in non_links(pairs):
        rest = numbers[~scored[numbers]]
        yield Candidates(rest, np.zeros(rest.size))
