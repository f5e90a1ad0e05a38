"""The pairs of nodes that may be linked, numbered from 0 on: what candidates are named by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from netsparse.graph.keys import layer_keys, to_keys
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import BATCH
from netsparse.linkpred.monopartite import MonopartiteGraph, as_monopartite

Graph = BipartiteLayer | MonopartiteGraph


def as_graph(graph: Any) -> Graph:
    """Return a layer as it is, anything else as a monopartite graph; see :func:`as_monopartite`."""
    return graph if isinstance(graph, BipartiteLayer) else as_monopartite(graph)


class Pairs(ABC):
    """The pairs of a graph.

    Attributes
    ----------
    grid : (int, int)
        A number of rows and one of columns whose product is the number of pairs.
    n_linked : int
        How many are links.
    """

    grid: tuple[int, int]
    n_linked: int

    @staticmethod
    def of(graph: Graph) -> Pairs:
        """Return the pairs of a graph."""
        return LayerPairs(graph) if isinstance(graph, BipartiteLayer) else GraphPairs(graph)

    @property
    def n_possible(self) -> int:
        """How many there are, links included."""
        return self.grid[0] * self.grid[1]

    @abstractmethod
    def linked(self) -> np.ndarray:
        """Return the numbers of the links, ascending."""

    @abstractmethod
    def ends(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the two nodes of each pair."""

    @abstractmethod
    def numbers(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the numbers of pairs by their nodes."""


class LayerPairs(Pairs):
    """A row and a column: number ``row * columns + column``, the key of a link."""

    def __init__(self, layer: BipartiteLayer):
        self.grid, self.n_linked, self._layer = layer.shape, layer.n_links, layer

    def linked(self) -> np.ndarray:
        """Return the keys of the links."""
        return layer_keys(self._layer)

    def ends(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return row and column of each pair."""
        return np.divmod(numbers, self.grid[1])

    def numbers(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the keys of rows and columns."""
        return to_keys(first, second, self.grid)


class GraphPairs(Pairs):
    """Two nodes u < v of n: they are numbered by u, then by v."""

    def __init__(self, graph: MonopartiteGraph):
        n = graph.n_nodes
        self.grid = (n, (n - 1) // 2) if n % 2 else (n - 1, n // 2)
        self.n_linked, self._graph = graph.n_links, graph

    def linked(self) -> np.ndarray:
        """Return the numbers of the links."""
        return self.numbers(*self._graph.links)

    def ends(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the smaller and the larger node of each pair."""
        starts = self.starts(np.arange(self._graph.n_nodes))
        first = np.searchsorted(starts, numbers, side="right") - 1
        return first, numbers - starts[first] + first + 1

    def numbers(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the numbers of pairs whose nodes are given in either order."""
        small, large = np.minimum(first, second).astype(np.int64), np.maximum(first, second)
        return self.starts(small) + large - small - 1

    def starts(self, first: np.ndarray) -> np.ndarray:
        """Return the number of the first pair of each node, as the smaller one of the two."""
        first = np.asarray(first, dtype=np.int64)
        return first * self._graph.n_nodes - first * (first + 1) // 2


def non_links(pairs: Pairs) -> Iterator[np.ndarray]:
    """Yield the numbers of all non-links, ascending, a batch at a time."""
    linked = pairs.linked()
    for start in range(0, pairs.n_possible, BATCH):
        stop = min(start + BATCH, pairs.n_possible)
        free = np.ones(stop - start, dtype=bool)
        free[linked[slice(*np.searchsorted(linked, (start, stop)))] - start] = False
        yield np.flatnonzero(free) + start
