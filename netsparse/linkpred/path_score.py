"""Path-based methods: two factors a path, summed over all paths of length 3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates, from_kernel
from netsparse.linkpred.communities import score_communities, score_pairs
from netsparse.linkpred.contributions import Contribution, by_degree, tabulate
from netsparse.linkpred.dense import from_core
from netsparse.linkpred.method import LocalMethod, fits_dense, n_dense
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import GraphPairs
from netsparse.linkpred.topology import Topology

DENSE_FROM = 4
"""Paths a pair of nodes from where on a dense layer is scored faster by runs of additions than by walks (measured)."""


@dataclass(frozen=True)
class PathScore(LocalMethod):
    """The score that sums the geometric mean of what a and b contribute over the paths u - a - b - v.

    Parameters
    ----------
    contribution : function
        One of netsparse/linkpred/contributions.py, or alike.
    internal : bool
        Whether it depends on the internal degree; if not, the sum is a product of matrices.
    """

    contribution: Contribution
    internal: bool = True

    def of_layer(
        self, layer: BipartiteLayer, rng=None, floor=None, strategy: str | None = None
    ) -> Iterator[Candidates]:
        """Yield all non-links of positive score, by the cheapest strategy unless one is named."""
        topology = Topology.of(layer)
        return STRATEGIES[strategy or self._cheapest(topology)](topology, self.contribution)

    def of_graph(self, graph: MonopartiteGraph, rng=None, floor=None) -> Iterator[Candidates]:
        """Yield all non-links of positive score."""
        if self.internal:
            return score_communities(graph, self.contribution, of_paths=True)
        return _smaller_first(graph, _by_products(Topology.of_graph(graph), self.contribution))

    def of_pairs(self, graph: MonopartiteGraph, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the scores of pairs, links scored as if they were absent."""
        return score_pairs(graph, first, second, self.contribution, of_paths=True)

    def _cheapest(self, topology: Topology) -> str:
        if not self.internal:
            return "products"
        return "dense" if topology.n_paths >= DENSE_FROM * n_dense(topology) and fits_dense(topology) else "walks"


def _by_walks(topology: Topology, contribution: Contribution) -> Iterator[Candidates]:
    from netsparse.kernels.paths import Workspace, walk_rows

    rows, columns = topology.shape
    work = Workspace.empty(rows, columns, topology.n_links)
    return from_kernel(walk_rows, rows, columns, work, *topology, *_factors(topology, contribution))


def _by_dense(topology: Topology, contribution: Contribution) -> Iterator[Candidates]:
    from netsparse.kernels.dense_paths import dense_path_scores

    return from_core(topology, lambda core: dense_path_scores(*core, *_factors(core, contribution)))


def _by_products(topology: Topology, contribution: Contribution) -> Iterator[Candidates]:
    from netsparse.kernels.paths import Workspace, product_rows

    rows, columns = topology.shape
    work = Workspace.empty(rows, columns, topology.n_links)
    degrees = (topology.row_degrees, topology.column_degrees)
    factors = (by_degree(contribution, side, root=True) for side in degrees)
    return from_kernel(product_rows, rows, columns, work, *topology, *factors)


def _factors(topology: Topology, contribution: Contribution) -> tuple[np.ndarray, ...]:
    sides = (topology.row_degrees, topology.column_degrees)
    return tuple(array for degrees in sides for array in tabulate(contribution, degrees, root=True))


def _smaller_first(graph: MonopartiteGraph, found: Iterator[Candidates]) -> Iterator[Candidates]:
    """Number the pairs of a graph that was read as a layer of itself: those with the smaller node first."""
    pairs = GraphPairs(graph)
    for batch in found:
        first, second = np.divmod(batch.pairs, graph.n_nodes)
        once = first < second
        yield Candidates(pairs.numbers(first[once], second[once]), batch.scores[once])


STRATEGIES: dict[str, Callable[[Topology, Contribution], Iterator[Candidates]]] = {
    "walks": _by_walks,
    "dense": _by_dense,
    "products": _by_products,
}
