"""One sparse layer: a weighted bipartite graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue, check_positions
from netsparse.graph.canonical import assembled, canonical, checked_bias
from netsparse.graph.freezable import NOTHING_FROZEN, Freezable, Frozen, checked_frozen
from netsparse.graph.names import UNNAMED, Nameable, Names, checked_names

if TYPE_CHECKING:
    import igraph
    import networkx
    import pandas


class BipartiteLayer(Freezable, Nameable):
    r"""A weighted bipartite graph between two successive neuron layers, with the biases of the later one.

    The stored entries of `biadjacency` are the links: an entry whose weight is exactly 0.0 is a link like any
    other. A layer is an immutable value: its arrays are read-only, and two layers are equal when topology,
    weights, biases, dtype, names and what is frozen are.

    Parameters
    ----------
    biadjacency : scipy sparse array or matrix, shape (rows, columns)
        Rows are the neurons of the earlier layer, columns those of the later one, so that a layer computes
        :math:`y = x B + b`. ``torch.nn.Linear.weight`` is the transpose of it. float32 and float64 are kept,
        other real types become float64. Of any format: links are what it stores, so many as its ``nnz`` says, the
        zeros in stored blocks (BSR) and on stored diagonals (DIA) too.
    bias : array_like, shape (columns,), optional
        Biases of the later neurons, zero by default; converted to the dtype of the weights.
    frozen_links, frozen_biases : array_like of bool, shapes (n_links,) in CSR order and (columns,), optional
        What is frozen, see :meth:`netsparse.graph.BipartiteLayer.freeze`; nothing by default.
    row_names, column_names : sequence of str, optional
        Names of the neurons, see :meth:`netsparse.graph.BipartiteLayer.with_names`; every layer that is made of this
        one keeps them.

    Attributes
    ----------
    biadjacency : scipy.sparse.csr_array
        Canonical: column indices sorted within each row, no duplicates. *Link k* of a layer is position k here.
    bias : numpy.ndarray, shape (columns,)

    Raises
    ------
    TypeError
        If `biadjacency` is not sparse (a dense array does not say which zeros are links) or not real.
    ValueError
        If it gives a link twice (names one), a weight or bias is NaN or infinite, or the shapes do not fit.

    Notes
    -----
    Memory is that of the CSR arrays, O(links + rows + columns), and a byte a link where any is frozen.

    Examples
    --------
    >>> import scipy.sparse as sp, netsparse as ns
    >>> layer = ns.BipartiteLayer(sp.csr_array(([0.5, 0.0, 2.0], ([0, 0, 1], [0, 2, 1])), shape=(2, 3)))
    >>> layer
    BipartiteLayer(2 x 3, 3 links, density 0.5, float64)
    >>> layer.row_degrees
    array([2, 1])
    """

    __slots__ = ("_biadjacency", "_bias", "_frozen", "_names")

    def __init__(
        self, biadjacency, bias=None, frozen_links=None, frozen_biases=None, row_names=None, column_names=None
    ):
        self._biadjacency = canonical(biadjacency)
        self._bias = checked_bias(bias, self._biadjacency)
        self._frozen = checked_frozen(frozen_links, frozen_biases, self.n_links, self.shape[1])
        self._names = UNNAMED
        if row_names is not None or column_names is not None:
            rows, columns = self.shape
            self._names = Names(
                checked_names(row_names, rows, "row_names"), checked_names(column_names, columns, "column_names")
            )

    @classmethod
    def _of_matrix(
        cls, matrix: sparse.csr_array, bias, frozen: Frozen = NOTHING_FROZEN, names: Names = UNNAMED
    ) -> BipartiteLayer:
        """Return the layer of a matrix that :func:`~netsparse.graph.canonical.assembled` made."""
        layer = cls.__new__(cls)
        layer._biadjacency, layer._bias = matrix, checked_bias(bias, matrix)
        layer._frozen, layer._names = frozen, names
        return layer

    @classmethod
    def from_links(cls, rows, columns, weights, shape, bias=None) -> BipartiteLayer:
        """Build a layer from parallel arrays, one entry a link, in any order.

        Parameters
        ----------
        rows, columns : array_like of int, shape (links,)
            Earlier and later neuron of each link.
        weights : array_like, shape (links,)
        shape : tuple of int
            Sizes of the earlier and the later neuron layer.
        bias : array_like, shape (columns,), optional

        Raises
        ------
        TypeError, ValueError
            As for the class, and if a row or column is no whole number or outside of `shape`.

        Examples
        --------
        >>> import netsparse as ns
        >>> ns.BipartiteLayer.from_links([1, 0], [0, 2], [0.0, 1.0], shape=(2, 3)).n_links
        2
        """
        places = check_positions("rows", rows, shape[0]), check_positions("columns", columns, shape[1])
        return cls(sparse.coo_array((np.asarray(weights), places), shape=shape), bias)

    @classmethod
    def from_networkx(cls, graph: networkx.Graph) -> BipartiteLayer:
        """Return the layer of a bipartite graph; see :func:`~netsparse.graph.convert_networkx.layer_from_networkx`."""
        from netsparse.graph.convert_networkx import layer_from_networkx

        return layer_from_networkx(graph)

    @classmethod
    def from_igraph(cls, graph: igraph.Graph) -> BipartiteLayer:
        """Return the layer of a bipartite graph; see :func:`~netsparse.graph.convert_igraph.layer_from_igraph`."""
        from netsparse.graph.convert_igraph import layer_from_igraph

        return layer_from_igraph(graph)

    @property
    def biadjacency(self) -> sparse.csr_array:
        """The canonical biadjacency; the array object is new at each access, its data is shared and read-only."""
        shared = sparse.csr_array(self.shape, dtype=self.dtype)
        own = self._biadjacency
        shared.data, shared.indices, shared.indptr = own.data, own.indices, own.indptr
        shared.has_canonical_format = True
        return shared

    @property
    def bias(self) -> np.ndarray:
        """Biases of the later neurons, shape (columns,)."""
        return self._bias

    @property
    def weights(self) -> np.ndarray:
        """Weights of the links in CSR order, shape (n_links,)."""
        return self._biadjacency.data

    @property
    def columns(self) -> np.ndarray:
        """Later neuron of each link in CSR order, shape (n_links,)."""
        return self._biadjacency.indices

    @property
    def rows(self) -> np.ndarray:
        """Earlier neuron of each link in CSR order, shape (n_links,); computed, O(links)."""
        return np.repeat(np.arange(self.shape[0], dtype=self.columns.dtype), self.row_degrees)

    @property
    def indptr(self) -> np.ndarray:
        """Start of each row in CSR order, shape (rows + 1,)."""
        return self._biadjacency.indptr

    @property
    def row_degrees(self) -> np.ndarray:
        """Number of links of each earlier neuron, shape (rows,)."""
        return np.diff(self._biadjacency.indptr).astype(np.int64)

    @property
    def column_degrees(self) -> np.ndarray:
        """Number of links of each later neuron, shape (columns,)."""
        return np.bincount(self.columns, minlength=self.shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns): sizes of the earlier and the later neuron layer."""
        return self._biadjacency.shape

    @property
    def n_links(self) -> int:
        """Number of links, those of weight 0.0 included."""
        return int(self._biadjacency.nnz)

    @property
    def density(self) -> float:
        """Share of the possible links that are present, n_links / (rows x columns)."""
        return self.n_links / (self.shape[0] * self.shape[1])

    @property
    def dtype(self) -> np.dtype:
        """float32 or float64, of weights and biases alike."""
        return self._biadjacency.dtype

    def with_weights(self, weights, bias=None) -> BipartiteLayer:
        """Return a layer of the same topology with other weights (CSR order) and, if given, other biases."""
        weights = np.array(weights)
        if weights.shape != (self.n_links,):
            raise InvalidValue(f"weights must have one entry per link, shape ({self.n_links},), got {weights.shape}")
        matrix = assembled(weights, self.columns, self.indptr, self.shape)
        return self._of_matrix(matrix, self.bias if bias is None else bias, self._frozen, self._names)

    def without_links(self, links, bias=None) -> BipartiteLayer:
        """Return the layer without the links at these positions (CSR order) and, if given, other biases. O(links).

        Parameters
        ----------
        links : array_like of int
            Positions of the links to remove.
        bias : array_like, shape (columns,), optional
            By default the biases stay.

        Raises
        ------
        TypeError, ValueError
            If they are no whole numbers, or not from 0 to n_links - 1.

        Examples
        --------
        >>> import netsparse as ns
        >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 2, 1], [1.0, 2.0, 3.0], shape=(2, 3))
        >>> layer.without_links([1]).weights
        array([1., 3.])
        """
        keep = np.ones(self.n_links, dtype=bool)
        keep[check_positions("links", links, self.n_links)] = False
        bias = self.bias if bias is None else bias
        if keep.all() and np.array_equal(bias, self.bias):
            return self
        kept_before = np.concatenate([[0], np.cumsum(keep)]).astype(self.indptr.dtype)  # of each link, and of all
        matrix = assembled(self.weights[keep], self.columns[keep], kept_before[self.indptr], self.shape)
        return self._of_matrix(matrix, bias, self._frozen.without_links(keep), self._names)

    def to_networkx(self) -> networkx.Graph:
        """Return an undirected networkx graph; see :func:`~netsparse.graph.convert_networkx.layer_to_networkx`."""
        from netsparse.graph.convert_networkx import layer_to_networkx

        return layer_to_networkx(self)

    def to_igraph(self) -> igraph.Graph:
        """Return an undirected bipartite igraph graph; see :func:`~netsparse.graph.convert_igraph.layer_to_igraph`."""
        from netsparse.graph.convert_igraph import layer_to_igraph

        return layer_to_igraph(self)

    def to_frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per link: row, column, weight; with names, row_name and column_name too."""
        import pandas as pd

        frame = pd.DataFrame({"row": self.rows, "column": self.columns, "weight": self.weights})
        for side, names in zip(("row", "column"), self._names, strict=True):
            if names is not None:
                frame[f"{side}_name"] = np.array(names, dtype=object)[frame[side].to_numpy()]
        return frame

    def same_topology(self, other: BipartiteLayer) -> bool:
        """Tell whether both layers have the same shape and the same links, whatever the weights."""
        return (
            self.shape == other.shape
            and np.array_equal(self.indptr, other.indptr)
            and np.array_equal(self.columns, other.columns)
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BipartiteLayer):
            return NotImplemented
        return (
            self.dtype == other.dtype
            and self.same_topology(other)
            and np.array_equal(self.weights, other.weights)
            and np.array_equal(self.bias, other.bias)
            and self._frozen == other._frozen
            and self._names == other._names
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.n_links, self.dtype))

    def __reduce__(self):
        return BipartiteLayer, (self.biadjacency, self.bias, *self._frozen, *self._names)

    def __repr__(self) -> str:
        rows, columns = self.shape
        frozen = self._frozen.count()
        return (
            f"BipartiteLayer({rows} x {columns}, {self.n_links} link{'s' * (self.n_links != 1)}, "
            f"density {self.density:.4g}, {self.dtype}{f', {frozen} frozen' * (frozen > 0)})"
        )


def check_layer(layer: BipartiteLayer) -> None:
    """Raise a `TypeError` unless `layer` is a `BipartiteLayer`.

    Examples
    --------
    >>> check_layer([[1.0, 0.0]])
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidType: layer must be a BipartiteLayer, got list
    """
    if not isinstance(layer, BipartiteLayer):
        raise InvalidType(f"layer must be a BipartiteLayer, got {type(layer).__name__}")
