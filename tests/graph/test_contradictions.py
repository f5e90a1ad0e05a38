"""What contradicts in a graph is refused by name: the node or the link, the attribute and the value."""

from __future__ import annotations

import igraph
import networkx as nx
import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork
from tests.graph.chain import chain


def changed(kind: str, place, attribute: str, value) -> nx.DiGraph:
    """The chain with one attribute of a node, a link or the graph replaced, or taken away if None."""
    graph = chain()
    owner = {"node": graph.nodes, "link": graph.edges}[kind][place] if kind != "graph" else graph.graph
    owner.pop(attribute, None)
    if value is not None:
        owner[attribute] = value
    return graph


CONTRADICTIONS = [
    ("node", 3, "index", None, "node 3 has no index, but others have"),
    ("node", 3, "bias", None, "node 3 has no bias, but others have"),
    ("link", (1, 3), "weight", None, "the link from node 1 to node 3 has no weight, but others have"),
    ("node", 3, "layer", 1.9, "node 3 has layer 1.9, which is no whole number"),
    ("node", 3, "layer", True, "node 3 has layer True, which is no whole number"),
    ("node", 3, "layer", "1_0", "node 3 has layer '1_0', which is no whole number"),
    ("node", 3, "layer", float("nan"), "node 3 has layer nan, which is no whole number"),
    ("node", 3, "layer", [1], r"node 3 has layer \[1\], which is no whole number"),
    ("node", 3, "layer", 2**70, "node 3 has layer .*, which is too large"),
    ("node", 3, "layer", 7, "without gaps, got 0 to 7, that of node 3"),
    ("node", 3, "index", 0.5, "node 3 has index 0.5, which is no whole number"),
    ("node", 3, "index", "", "node 3 has index '', which is no whole number"),
    ("node", 3, "index", 2, "node 3 has index 2, but its layer has 2 nodes"),
    ("node", 3, "index", -1, "node 3 has index -1, but its layer has 2 nodes"),
    ("node", 3, "index", 0, "node 3 has index 0, as has node 2"),
    ("node", 3, "bias", "high", "node 3 has bias 'high', which is no number"),
    ("node", 3, "bias", float("inf"), "node 3 has bias inf, which is no finite number"),
    ("node", 0, "bias", 1.0, "node 0 has bias 1.0, but neurons of the first layer have no bias"),
    (
        "link",
        (1, 3),
        "weight",
        float("nan"),
        "link from node 1 to node 3 has weight nan, which is no finite number",
    ),
    ("link", (1, 3), "weight", "-inf", "the link from node 1 to node 3 has weight '-inf', which is no number"),
    ("link", (1, 3), "weight", True, "the link from node 1 to node 3 has weight True, which is no number"),
    ("link", (1, 3), "weight", 1j, "the link from node 1 to node 3 has weight 1j, which is no number"),
    (
        "link",
        (1, 3),
        "weight",
        2**60 + 1,
        "link from node 1 to node 3 has weight .* not exact in float64",
    ),
    ("link", (1, 3), "weight", 10**400, "the link from node 1 to node 3 has weight .* not exact in float64"),
    ("graph", None, "readout", 0.5, "the graph has readout 0.5, which is no whole number"),
    ("graph", None, "readout", "last", "the graph has readout 'last', which is no whole number"),
    ("graph", None, "readout", -1, "readout must be at least 0, got -1"),
    ("graph", None, "readout", 9, "readout is 9, but the network has 2 layers"),
    ("graph", None, "activation", 3, "the graph has activation 3, which is no name"),
    ("graph", None, "activation", "softmax", "unknown activation 'softmax'"),
    ("graph", None, "dtype", 32, "the graph has dtype 32, which is no name"),
    ("graph", None, "dtype", "int8", "the graph has dtype 'int8', which is neither"),
]


@pytest.mark.parametrize(("kind", "place", "attribute", "value", "words"), CONTRADICTIONS)
def test_what_contradicts_is_named_in_networkx(kind, place, attribute, value, words):
    with pytest.raises(ValueError, match=words):
        LayeredNetwork.from_networkx(changed(kind, place, attribute, value))


@pytest.mark.parametrize(("kind", "place", "attribute", "value", "words"), CONTRADICTIONS)
def test_what_contradicts_is_named_in_igraph(kind, place, attribute, value, words):
    graph = igraph.Graph.from_networkx(changed(kind, place, attribute, value))
    with pytest.raises(ValueError, match=words.replace("node", "vertex").replace("2 vertexs", "2 nodes")):
        LayeredNetwork.from_igraph(graph)


@pytest.mark.parametrize(
    ("value", "exact"), [(0.1, False), (1e300, False), (0.5, True), (float(np.float32(0.1)), True)]
)
def test_a_weight_that_the_dtype_of_the_graph_does_not_hold_is_refused(value, exact):
    graph = chain(dtype="float32")
    graph.edges[1, 3]["weight"] = value
    if exact:
        assert LayeredNetwork.from_networkx(graph).dtype == np.float32
        return
    with pytest.raises(ValueError, match=r"link from node 1 to node 3 has weight .*, which is not exact in float32"):
        LayeredNetwork.from_networkx(graph)


@pytest.mark.parametrize("kind", [int, float, str, np.int8, np.float32, lambda value: f"{value}.0"])
def test_whole_numbers_of_every_type_are_taken_exactly(kind):
    graph = chain()
    for attribute in ("layer", "index"):
        nx.set_node_attributes(graph, {n: kind(v) for n, v in graph.nodes(data=attribute)}, attribute)
    assert LayeredNetwork.from_networkx(graph) == LayeredNetwork.from_networkx(chain())


def test_parallel_links_and_loops_are_named():
    parallel = nx.MultiDiGraph(chain())
    parallel.add_edge(1, 3, weight=1.0)
    with pytest.raises(ValueError, match="link from node 1 to node 3 is given more than once"):
        LayeredNetwork.from_networkx(parallel)
    looped = chain()
    looped.add_edge(3, 3, weight=1.0)
    with pytest.raises(ValueError, match="link from node 3 to node 3 leads from layer 1 to layer 1"):
        LayeredNetwork.from_networkx(looped)
    both_ways = igraph.Graph(2, [(0, 1), (1, 0)], vertex_attrs={"type": [False, True]})
    with pytest.raises(ValueError, match="link from vertex 0 to vertex 1 is given more than once"):
        BipartiteLayer.from_igraph(both_ways)


def test_layers_have_two_sides_and_directed_links_lead_from_the_first():
    graph = nx.DiGraph([(1, 0)])
    nx.set_node_attributes(graph, {0: 0, 1: 1}, "bipartite")
    with pytest.raises(ValueError, match="link from node 1 to node 0 leads from bipartite 1 to bipartite 0"):
        BipartiteLayer.from_networkx(graph)
    assert BipartiteLayer.from_networkx(graph.reverse()).n_links == 1
    nx.set_node_attributes(graph, {1: 2}, "bipartite")
    with pytest.raises(ValueError, match="node 1 has bipartite 2, which is neither 0 nor 1"):
        BipartiteLayer.from_networkx(graph)
