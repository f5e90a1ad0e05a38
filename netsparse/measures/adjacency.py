"""Graphs of one kind of nodes, given as symmetric sparse adjacencies."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue


def as_adjacency(graph) -> sparse.csr_array:
    """Return a symmetric sparse matrix as the adjacency of its stored pattern, all weights 1, sorted.

    Raises
    ------
    TypeError
        If it is not sparse.
    ValueError
        If it is not square or not symmetric, or links a node to itself.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> as_adjacency(sp.csr_array([[0, 1], [0, 0]]))
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: graph must be symmetric: 1 of 1 links lack their mirror image
    """
    if not sparse.issparse(graph):
        raise InvalidType(f"graph must be a scipy sparse array, got {type(graph).__name__}", parameter="graph")
    if graph.ndim != 2 or graph.shape[0] != graph.shape[1]:
        raise InvalidValue(f"graph must be a square adjacency, got shape {graph.shape}", parameter="graph")
    adjacency = sparse.csr_array(graph, copy=True)
    adjacency.sum_duplicates()
    adjacency.data = np.ones(adjacency.nnz)
    lacking = abs(adjacency - adjacency.T).sum() / 2
    if lacking:
        raise InvalidValue(
            f"graph must be symmetric: {lacking:.0f} of {adjacency.nnz} links lack their mirror image",
            parameter="graph",
        )
    if adjacency.diagonal().any():
        raise InvalidValue("graph must not link a node to itself", parameter="graph")
    return adjacency


def links_of(adjacency: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends i < j of each link once, by i, then by j.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> [ends.tolist() for ends in links_of(as_adjacency(sp.csr_array([[0, 1], [1, 0]])))]
    [[0], [1]]
    """
    upper = sparse.triu(adjacency, k=1, format="csr")
    return np.repeat(np.arange(upper.shape[0]), np.diff(upper.indptr)), upper.indices.astype(np.int64)
