"""Removal of links and of neurons, along any order."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer, Graph, LayeredNetwork, as_network_or_graph
from netsparse.graph.door import NetworkLike
from netsparse.graph.numbering import links_by_layer, neuron_counts, neurons_by_layer
from netsparse.importance import fixed_neurons, link_order, neuron_order
from netsparse.robustness.targets import check_strength, share


def prune_links(
    network: NetworkLike,
    strength: float,
    by: str = "random",
    *,
    readout: bool = False,
    descending: bool | None = None,
    rng=None,
) -> LayeredNetwork | Graph:
    r"""Remove the same fraction of the links of every sparse layer, the most important first.

    Exactly :math:`\lfloor s m + 1/2 \rfloor` of a layer's m links that are not frozen go. The three prunings of [1]_
    are `by` random, by 'weight' ("weight order") and by 'reverse-weight' ("reverse weight order").

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        Or what :func:`netsparse.graph.as_network_or_graph` takes.
        Frozen links stay; of ``network.thaw()`` they go like others.
    strength : float in [0, 1]
        The fraction s; 0 is the identity, 1 removes every link that may go.
    by : str, default 'random'
        The order, as in :func:`netsparse.importance.link_order`.
    readout : bool, default False
        Whether the readout's links take part.
    descending : bool, optional
        Deprecated: False asks for the reverse order.
    rng : None, int or numpy.random.Generator
        Breaks ties, and draws the random order. With the same seed, the links removed at a lower strength are
        among those removed at a higher one.

    Returns
    -------
    LayeredNetwork or Graph
        Of the same layer sizes; biases stay.

    Raises
    ------
    ValueError
        If `strength` is outside [0, 1] or `by` is unknown.

    References
    ----------
    .. [1] arXiv:2602.21961.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> [layer.n_links for layer in ns.robustness.prune_links(network, 0.25, 'weight').layers]
    [9, 15]
    """
    network = as_network_or_graph(network)
    strength = check_strength(strength, 1)
    order = link_order(network, by, descending=descending, readout=readout, rng=rng)
    return without_links(network, order[: removed_links(network, strength, readout=readout)])


def remove_neurons(
    network: NetworkLike,
    strength: float,
    by: str = "random",
    *,
    readout: bool = False,
    descending: bool | None = None,
    rng=None,
) -> LayeredNetwork | Graph:
    r"""Remove the same fraction of the neurons of every hidden layer, the most important first.

    Exactly :math:`\lfloor s n + 1/2 \rfloor` of a layer's n neurons, isolated ones included, lose all their links,
    those into the readout too, and their bias. Inputs and outputs stay, as do neurons with a frozen link or a frozen
    bias other than 0, which are none of the n.

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        Or what :func:`netsparse.graph.as_network_or_graph` takes.
        Of ``network.thaw()`` every hidden neuron may go.
    strength : float in [0, 1]
        The fraction s; 0 is the identity, 1 removes every hidden neuron that may go.
    by : str, default 'random'
        The order, as in :func:`netsparse.importance.neuron_order`.
    readout
        Not used: a hidden neuron loses its links wherever they lead.
    descending : bool, optional
        Deprecated: False asks for the reverse order.
    rng : None, int or numpy.random.Generator
        As in :func:`prune_links`.

    Returns
    -------
    LayeredNetwork or Graph
        Of the same layer sizes: a removed neuron, in a graph any node, stays, isolated.

    Raises
    ------
    ValueError
        If `strength` is outside [0, 1] or `by` is unknown.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> ns.robustness.remove_neurons(network, 0.4, rng=0).layers[1].n_links  # 2 of 5 neurons, 3 links each
    9
    """
    network = as_network_or_graph(network)
    strength = check_strength(strength, 1)
    order = neuron_order(network, by, descending=descending, rng=rng)
    return without_neurons(network, order[: removed_neurons(network, strength)])


def removed_links(network: LayeredNetwork | Graph, strength: float, *, readout: bool = False) -> int:
    """Return how many links a strength removes: its share of those of each layer that may go, rounded, added up."""
    if isinstance(network, Graph):
        return share(strength, network.n_links)
    return sum(share(strength, layer.free_links.size) for layer in network.taking_part(readout=readout))


def removed_neurons(network: LayeredNetwork | Graph, strength: float, *, readout: bool = False) -> int:
    """Return how many neurons a strength removes: its share of those of each layer that may go, rounded, added up."""
    if isinstance(network, Graph):
        return share(strength, network.n_nodes)
    return sum(share(strength, int((~fixed).sum())) for fixed in fixed_neurons(network)[1:-1])


def without_links(network: LayeredNetwork | Graph, links: np.ndarray) -> LayeredNetwork | Graph:
    """Return the network without some links, given by their ids; biases stay.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> [layer.n_links for layer in without_links(network, [0, 11, 12]).layers]  # the first layer has 12
    [10, 14]
    """
    gone = np.zeros(network.n_links, dtype=bool)
    gone[links] = True
    if isinstance(network, Graph):
        return _left_of_graph(network, ~gone)
    positions = map(np.flatnonzero, links_by_layer(network, gone))
    return network.with_layers(layer.without_links(part) for layer, part in zip(network.layers, positions, strict=True))


def without_neurons(network: LayeredNetwork | Graph, neurons: np.ndarray) -> LayeredNetwork | Graph:
    """Return the network without the links and biases of some neurons, given by their ids."""
    gone = np.zeros(sum(neuron_counts(network)), dtype=bool)
    gone[neurons] = True
    if isinstance(network, Graph):
        sources, targets, _ = network.links()
        return _left_of_graph(network, ~(gone[sources] | gone[targets]))
    sides = neurons_by_layer(network, gone)
    return network.with_layers(map(_without_ends, network.layers, sides, sides[1:]))


def _left_of_graph(graph: Graph, kept: np.ndarray) -> Graph:
    """Return the graph of the links that are kept; all nodes stay."""
    sources, targets, weights = (part[kept] for part in graph.links())
    return Graph.from_links(sources, targets, weights, n_nodes=graph.n_nodes, names=graph.names)


def _without_ends(layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray) -> BipartiteLayer:
    links = np.flatnonzero(np.repeat(rows, layer.row_degrees) | columns[layer.columns])
    left = layer.without_links(links)
    return left.with_weights(left.weights, np.where(columns, 0, layer.bias)) if columns.any() else left
