"""The network as one undirected graph over all neurons."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
from scipy import sparse

from netsparse.graph import Graph, LayeredNetwork
from netsparse.graph.convert import tables


@singledispatch
def neighbours(network: LayeredNetwork | Graph) -> tuple[np.ndarray, np.ndarray]:
    """Return `indptr` and `indices`; indices[indptr[v]:indptr[v + 1]] are the neighbours of neuron v on both sides."""
    links = tables(network.layers)
    ends = (np.concatenate([links.source, links.target]), np.concatenate([links.target, links.source]))
    n_neurons = sum(network.sizes)
    matrix = sparse.coo_array((np.ones(ends[0].size, dtype=np.int8), ends), shape=(n_neurons, n_neurons)).tocsr()
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)


@neighbours.register(Graph)
def _(graph) -> tuple[np.ndarray, np.ndarray]:
    return graph.adjacency.indptr.astype(np.int64), graph.adjacency.indices.astype(np.int64)
