"""Links and neurons of a network as plain lists, in order of their ids."""

from __future__ import annotations

import networkx as nx

from netsparse import LayeredNetwork

Neuron = tuple[int, int]  # neuron layer, index


def link_list(network: LayeredNetwork) -> list[tuple[Neuron, Neuron]]:
    return [
        ((depth, int(row)), (depth + 1, int(column)))
        for depth, layer in enumerate(network.layers)
        for row, column in zip(layer.rows, layer.columns, strict=True)
    ]


def neuron_list(network: LayeredNetwork) -> list[Neuron]:
    return [(depth, index) for depth, size in enumerate(network.sizes) for index in range(size)]


def graph_of(network: LayeredNetwork) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(neuron_list(network))
    graph.add_edges_from(link_list(network))
    return graph
