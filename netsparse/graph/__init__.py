"""Layers and networks as graphs, their converters and files."""

from __future__ import annotations

from netsparse.graph.activation import ACTIVATIONS
from netsparse.graph.door import as_graph, as_layer, as_network, as_network_or_graph
from netsparse.graph.formats import FORMATS, read, write
from netsparse.graph.layer import BipartiteLayer, check_layer
from netsparse.graph.monopartite import Graph
from netsparse.graph.network import LayeredNetwork

__all__ = [
    "ACTIVATIONS", "FORMATS", "BipartiteLayer", "Graph", "LayeredNetwork", "as_graph", "as_layer", "as_network",
    "as_network_or_graph", "check_layer", "read", "write",
]  # fmt: skip
