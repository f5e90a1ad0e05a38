"""Node-based methods: what the nodes on the paths of length 3 contribute, each node once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates, from_kernel
from netsparse.linkpred.communities import score_communities, score_pairs
from netsparse.linkpred.contributions import Contribution, tabulate
from netsparse.linkpred.dense import from_core
from netsparse.linkpred.method import LocalMethod, fits_dense, n_dense
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.topology import Topology

DENSE_FROM = 0.3
"""Paths a pair of nodes from where on a layer is scored faster by products than by walks (measured)."""


@dataclass(frozen=True)
class NodeScore(LocalMethod):
    """The score that sums what the nodes on the paths u - a - b - v contribute, each node once.

    Parameters
    ----------
    contribution : function
        One of netsparse/linkpred/contributions.py, or alike.
    """

    contribution: Contribution

    def of_layer(
        self, layer: BipartiteLayer, rng=None, floor=None, strategy: str | None = None
    ) -> Iterator[Candidates]:
        """Yield all non-links of positive score, by the cheapest strategy unless one is named."""
        topology = Topology.of(layer)
        if strategy is None:
            dense = topology.n_paths >= DENSE_FROM * n_dense(topology) and fits_dense(topology)
            strategy = "dense" if dense else "walks"
        return STRATEGIES[strategy](topology, self.contribution)

    def of_graph(self, graph: MonopartiteGraph, rng=None, floor=None) -> Iterator[Candidates]:
        """Yield all non-links of positive score."""
        return score_communities(graph, self.contribution, of_paths=False)

    def of_pairs(self, graph: MonopartiteGraph, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the scores of pairs, links scored as if they were absent."""
        return score_pairs(graph, first, second, self.contribution, of_paths=False)


def _by_walks(topology: Topology, contribution: Contribution) -> Iterator[Candidates]:
    from netsparse.kernels.paths import Workspace, node_rows

    rows, columns = topology.shape
    work = Workspace.empty(rows, columns, topology.n_links)
    return from_kernel(node_rows, rows, columns, work, *topology, *_factors(topology, contribution))


def _by_dense(topology: Topology, contribution: Contribution) -> Iterator[Candidates]:
    from netsparse.kernels.dense_nodes import dense_node_scores

    return from_core(topology, lambda core: dense_node_scores(*core, *_factors(core, contribution)))


def _factors(topology: Topology, contribution: Contribution) -> tuple[np.ndarray, ...]:
    sides = (topology.row_degrees, topology.column_degrees)
    return tuple(array for degrees in sides for array in tabulate(contribution, degrees))


STRATEGIES: dict[str, Callable[[Topology, Contribution], Iterator[Candidates]]] = {
    "walks": _by_walks,
    "dense": _by_dense,
}
