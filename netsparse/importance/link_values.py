"""The importance of each link, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

import numpy as np

from netsparse.graph import Graph, LayeredNetwork, as_network_or_graph
from netsparse.graph.door import NetworkLike
from netsparse.graph.numbering import link_counts
from netsparse.importance import betweenness, relative_weight
from netsparse.importance.neuron_values import degree as neuron_degree
from netsparse.importance.neuron_values import strength as neuron_strength
from netsparse.registry import Registry


def random(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return independent uniform numbers from [0, 1)."""
    rng = np.random.default_rng(rng)
    return [rng.random(size) for size in link_counts(network)]


@singledispatch
def weight(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return the absolute weights."""
    return [np.abs(layer.weights) for layer in network.layers]


@weight.register(Graph)
def _(graph, *, rng=None) -> list[np.ndarray]:
    return [np.abs(graph.links()[2])]


def degree(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return the product of the degrees of both ends, in the undirected network of all layers [1]_.

    References
    ----------
    .. [1] P. Holme, B. J. Kim, C. N. Yoon, S. K. Han, Attack vulnerability of complex networks, Phys. Rev. E 65,
       056109, 2002.
    """
    return _product_of_ends(network, neuron_degree(network))


def strength(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return the product of the strengths of both ends, a strength being the sum of |w| over all links of a neuron."""
    return _product_of_ends(network, neuron_strength(network))


@singledispatch
def _product_of_ends(network: LayeredNetwork | Graph, ends: list[np.ndarray]) -> list[np.ndarray]:
    return [
        np.repeat(earlier, layer.row_degrees) * later[layer.columns]
        for layer, earlier, later in zip(network.layers, ends[:-1], ends[1:], strict=True)
    ]


@_product_of_ends.register(Graph)
def _(graph, ends: list[np.ndarray]) -> list[np.ndarray]:
    sources, targets, _ = graph.links()
    return [ends[0][sources] * ends[0][targets]]


LINKS: Registry[Callable[..., list[np.ndarray]]] = Registry(
    "importance of links",
    {
        "random": random,
        "weight": weight,
        "relative-weight": relative_weight.of_links,
        "degree": degree,
        "strength": strength,
        "betweenness": betweenness.of_links,
    },
)


def links(network: NetworkLike, by: str, *, rng=None) -> list[np.ndarray]:
    """Return the importance of every link: the larger, the more important.

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        Or what :func:`netsparse.graph.as_network_or_graph` takes.
    by : {'random', 'weight', 'relative-weight', 'degree', 'strength', 'betweenness'}
        A name in :data:`netsparse.importance.LINKS`: uniform numbers, |w|, its shares of the sums of |w| at both ends,
        the product of the degrees or of the strengths of both ends, the number of shortest input-to-output paths
        through the link (each pair of an input and an output, in a graph each pair of nodes, counts one, shared equally
        by its paths).
    rng : numpy.random.Generator or seed, optional
        For 'random'.

    Returns
    -------
    list of numpy.ndarray
        One array per layer, readout included, in the layer's CSR order; of a graph one, in the order of
        :meth:`~netsparse.graph.Graph.links`.

    Raises
    ------
    TypeError, ValueError
        If `by` is unknown, or `network` is no network, layer or graph.

    Notes
    -----
    O(links), 'betweenness' O(inputs x links).

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [-3.0, 0.5, 1.0], shape=(2, 2))
    >>> ns.importance.links(ns.LayeredNetwork([layer]), 'weight')
    [array([3. , 0.5, 1. ])]
    >>> ns.importance.links(ns.LayeredNetwork([layer]), 'degree')
    [array([4, 2, 2])]
    """
    return LINKS[by](as_network_or_graph(network), rng=rng)
