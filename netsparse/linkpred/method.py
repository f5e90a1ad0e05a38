"""What every method of link prediction is: scores of the non-links of layers, of monopartite graphs, or of both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates, settle_ties
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import Graph
from netsparse.linkpred.topology import Topology

Floor = Callable[[], float]
"""Function that tells which scores are too low by now to be of use."""


class Method:
    """A method; a new one defines one or both of `of_layer` and `of_graph`, and says which."""

    on_layers: bool = True
    """Whether it scores the pairs of a row and a column of a layer."""
    on_graphs: bool = True
    """Whether it scores the pairs of nodes of a monopartite graph."""

    def candidates(
        self, graph: Graph, *, rng: np.random.Generator | None = None, floor: Floor = lambda: 0.0
    ) -> Iterator[Candidates]:
        """Yield the non-links in batches: all that do not score 0, but maybe not those that score below the floor.

        Raises
        ------
        ValueError
            If the method does not score graphs of this kind.
        """
        self.check(graph)
        of_kind = self.of_layer if isinstance(graph, BipartiteLayer) else self.of_graph
        for batch in of_kind(graph, rng, floor):
            settle_ties(batch.scores)
            yield batch

    def check(self, graph: Graph) -> None:
        """Raise an error unless the method scores graphs of this kind."""
        if isinstance(graph, BipartiteLayer):
            if not self.on_layers:
                raise InvalidValue(
                    "the method scores 0 between the two sides of a layer, which share no neighbours: take one whose "
                    "name ends in l3 or l3n",
                    parameter="method",
                )
        elif not self.on_graphs:
            raise InvalidValue("the method scores bipartite layers only", parameter="method")

    def of_layer(self, layer: BipartiteLayer, rng: np.random.Generator | None, floor: Floor) -> Iterator[Candidates]:
        """Yield the scores of the pairs of a layer."""
        raise NotImplementedError

    def of_graph(self, graph: MonopartiteGraph, rng: np.random.Generator | None, floor: Floor) -> Iterator[Candidates]:
        """Yield the scores of the pairs of a monopartite graph."""
        raise NotImplementedError


class LocalMethod(Method, ABC):
    """A method that looks at the paths between two nodes: it scores links too, each as if it were absent."""

    @abstractmethod
    def of_pairs(self, graph: MonopartiteGraph, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the scores of pairs of nodes of a graph, linked or not; the first ones ascending."""


class Chance(Method):
    """Every non-link scores alike: chance decides."""

    def of_layer(self, layer: BipartiteLayer, rng=None, floor=None) -> Iterator[Candidates]:
        """Yield nothing: all score 0."""
        return iter(())

    of_graph = of_layer


LARGEST_DENSE = 2**26
"""Pairs of nodes, of one side or of two, that a strategy may store numbers of: half a gigabyte."""


def fits_dense(topology: Topology) -> bool:
    """Tell whether matrices of all pairs of rows and columns, of rows and of columns may be stored."""
    return n_dense(topology) <= LARGEST_DENSE


def n_dense(topology: Topology) -> int:
    """Return the number of pairs of linked rows and columns, of linked rows, and of linked columns."""
    rows, columns = np.count_nonzero(topology.row_degrees), np.count_nonzero(topology.column_degrees)
    return int(rows) * int(columns) + int(rows) ** 2 + int(columns) ** 2
