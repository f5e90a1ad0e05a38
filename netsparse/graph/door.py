"""What a function about networks takes for one."""

from __future__ import annotations

from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork, check_network


def as_network(network: LayeredNetwork | BipartiteLayer) -> LayeredNetwork:
    """Return a network as it is, a layer as the network of this one sparse layer; anything else is a `TypeError`.

    Examples
    --------
    >>> import netsparse as ns
    >>> as_network(ns.BipartiteLayer.from_links([0], [1], [1.0], shape=(1, 2)))
    LayeredNetwork(1-2, 1 links, density 0.5, 0 readout layers, relu, float64)
      0  1 x 2, 1 links, density 0.5
    """
    if isinstance(network, BipartiteLayer):
        return LayeredNetwork([network])
    check_network(network)
    return network
