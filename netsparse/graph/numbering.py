"""The numbering of links and neurons: arrays over all of them, in the order of their ids, cut into layers."""

from __future__ import annotations

import numpy as np

from netsparse.graph.monopartite import Graph
from netsparse.graph.network import LayeredNetwork


def link_counts(network: LayeredNetwork | Graph) -> list[int]:
    """Return the number of links of each layer; a graph of one kind of node counts as one."""
    return [network.n_links] if isinstance(network, Graph) else [layer.n_links for layer in network.layers]


def neuron_counts(network: LayeredNetwork | Graph) -> list[int]:
    """Return the number of neurons of each neuron layer; the nodes of a graph count as one."""
    return [network.n_nodes] if isinstance(network, Graph) else list(network.sizes)


def links_by_layer(network: LayeredNetwork | Graph, values: np.ndarray) -> list[np.ndarray]:
    """Return values of all links as an array per layer: ids count the links of layer 0 first, in CSR order.

    Those of a graph are in the order of :meth:`~netsparse.graph.Graph.links`.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((2, 2, 1), density=0.5, rng=0)
    >>> links_by_layer(network, np.arange(network.n_links))
    [array([0, 1]), array([2, 3])]
    """
    return np.split(values, np.cumsum(link_counts(network))[:-1])


def neurons_by_layer(network: LayeredNetwork | Graph, values: np.ndarray, *, axis: int = 0) -> list[np.ndarray]:
    """Return values of all neurons as an array per neuron layer: ids count the inputs first.

    Examples
    --------
    >>> import netsparse as ns
    >>> neurons_by_layer(ns.generate.erdos_renyi((2, 2, 1), density=0.5, rng=0), np.arange(5))
    [array([0, 1]), array([2, 3]), array([4])]
    """
    return np.split(values, np.cumsum(neuron_counts(network))[:-1], axis=axis)
