"""Largest component and second moment of the undirected layered network along a removal order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from netsparse.graph import Graph, LayeredNetwork
from netsparse.percolation.order import Ranks


def component_curves(network: LayeredNetwork | Graph, ranks: Ranks) -> tuple[np.ndarray, np.ndarray]:
    r"""Return size of the largest component and second moment of the others after k removals, k = 0 .. m.

    Directions are ignored and every neuron is a node, isolated ones included; a removed neuron is no node any
    more. The second moment leaves the largest component out and is per neuron of the intact network,

    .. math:: \frac{1}{N} \Bigl(\sum_c s_c^2 - s_{max}^2\Bigr).

    Notes
    -----
    The order read backward adds links; a link that joins two components is an edge of the maximum spanning
    forest on the ranks, and union-find over them is exact. O(links + removals), up to the inverse Ackermann function:
    ranks are whole numbers, so that nothing is sorted.

    References
    ----------
    .. [1] M. E. J. Newman and R. M. Ziff, Fast Monte Carlo algorithm for site or bond percolation, Phys. Rev.
       E 64, 016706 (2001).
    """
    from netsparse.kernels.union_find import LinksByLife, chain_layer, grow_components

    neuron_ranks = np.concatenate(ranks.neurons)
    links = LinksByLife.empty(network.n_links, ranks.n_removals + 1, neuron_ranks.dtype)
    first_link = first_row = 0
    for (indptr, columns), link_ranks in zip(_blocks(network), ranks.links, strict=True):
        chain_layer(links, indptr, columns, link_ranks, neuron_ranks, first_link, first_row)
        first_link, first_row = first_link + columns.size, first_row + indptr.size - 1
    largest = np.zeros(ranks.n_removals + 1, dtype=np.int64)
    moment = np.empty(ranks.n_removals + 1)
    grow_components(links, neuron_ranks, largest, moment)
    return largest, moment


def _blocks(network: LayeredNetwork | Graph) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the links of each layer as index pointers and columns, these counted from the neuron after the last row.

    The rows of a graph are its columns, which all stand before that place: they are counted backward from it.
    """
    if isinstance(network, Graph):
        upper = sparse.triu(network.adjacency, format="csr")
        yield upper.indptr, upper.indices - network.n_nodes
    else:
        yield from ((layer.indptr, layer.columns) for layer in network.layers)
