"""A graph of one kind of node: undirected, weighted, without self-loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidValue, check_positions
from netsparse.graph.canonical import canonical
from netsparse.graph.names import checked_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import igraph
    import networkx
    import pandas


class Graph:
    r"""An undirected weighted graph of one kind of node, beside the bipartite layers: what link prediction and
    percolation of ordinary networks take.

    The stored entries of `adjacency` are the links: an entry whose weight is exactly 0.0 is a link like any other. A
    graph is an immutable value: its arrays are read-only, and two graphs are equal when links, weights, names and
    dtype are.

    Parameters
    ----------
    adjacency : scipy sparse array or matrix, shape (nodes, nodes)
        Symmetric, links stored in both directions: :math:`A_{ij} = A_{ji}`; nothing on the diagonal.
    names : sequence of str, optional
        A name of its own for each node.

    Raises
    ------
    TypeError
        If `adjacency` is not sparse or not real, or a name is no string.
    ValueError
        If it is not square, not symmetric (names a link that is there in one direction only, or has two weights), has
        a self-loop, a weight that is NaN or infinite, or two nodes share a name.

    Notes
    -----
    Memory is that of the CSR arrays, O(links + nodes).

    Examples
    --------
    >>> import netsparse as ns
    >>> path = ns.graph.Graph.from_links([0, 1], [1, 2], names=["a", "b", "c"])
    >>> path
    Graph(3 nodes, 2 links, density 0.6667, float64)
    >>> path.degrees
    array([1, 2, 1])
    """

    __slots__ = ("_adjacency", "_names")

    def __init__(self, adjacency, names: Sequence[str] | None = None):
        self._adjacency = canonical(adjacency)
        _check_symmetric(self._adjacency)
        self._names = checked_names(names, self._adjacency.shape[0], "names")

    @classmethod
    def from_links(cls, sources, targets, weights=None, *, n_nodes: int | None = None, names=None) -> Graph:
        """Build a graph from parallel arrays, one entry a link, in any order and from either end.

        Parameters
        ----------
        sources, targets : array_like of int, shape (links,)
        weights : array_like, shape (links,), optional
            1 by default.
        n_nodes : int, optional
            By default as many as the links or the names say.
        names : sequence of str, optional

        Raises
        ------
        TypeError, ValueError
            As for the class, and if a link is given twice, from the other end too.

        Examples
        --------
        >>> import netsparse as ns
        >>> ns.graph.Graph.from_links([0, 2], [1, 1], [0.0, 1.0], n_nodes=4).n_links
        2
        """
        sources, targets = np.asarray(sources), np.asarray(targets)
        if n_nodes is None:
            n_nodes = len(names) if names is not None else int(np.concatenate([sources, targets]).max(initial=-1)) + 1
        sources = check_positions("sources", sources, n_nodes)
        targets = check_positions("targets", targets, n_nodes)
        _refuse_loops(sources, targets)
        weights = np.ones(len(sources)) if weights is None else np.asarray(weights)
        places = np.concatenate([sources, targets]), np.concatenate([targets, sources])
        return cls(sparse.coo_array((np.concatenate([weights, weights]), places), shape=(n_nodes, n_nodes)), names)

    @property
    def adjacency(self) -> sparse.csr_array:
        """The symmetric adjacency; the array object is new at each access, its data is shared and read-only."""
        shared = sparse.csr_array(self._adjacency.shape, dtype=self.dtype)
        own = self._adjacency
        shared.data, shared.indices, shared.indptr = own.data, own.indices, own.indptr
        shared.has_canonical_format = True
        return shared

    @property
    def names(self) -> tuple[str, ...] | None:
        """Names of the nodes, or None."""
        return self._names

    @property
    def n_nodes(self) -> int:
        """Number of nodes, isolated ones included."""
        return self._adjacency.shape[0]

    @property
    def n_links(self) -> int:
        """Number of links, those of weight 0.0 included; each counts once."""
        return int(self._adjacency.nnz) // 2

    @property
    def degrees(self) -> np.ndarray:
        """Number of links of each node, shape (nodes,)."""
        return np.diff(self._adjacency.indptr).astype(np.int64)

    @property
    def density(self) -> float:
        """Share of the possible links that are present; 0 for a single node, which has none."""
        return 2 * self.n_links / max(1, self.n_nodes * (self.n_nodes - 1))

    @property
    def dtype(self) -> np.dtype:
        """float32 or float64, of the weights."""
        return self._adjacency.dtype

    def links(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the ends and the weight of each link once, the smaller end first, ascending. O(links)."""
        upper = sparse.coo_array(self._adjacency)
        kept = upper.row < upper.col
        return upper.row[kept], upper.col[kept], upper.data[kept]

    @classmethod
    def from_networkx(cls, graph: networkx.Graph) -> Graph:
        """Return the graph of networkx's; see :func:`~netsparse.graph.convert_monopartite.graph_from_networkx`."""
        from netsparse.graph.convert_monopartite import graph_from_networkx

        return graph_from_networkx(graph)

    @classmethod
    def from_igraph(cls, graph: igraph.Graph) -> Graph:
        """Return the graph of igraph's; see :func:`~netsparse.graph.convert_monopartite.graph_from_igraph`."""
        from netsparse.graph.convert_monopartite import graph_from_igraph

        return graph_from_igraph(graph)

    def to_networkx(self) -> networkx.Graph:
        """Return an undirected graph; see :func:`~netsparse.graph.convert_monopartite.graph_to_networkx`."""
        from netsparse.graph.convert_monopartite import graph_to_networkx

        return graph_to_networkx(self)

    def to_igraph(self) -> igraph.Graph:
        """Return an undirected graph; see :func:`~netsparse.graph.convert_monopartite.graph_to_igraph`."""
        from netsparse.graph.convert_monopartite import graph_to_igraph

        return graph_to_igraph(self)

    def to_frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per link: source, target, weight; by their names where nodes have some."""
        import pandas as pd

        source, target, weight = self.links()
        if self._names is not None:
            names = np.array(self._names, dtype=object)
            source, target = names[source], names[target]
        return pd.DataFrame({"source": source, "target": target, "weight": weight})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        mine, theirs = self._adjacency, other._adjacency
        return (
            self.dtype == other.dtype
            and self._names == other._names
            and mine.shape == theirs.shape
            and all(
                np.array_equal(getattr(mine, part), getattr(theirs, part)) for part in ("indptr", "indices", "data")
            )
        )

    def __hash__(self) -> int:
        return hash((self.n_nodes, self.n_links, self.dtype))

    def __reduce__(self):
        return Graph, (self.adjacency, self._names)

    def __repr__(self) -> str:
        nodes, links = (f"{n} {word}{'s' * (n != 1)}" for n, word in ((self.n_nodes, "node"), (self.n_links, "link")))
        return f"Graph({nodes}, {links}, density {self.density:.4g}, {self.dtype})"


def _check_symmetric(matrix: sparse.csr_array) -> None:
    if matrix.shape[0] != matrix.shape[1]:
        raise InvalidValue(f"adjacency must be square, got {matrix.shape[0]} x {matrix.shape[1]}: is it a layer?")
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    _refuse_loops(rows, matrix.indices)
    turned = sparse.csr_array(matrix.T)
    turned.sort_indices()
    same_links = np.array_equal(turned.indptr, matrix.indptr) and np.array_equal(turned.indices, matrix.indices)
    if same_links and np.array_equal(turned.data, matrix.data):
        return
    if not same_links:
        pairs = set(zip(rows.tolist(), matrix.indices.tolist(), strict=True))
        source, target = min((i, j) for i, j in pairs if (j, i) not in pairs)
        raise InvalidValue(f"adjacency has a link from node {source} to {target} and none back: it must be symmetric")
    place = int(np.flatnonzero(turned.data != matrix.data)[0])
    ends = f"nodes {rows[place]} and {matrix.indices[place]}"
    raise InvalidValue(f"the link between {ends} has weights {matrix.data[place]:g} and {turned.data[place]:g}")


def _refuse_loops(sources: np.ndarray, targets: np.ndarray) -> None:
    loops = np.flatnonzero(sources == targets)
    if loops.size:
        raise InvalidValue(f"node {sources[loops[0]]} is linked to itself; {loops.size} self-loops must be left out")
