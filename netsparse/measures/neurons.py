"""Strengths of the neurons of a network, and how they fluctuate."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.measures.registry import Value, register


def neuron_strengths(network: LayeredNetwork | BipartiteLayer, *, absolute: bool = False) -> list[np.ndarray]:
    r"""Return the strength of each neuron, one array per neuron layer.

    .. math:: s_k = \sum_i w_{ik} + b_k + \sum_j w_{kj}

    of a hidden neuron; an input has 1 in place of its in-links and bias, an output 1 in place of its out-links.

    Parameters
    ----------
    network : LayeredNetwork or BipartiteLayer
    absolute : bool, default False
        Take abs(w) and abs(b).

    Returns
    -------
    list of numpy.ndarray of float64

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [2.0, -3.0], shape=(1, 2), bias=[0.5, 0.0])
    >>> [strengths.tolist() for strengths in ns.measures.neuron_strengths(layer)]
    [[0.0], [3.5, -2.0]]

    References
    ----------
    .. [1] E. La Malfa et al., Characterizing learning dynamics of deep neural networks via complex networks, ICTAI
       2021.
    """
    network = as_network(network)
    sized = np.abs if absolute else np.positive
    out, into = [], []
    for layer in network.layers:
        weights = sized(layer.weights.astype(np.float64))
        out.append(np.bincount(layer.rows, weights, minlength=layer.shape[0]))
        received = np.bincount(layer.columns, weights, minlength=layer.shape[1])
        into.append(received + sized(layer.bias.astype(np.float64)))
    ones = np.ones(network.sizes[0]), np.ones(network.sizes[-1])
    return [a + b for a, b in zip([ones[0], *into], [*out, ones[1]], strict=True)]


@register(
    "neuron-strength",
    of="network",
    formula="mean and standard deviation (fluctuation) over a neuron layer of in-weights + bias + out-weights",
    bounds="unbounded; the fluctuation at least 0",
    undefined="none",
    reads={"links", "weights", "placement"},
    cost="O(m)",
    seconds=lambda network: 3e-8 * network.n_links,
)
def neuron_strength(network: LayeredNetwork | BipartiteLayer) -> dict[str, Value]:
    """Return mean and fluctuation of the neurons' strengths per neuron layer; `absolute` parts take abs(w).

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [2.0, -3.0], shape=(1, 2))
    >>> ns.measures.neuron_strength(layer)["fluctuation-1"].value
    2.5

    References
    ----------
    .. [1] E. La Malfa et al., Characterizing learning dynamics of deep neural networks via complex networks, ICTAI
       2021.
    """
    values = {}
    for kind, absolute in (("", False), ("absolute-", True)):
        for index, strengths in enumerate(neuron_strengths(network, absolute=absolute)):
            values[f"{kind}mean-{index}"] = Value(float(strengths.mean()))
            values[f"{kind}fluctuation-{index}"] = Value(float(strengths.std()))
    return values
