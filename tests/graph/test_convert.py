import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from netsparse import BipartiteLayer, LayeredNetwork
from tests.strategies import layers, networks


@given(networks())
def test_networkx_round_trip_is_exact(network):
    assert LayeredNetwork.from_networkx(network.to_networkx()) == network


@given(networks(dtype=np.float32))
def test_igraph_round_trip_is_exact(network):
    assert LayeredNetwork.from_igraph(network.to_igraph()) == network


@given(layers())
def test_layers_round_trip_through_both(layer):
    assert BipartiteLayer.from_networkx(layer.to_networkx()) == layer
    assert BipartiteLayer.from_igraph(layer.to_igraph()) == layer


@given(networks())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_graphml_round_trip_is_exact(tmp_path, network):
    nx.write_graphml(network.to_networkx(), tmp_path / "n.graphml")
    assert LayeredNetwork.from_networkx(nx.read_graphml(tmp_path / "n.graphml")) == network


@given(networks())
def test_a_network_becomes_a_layered_dag_with_all_its_neurons(network):
    graph = network.to_networkx()
    assert graph.number_of_nodes() == sum(network.sizes)
    assert graph.number_of_edges() == network.n_links
    assert nx.is_directed_acyclic_graph(graph)
    layer = nx.get_node_attributes(graph, "layer")
    assert all(layer[b] == layer[a] + 1 for a, b in graph.edges)


@given(layers())
def test_a_layer_becomes_bipartite_in_the_libraries_own_terms(layer):
    graph = layer.to_networkx()
    rows = {node for node, side in graph.nodes(data="bipartite") if side == 0}
    assert len(rows) == layer.shape[0]
    assert nx.bipartite.is_bipartite_node_set(graph, rows)
    assert layer.to_igraph().vs["type"] == [False] * layer.shape[0] + [True] * layer.shape[1]


def test_a_graph_made_elsewhere_becomes_a_network():
    graph = nx.DiGraph()
    graph.add_nodes_from(["a", "b"], layer=0)
    graph.add_nodes_from(["x", "alone", "y"], layer=1)
    graph.add_edge("a", "y", weight=2.0)
    graph.add_edge("b", "x")
    network = LayeredNetwork.from_networkx(graph)
    assert network.sizes == (2, 3)
    assert network.layers[0].biadjacency.toarray().tolist() == [[0, 0, 2], [1, 0, 0]]
    assert network.readout == 0


def test_an_undirected_layer_may_name_its_links_from_either_side():
    graph = nx.Graph()
    graph.add_node("column", bipartite=1)
    graph.add_node("row", bipartite=0)
    graph.add_edge("column", "row", weight=0.0)
    layer = BipartiteLayer.from_networkx(graph)
    assert layer.shape == (1, 1)
    assert layer.weights.tolist() == [0.0]


def graph_of(layer_of_node, links, make=nx.DiGraph):
    graph = make()
    for node, layer in layer_of_node.items():
        graph.add_node(node, **({} if layer is None else {"layer": layer}))
    graph.add_edges_from(links)
    return graph


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (graph_of({"a": 0, "b": 1}, [("a", "b")], nx.Graph), "directed"),
        (graph_of({"a": 0, "b": None}, [("a", "b")]), "every node needs the attribute 'layer'; 1 have none"),
        (graph_of({}, []), "every node needs"),
        (graph_of({"a": 0, "b": 2}, [("a", "b")]), "without gaps"),
        (graph_of({"a": 0, "b": -1}, []), "without gaps, got -1 to 0"),
        (graph_of({"a": 0, "b": 10**12}, []), "without gaps, got 0 to 1000000000000"),
        (graph_of({"a": 0, "b": 1, "c": 2}, [("a", "c")]), "from layer 0 to layer 2"),
        (graph_of({"a": 0, "b": 1}, [("b", "a")]), "from layer 1 to layer 0"),
    ],
)
def test_graphs_that_are_no_networks(graph, words):
    with pytest.raises(ValueError, match=words):
        LayeredNetwork.from_networkx(graph)


def test_indices_must_number_the_neurons():
    graph = graph_of({"a": 0, "b": 0, "c": 1}, [])
    nx.set_node_attributes(graph, 0, "index")
    with pytest.raises(ValueError, match="once each"):
        LayeredNetwork.from_networkx(graph)


def test_a_dtype_that_networks_do_not_have():
    graph = graph_of({"a": 0, "b": 1}, [("a", "b")])
    graph.graph["dtype"] = "float16"
    with pytest.raises(ValueError, match="float32 or float64, got 'float16'"):
        LayeredNetwork.from_networkx(graph)


def test_inputs_have_no_bias():
    graph = graph_of({"a": 0, "b": 1}, [("a", "b")])
    graph.nodes["a"]["bias"] = 0.5
    with pytest.raises(ValueError, match="first layer have no bias"):
        LayeredNetwork.from_networkx(graph)


def test_igraph_graphs_that_are_no_networks():
    graph = LayeredNetwork([BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 2))]).to_igraph()
    with pytest.raises(ValueError, match="directed"):
        LayeredNetwork.from_igraph(graph.as_undirected())
    del graph.vs["index"]
    with pytest.raises(ValueError, match="need the attributes 'layer' and 'index'"):
        LayeredNetwork.from_igraph(graph)
