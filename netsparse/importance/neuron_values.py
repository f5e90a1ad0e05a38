"""The importance of each neuron, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

import numpy as np

from netsparse.graph import BipartiteLayer, Graph, LayeredNetwork, as_network_or_graph
from netsparse.graph.door import NetworkLike
from netsparse.graph.numbering import neuron_counts
from netsparse.importance import betweenness
from netsparse.importance.collective_influence import collective_influence
from netsparse.registry import Registry


def random(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return independent uniform numbers from [0, 1)."""
    rng = np.random.default_rng(rng)
    return [rng.random(size) for size in neuron_counts(network)]


@singledispatch
def degree(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return the number of links, in-links and out-links together."""
    return _in_plus_out(network, lambda layer: (layer.row_degrees, layer.column_degrees))


@degree.register(Graph)
def _(graph, *, rng=None) -> list[np.ndarray]:
    return [graph.degrees]


@singledispatch
def strength(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    """Return the sum of |w| over in-links and out-links; biases do not count."""
    return _in_plus_out(network, _layer_strengths)


@strength.register(Graph)
def _(graph, *, rng=None) -> list[np.ndarray]:
    return [np.asarray(abs(graph.adjacency).sum(axis=1), dtype=np.float64)]


def _layer_strengths(layer: BipartiteLayer) -> tuple[np.ndarray, np.ndarray]:
    sizes = np.abs(layer.weights)
    return (
        np.bincount(layer.rows, sizes, minlength=layer.shape[0]),
        np.bincount(layer.columns, sizes, minlength=layer.shape[1]),
    )


def _in_plus_out(network: LayeredNetwork, sides: Callable[[BipartiteLayer], tuple]) -> list[np.ndarray]:
    """Add up, per neuron, what it is as a column of one layer and as a row of the next."""
    out, into = zip(*map(sides, network.layers), strict=True)
    return [out[0], *(a + b for a, b in zip(into[:-1], out[1:], strict=True)), into[-1]]


NEURONS: Registry[Callable[..., list[np.ndarray]]] = Registry(
    "importance of neurons",
    {
        "random": random,
        "degree": degree,
        "strength": strength,
        "betweenness": betweenness.of_neurons,
        "collective-influence": collective_influence,
    },
)


def neurons(network: NetworkLike, by: str, *, rng=None) -> list[np.ndarray]:
    """Return the importance of every neuron: the larger, the more important.

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        Or what :func:`netsparse.graph.as_network_or_graph` takes; the neurons of a graph are its nodes.
    by : {'random', 'degree', 'strength', 'betweenness', 'collective-influence'}
        A name in :data:`netsparse.importance.NEURONS`: uniform numbers, the number of links, the sum of their
        |w|, the number of shortest input-to-output paths through the neuron (each pair of an input and an output
        counts one, shared equally by its paths; inputs and outputs themselves get 0; in a graph, the pairs of
        all other nodes), or
        the collective influence, how many links hang at the rim of a neighbourhood of radius 2.
    rng : numpy.random.Generator or seed, optional
        For 'random'.

    Returns
    -------
    list of numpy.ndarray
        One array per neuron layer, inputs and outputs included; of a graph, one.

    Raises
    ------
    TypeError, ValueError
        If `by` is unknown, or `network` is no network, layer or graph.

    Notes
    -----
    O(links), 'betweenness' O(inputs x links), 'collective-influence' O(links in all balls of radius 2).

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [-3.0, 0.5, 1.0], shape=(2, 2))
    >>> ns.importance.neurons(ns.LayeredNetwork([layer]), 'strength')
    [array([3.5, 1. ]), array([4. , 0.5])]
    """
    return NEURONS[by](as_network_or_graph(network), rng=rng)
