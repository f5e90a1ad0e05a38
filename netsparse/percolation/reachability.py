"""Which neurons lie on a directed path from an input to an output."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike


def active_neurons(network: NetworkLike) -> list[np.ndarray]:
    """Tell which neurons lie on a directed path from an input to an output.

    A neuron is active iff an input reaches it and it reaches an output. Links count by presence: a link of
    weight 0.0 carries a path, a bias does not.

    Parameters
    ----------
    network : LayeredNetwork or BipartiteLayer
        Or what :func:`netsparse.graph.as_network` takes; a layer is the network of this one layer.

    Returns
    -------
    list of numpy.ndarray of bool
        One array per neuron layer, inputs and outputs included.

    Raises
    ------
    TypeError
        If `network` is none of these.

    Notes
    -----
    Two passes over the links, O(links + neurons) time and memory.

    Examples
    --------
    The second input is connected to a hidden neuron that leads nowhere, the third hidden neuron hears nobody.

    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 3))
    >>> second = ns.BipartiteLayer.from_links([0, 2], [0, 1], [1.0, 1.0], shape=(3, 2))
    >>> for active in ns.percolation.active_neurons(ns.LayeredNetwork([first, second])):
    ...     print(active)
    [ True False]
    [ True False False]
    [ True False]
    """
    network = as_network(network)
    heard, heeded = reached_from_inputs(network), reaching_outputs(network)
    return [forward & backward for forward, backward in zip(heard, heeded, strict=True)]


def reached_from_inputs(network: LayeredNetwork) -> list[np.ndarray]:
    """Tell which neurons some input reaches, one boolean array per neuron layer; all inputs do."""
    reached = [np.ones(network.sizes[0], dtype=bool)]
    for layer in network.layers:
        reached.append(_mark_columns(layer, reached[-1]))
    return reached


def reaching_outputs(network: LayeredNetwork) -> list[np.ndarray]:
    """Tell which neurons reach some output, one boolean array per neuron layer; all outputs do."""
    reaching = [np.ones(network.sizes[-1], dtype=bool)]
    for layer in reversed(network.layers):
        reaching.append(_mark_rows(layer, reaching[-1]))
    return reaching[::-1]


def _mark_columns(layer: BipartiteLayer, rows: np.ndarray) -> np.ndarray:
    """Mark the columns that a marked row is linked to."""
    marked = np.zeros(layer.shape[1], dtype=bool)
    marked[layer.columns[np.repeat(rows, layer.row_degrees)]] = True
    return marked


def _mark_rows(layer: BipartiteLayer, columns: np.ndarray) -> np.ndarray:
    """Mark the rows that are linked to a marked column."""
    marked = np.zeros(layer.shape[0], dtype=bool)
    marked[layer.rows[columns[layer.columns]]] = True
    return marked
