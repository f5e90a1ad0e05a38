"""A layer seen from either side: its links as compressed rows and as compressed columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from netsparse.graph import BipartiteLayer, check_layer


class Sides(NamedTuple):
    """Neighbours of rows (`ptr`, `ids`) and of columns; `link` is the CSR position of each link of the columns."""

    row_ptr: np.ndarray
    row_ids: np.ndarray
    column_ptr: np.ndarray
    column_ids: np.ndarray
    link: np.ndarray

    @property
    def from_rows(self) -> tuple[np.ndarray, ...]:
        """The neighbours of rows, then those of columns, as kernels take them."""
        return self.row_ptr, self.row_ids, self.column_ptr, self.column_ids

    @property
    def from_columns(self) -> tuple[np.ndarray, ...]:
        """The neighbours of columns, then those of rows."""
        return self.column_ptr, self.column_ids, self.row_ptr, self.row_ids


def sides(layer: BipartiteLayer) -> Sides:
    """Return the links of a layer from both sides. O(links).

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> sides(layer).column_ids.tolist()
    [0, 1, 0]
    """
    check_layer(layer)
    positions = sparse.csr_array((np.arange(layer.n_links), layer.columns, layer.indptr), shape=layer.shape).tocsc()
    pointers = layer.indptr.astype(np.int64), positions.indptr.astype(np.int64)
    ids = layer.columns.astype(np.int64), positions.indices.astype(np.int64)
    return Sides(pointers[0], ids[0], pointers[1], ids[1], positions.data)


def pattern(layer: BipartiteLayer) -> sparse.csr_array:
    """Return the biadjacency with all weights 1, in float64.

    Examples
    --------
    >>> import netsparse as ns
    >>> pattern(ns.BipartiteLayer.from_links([0], [1], [0.0], shape=(1, 2))).toarray().tolist()
    [[0.0, 1.0]]
    """
    check_layer(layer)
    return sparse.csr_array((np.ones(layer.n_links), layer.columns, layer.indptr), shape=layer.shape)


def block(layer: BipartiteLayer) -> sparse.csr_array:
    """Return the symmetric adjacency of rows and columns as the nodes of one graph, rows first, all weights 1.

    Examples
    --------
    >>> import netsparse as ns
    >>> block(ns.BipartiteLayer.from_links([0], [1], [0.0], shape=(1, 2))).toarray().tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    links = pattern(layer)
    return sparse.block_array([[None, links], [links.T, None]], format="csr")


def walks_of_two(layer: BipartiteLayer) -> float:
    """Return the number of walks of length 2 from a neuron back to its side: what counting overlaps costs.

    Examples
    --------
    >>> import netsparse as ns
    >>> walks_of_two(ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2)))
    6.0
    """
    return float(sum((degrees.astype(np.float64) ** 2).sum() for degrees in (layer.row_degrees, layer.column_degrees)))
