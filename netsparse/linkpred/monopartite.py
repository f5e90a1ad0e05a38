"""Monopartite graphs: one kind of node, links between any two of them, as the kernels read them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue, one_line
from netsparse.graph.layer import BipartiteLayer


class MonopartiteGraph:
    """The links of an undirected graph without self-loops: an immutable value, only its topology.

    Made by :func:`as_monopartite`.

    Attributes
    ----------
    starts : numpy.ndarray of int64, shape (nodes + 1,)
    neighbours : numpy.ndarray of int32, shape (2 x links,)
        Those of node k are ``neighbours[starts[k]:starts[k + 1]]``, ascending.
    """

    def __init__(self, starts: np.ndarray, neighbours: np.ndarray):
        self.starts, self.neighbours = starts, neighbours
        for array in (starts, neighbours):
            array.setflags(write=False)

    @classmethod
    def from_links(cls, first: np.ndarray, second: np.ndarray, n_nodes: int) -> MonopartiteGraph:
        """Return the graph of distinct links, each given once, from either end."""
        ends = np.concatenate([first, second]), np.concatenate([second, first])
        return cls._of_matrix(
            sparse.coo_array((np.ones(ends[0].size, np.int8), ends), shape=(n_nodes, n_nodes)).tocsr()
        )

    @classmethod
    def of_layer(cls, layer: BipartiteLayer) -> MonopartiteGraph:
        """Return a layer as a graph whose first nodes are its rows, and the others its columns."""
        rows, columns = layer.shape
        return cls.from_links(layer.rows.astype(np.int64), layer.columns.astype(np.int64) + rows, rows + columns)

    @classmethod
    def _of_matrix(cls, matrix: sparse.csr_array) -> MonopartiteGraph:
        matrix.sort_indices()
        return cls(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32))

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.starts.size - 1

    @property
    def n_links(self) -> int:
        """Number of links."""
        return self.neighbours.size // 2

    @property
    def degrees(self) -> np.ndarray:
        """Number of links of each node."""
        return np.diff(self.starts)

    @property
    def links(self) -> tuple[np.ndarray, np.ndarray]:
        """The two ends of each link, the smaller first, by the smaller and then the larger."""
        first = np.repeat(np.arange(self.n_nodes), self.degrees)
        once = first < self.neighbours
        return first[once], self.neighbours[once].astype(np.int64)

    def __repr__(self) -> str:
        return f"MonopartiteGraph({self.n_nodes} nodes, {self.n_links} links)"


def as_monopartite(graph: Any) -> MonopartiteGraph:
    """Return the topology of an undirected graph of networkx or igraph, or of a symmetric sparse adjacency.

    Parameters
    ----------
    graph : MonopartiteGraph, scipy sparse array or matrix, networkx.Graph or igraph.Graph
        What an adjacency stores is a link, a 0 too; so it is with any graph that has one as its attribute
        ``adjacency``. Nodes are numbered in their order.

    Raises
    ------
    TypeError
        If it is none of these.
    ValueError
        If it is directed or not symmetric, has self-loops or a link twice, or its nodes carry the attribute of a side
        (``bipartite``, ``type``): what it is then must be said, see :meth:`netsparse.BipartiteLayer.from_networkx`.

    Examples
    --------
    >>> import networkx as nx
    >>> as_monopartite(nx.path_graph(4))
    MonopartiteGraph(4 nodes, 3 links)
    """
    if isinstance(graph, MonopartiteGraph):
        return graph
    if sparse.issparse(adjacency := getattr(graph, "adjacency", graph)):
        return _from_adjacency(adjacency)
    kind = type(graph).__module__.partition(".")[0]
    if kind == "igraph" or hasattr(graph, "get_edgelist"):
        return _from_igraph(graph)
    if hasattr(graph, "is_directed") and hasattr(graph, "adj"):
        return _from_networkx(graph)
    raise InvalidType(
        "graph must be a BipartiteLayer, a symmetric scipy sparse adjacency, or a graph of networkx or igraph, "
        f"got {type(graph).__name__}",
        parameter="graph",
    )


def _from_adjacency(adjacency: Any) -> MonopartiteGraph:
    matrix = sparse.coo_array(adjacency)
    if matrix.shape[0] != matrix.shape[1]:
        raise InvalidValue(
            f"graph must be a square adjacency, got shape {matrix.shape}: a biadjacency makes a BipartiteLayer",
            parameter="graph",
        )
    rows, columns = (np.asarray(side, dtype=np.int64) for side in matrix.coords)
    _refuse_loops(rows, columns, str)
    n = matrix.shape[0]
    there, back = np.sort(rows * n + columns), np.sort(columns * n + rows)
    if (there[1:] == there[:-1]).any():
        raise InvalidValue("graph must store each entry of its adjacency once", parameter="graph")
    if not np.array_equal(there, back):
        odd = there[np.isin(there, back, assume_unique=True, invert=True)][0]
        raise InvalidValue(
            f"graph must be symmetric, as links have no direction: it stores ({odd // n}, {odd % n}), but not "
            f"({odd % n}, {odd // n})",
            parameter="graph",
        )
    once = rows < columns
    return MonopartiteGraph.from_links(rows[once], columns[once], n)


def _from_networkx(graph: Any) -> MonopartiteGraph:
    names = list(graph)
    _refuse_sides("bipartite", (attributes.get("bipartite") for _, attributes in graph.nodes(data=True)))
    number = {name: place for place, name in enumerate(names)}
    ends = [[number[end] for end in side] for side in zip(*graph.edges(), strict=True)] or [[], []]
    return _checked(ends[0], ends[1], len(names), graph.is_directed(), lambda place: one_line(repr(names[place]), 60))


def _from_igraph(graph: Any) -> MonopartiteGraph:
    _refuse_sides("type", graph.vs["type"] if "type" in graph.vertex_attributes() else ())
    ends = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2).T
    return _checked(ends[0], ends[1], graph.vcount(), graph.is_directed(), str)


def _checked(first, second, n_nodes: int, directed: bool, name) -> MonopartiteGraph:
    if directed:
        raise InvalidValue("graph must be undirected: make it so first", parameter="graph")
    first, second = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    _refuse_loops(first, second, name)
    keys = np.sort(np.minimum(first, second) * n_nodes + np.maximum(first, second))
    twice = np.flatnonzero(keys[1:] == keys[:-1])
    if twice.size:
        ends = divmod(int(keys[twice[0]]), n_nodes)
        raise InvalidValue(
            f"graph must hold each link once, but {name(ends[0])} and {name(ends[1])} are linked twice",
            parameter="graph",
        )
    return MonopartiteGraph.from_links(first, second, n_nodes)


def _refuse_loops(first: np.ndarray, second: np.ndarray, name) -> None:
    loops = np.flatnonzero(first == second)
    if loops.size:
        raise InvalidValue(
            f"graph must have no self-loops, but {loops.size} nodes have one, such as {name(int(first[loops[0]]))}",
            parameter="graph",
        )


def _refuse_sides(attribute: str, values) -> None:
    if any(value is not None for value in values):
        maker = {"bipartite": "from_networkx", "type": "from_igraph"}[attribute]
        raise InvalidValue(
            f"graph has nodes with the attribute {attribute!r}: make it a layer with BipartiteLayer.{maker}, or drop "
            "the attribute if any two nodes may be linked",
            parameter="graph",
        )
