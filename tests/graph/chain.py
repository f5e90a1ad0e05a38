"""A small network as a networkx graph, the indices of its neurons in another order than its nodes."""

from __future__ import annotations

import networkx as nx


def chain(**attributes) -> nx.DiGraph:
    """A network of 2-2-1 neurons, whose nodes are its numbers, indices in another order than the nodes."""
    graph = nx.DiGraph(**attributes)
    for node, (layer, index) in enumerate([(0, 1), (0, 0), (1, 0), (1, 1), (2, 0)]):
        graph.add_node(node, layer=layer, index=index, bias=0.25 * layer)
    graph.add_weighted_edges_from([(0, 2, 0.5), (1, 3, -1.0), (2, 4, 0.0), (3, 4, 2.0)])
    return graph
