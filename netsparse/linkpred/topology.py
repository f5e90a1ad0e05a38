"""The links of a layer from both sides, as the path kernels read them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.monopartite import MonopartiteGraph


class Topology(NamedTuple):
    """Neighbours of every row and of every column, in compressed form: int64 starts, int32 neighbours.

    The dtypes are fixed so that each kernel is compiled once.
    """

    row_starts: np.ndarray
    row_neighbours: np.ndarray
    column_starts: np.ndarray
    column_neighbours: np.ndarray

    @classmethod
    def of(cls, layer: BipartiteLayer) -> Topology:
        """Read the links of a layer; O(links + rows + columns)."""
        if max(layer.shape) > np.iinfo(np.int32).max:
            raise InvalidValue(f"link prediction needs layers of fewer than 2**31 neurons a side, got {layer.shape}")
        links = sparse.csr_array((np.ones(layer.n_links, np.int8), layer.columns, layer.indptr), shape=layer.shape)
        by_column = links.tocsc()
        return cls(*_arrays(links), *_arrays(by_column))

    @classmethod
    def of_graph(cls, graph: MonopartiteGraph) -> Topology:
        """Read a monopartite graph as a layer whose rows and columns are both its nodes."""
        starts, neighbours = graph.starts.copy(), graph.neighbours.copy()  # that can be written to, as all others
        return cls(starts, neighbours, starts, neighbours)

    def core(self) -> tuple[Topology, np.ndarray, np.ndarray]:
        """Return the links among the rows and columns that have one, and which rows and columns these are."""
        rows, columns = np.flatnonzero(self.row_degrees), np.flatnonzero(self.column_degrees)
        links = sparse.csr_array(
            (np.ones(self.n_links, np.int8), self.row_neighbours, self.row_starts), shape=self.shape
        )
        core = links[rows][:, columns].tocsr()
        core.sort_indices()
        return Topology(*_arrays(core), *_arrays(core.tocsc())), rows, columns

    def transposed(self) -> Topology:
        """Return the topology with rows and columns exchanged."""
        return Topology(self.column_starts, self.column_neighbours, self.row_starts, self.row_neighbours)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.row_starts.size - 1, self.column_starts.size - 1

    @property
    def row_degrees(self) -> np.ndarray:
        """Links of each row."""
        return np.diff(self.row_starts)

    @property
    def column_degrees(self) -> np.ndarray:
        """Links of each column."""
        return np.diff(self.column_starts)

    @property
    def n_paths(self) -> int:
        """Number of paths of length 3, those between linked neurons included."""
        rows = np.repeat(self.row_degrees - 1, self.row_degrees)
        return int(rows @ (self.column_degrees - 1)[self.row_neighbours])

    @property
    def n_links(self) -> int:
        """Number of links."""
        return self.row_neighbours.size


def _arrays(compressed) -> tuple[np.ndarray, np.ndarray]:
    return np.array(compressed.indptr, np.int64), np.array(compressed.indices, np.int32)
