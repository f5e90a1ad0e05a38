"""Methods of length 2, for monopartite graphs: what the common neighbours of two nodes contribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netsparse.linkpred.candidates import Candidates, from_kernel
from netsparse.linkpred.contributions import Contribution, tabulate
from netsparse.linkpred.method import LocalMethod
from netsparse.linkpred.monopartite import MonopartiteGraph


@dataclass(frozen=True)
class NeighbourScore(LocalMethod):
    """The score that sums what the common neighbours contribute.

    Parameters
    ----------
    contribution : function
        One of netsparse/linkpred/contributions.py, or alike; a common neighbour is linked to both nodes: e = d - 2 - i.
    internal : bool
        Whether it depends on the internal degree.
    """

    contribution: Contribution
    internal: bool = True
    on_layers = False

    def of_graph(self, graph: MonopartiteGraph, rng=None, floor=None) -> Iterator[Candidates]:
        """Yield all non-links of positive score."""
        from netsparse.kernels.common_neighbours import Neighbours, neighbour_rows

        n = graph.n_nodes
        return from_kernel(neighbour_rows, n, n, Neighbours.empty(n), *self._arguments(graph))

    def of_pairs(self, graph: MonopartiteGraph, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the scores of pairs, links scored as if they were absent."""
        from netsparse.kernels.common_neighbours import Neighbours, neighbour_pairs

        scores = np.empty(first.size)
        neighbour_pairs(first, second, scores, Neighbours.empty(graph.n_nodes), *self._arguments(graph))
        return scores

    def _arguments(self, graph: MonopartiteGraph) -> tuple[np.ndarray | bool, ...]:
        tables = tabulate(self.contribution, graph.degrees, ends=2, least=0)
        return (graph.starts, graph.neighbours, *tables, self.internal)
