"""Betweenness of the traffic from inputs to outputs."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from netsparse.graph import Graph, LayeredNetwork
from netsparse.graph.numbering import links_by_layer, neurons_by_layer


@singledispatch
def of_links(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    r"""Return the betweenness of every link over the pairs of an input s and an output t,

    .. math:: \sum_{s, t} \sigma_{st}(e) / \sigma_{st},

    where :math:`\sigma_{st}` counts the directed shortest paths: in a layered network, all directed paths. In a
    graph of one kind of node, over all pairs of nodes, by undirected shortest paths.

    Notes
    -----
    By igraph; O(inputs x links).

    References
    ----------
    .. [1] U. Brandes, On variants of shortest-path betweenness centrality, Social Networks 30, 136-145, 2008.
    """
    values = network.to_igraph().edge_betweenness(directed=True, **_traffic(network))
    return links_by_layer(network, np.array(values))


@of_links.register(Graph)
def _(graph, *, rng=None) -> list[np.ndarray]:
    return [np.array(graph.to_igraph().edge_betweenness(directed=False))]


@singledispatch
def of_neurons(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return the betweenness of every neuron, as of a link; the ends of a path, inputs and outputs, get nothing."""
    values = network.to_igraph().betweenness(directed=True, **_traffic(network))
    return neurons_by_layer(network, np.array(values))


@of_neurons.register(Graph)
def _(graph, *, rng=None) -> list[np.ndarray]:
    return [np.array(graph.to_igraph().betweenness(directed=False))]


def _traffic(network: LayeredNetwork) -> dict[str, range]:
    n_neurons = sum(network.sizes)
    return {"sources": range(network.sizes[0]), "targets": range(n_neurons - network.sizes[-1], n_neurons)}
