import warnings

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from netsparse import BipartiteLayer, LayeredNetwork
from tests.graph.chain import chain
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
    graph.add_edge("b", "x", weight=1)
    network = LayeredNetwork.from_networkx(graph)
    assert network.names == (("a", "b"), ("x", "alone", "y"))
    assert network.sizes == (2, 3)
    assert network.layers[0].biadjacency.toarray().tolist() == [[0, 0, 2], [1, 0, 0]]
    assert network.readout == 0


def test_an_undirected_layer_may_name_its_links_from_either_side():
    graph = nx.Graph()
    graph.add_node("column", bipartite=1)
    graph.add_node("row", bipartite=0)
    graph.add_edge("column", "row", weight=0.0)
    layer = BipartiteLayer.from_networkx(graph)
    assert layer.names == (("row",), ("column",))
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
        (
            graph_of({"a": 0, "b": None}, [("a", "b")]),
            "every node needs the attribute 'layer'; 1 have none, such as",
        ),
        (graph_of({}, []), "every node needs"),
        (graph_of({"a": 0, "b": 2}, [("a", "b")]), "without gaps"),
        (graph_of({"a": 0, "b": -1}, []), "without gaps, got -1 to 0"),
        (graph_of({"a": 0, "b": 10**12}, []), "without gaps, got 0 to 1000000000000"),
        (
            graph_of({"a": 0, "b": 1, "c": 2}, [("a", "c")]),
            "node 'a' to node 'c' leads from layer 0 to layer 2",
        ),
        (graph_of({"a": 0, "b": 1}, [("b", "a")]), "from layer 1 to layer 0"),
    ],
)
def test_graphs_that_are_no_networks(graph, words):
    with pytest.raises(ValueError, match=words):
        LayeredNetwork.from_networkx(graph)


def test_indices_must_number_the_neurons():
    graph = graph_of({"a": 0, "b": 0, "c": 1}, [])
    nx.set_node_attributes(graph, 0, "index")
    with pytest.raises(ValueError, match=r"node 'b' has index 0, as has node 'a'.*once each"):
        LayeredNetwork.from_networkx(graph)


def test_a_dtype_that_networks_do_not_have():
    graph = graph_of({"a": 0, "b": 1}, [("a", "b")])
    graph.graph["dtype"] = "float16"
    with pytest.raises(ValueError, match="the graph has dtype 'float16', which is neither float32 nor float64"):
        LayeredNetwork.from_networkx(graph)


def test_inputs_have_no_bias():
    graph = graph_of({"a": 0, "b": 1}, [("a", "b")])
    nx.set_node_attributes(graph, 0.5, "bias")
    with pytest.raises(ValueError, match=r"node 'a' has bias 0\.5, but neurons of the first layer have no bias"):
        LayeredNetwork.from_networkx(graph)


def test_igraph_graphs_that_are_no_networks():
    graph = LayeredNetwork([BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 2))]).to_igraph()
    with pytest.raises(ValueError, match="directed"):
        LayeredNetwork.from_igraph(graph.as_undirected())
    del graph.vs["layer"]
    with pytest.raises(ValueError, match="every node needs the attribute 'layer'; 3 have none, such as vertex 0"):
        LayeredNetwork.from_igraph(graph)


def test_given_indices_are_used_and_without_any_the_order_of_the_nodes():
    graph = chain()
    assert LayeredNetwork.from_networkx(graph).layers[0].biadjacency.toarray().tolist() == [[0, -1], [0.5, 0]]
    for node in graph:
        del graph.nodes[node]["index"]
    assert LayeredNetwork.from_networkx(graph).layers[0].biadjacency.toarray().tolist() == [[0.5, 0], [0, -1]]


def test_without_any_weight_or_bias_they_are_one_and_zero():
    graph = chain()
    for owner, attribute in [*((data, "weight") for *_, data in graph.edges(data=True)),
                             *((data, "bias") for _, data in graph.nodes(data=True))]:  # fmt: skip
        del owner[attribute]
    network = LayeredNetwork.from_networkx(graph)
    assert [layer.weights.tolist() for layer in network.layers] == [[1, 1], [1, 1]]
    assert not any(layer.bias.any() for layer in network.layers)


def test_inputs_may_lack_the_bias_that_they_cannot_have():
    graph = chain()
    del graph.nodes[0]["bias"], graph.nodes[1]["bias"]
    assert LayeredNetwork.from_networkx(graph) == LayeredNetwork.from_networkx(chain())


@pytest.mark.parametrize(
    ("graph", "shape", "n_links"),
    [
        (nx.complete_bipartite_graph(3, 4), (3, 4), 12),
        (nx.bipartite.random_graph(5, 6, 0.5, seed=1), (5, 6), None),
        (nx.bipartite.gnmk_random_graph(5, 6, 7, seed=1), (5, 6), 7),
    ],
    ids=["complete", "random", "gnmk"],
)
def test_bipartite_graphs_that_networkx_generates(graph, shape, n_links):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # their nodes are numbers: no name is lost
        layer = BipartiteLayer.from_networkx(graph)
    assert layer.shape == shape
    assert layer.n_links == (graph.number_of_edges() if n_links is None else n_links)
    assert np.array_equal(
        layer.biadjacency.toarray(), nx.bipartite.biadjacency_matrix(graph, range(shape[0])).toarray()
    )


def test_women_stay_women():
    women = nx.davis_southern_women_graph()
    layer = BipartiteLayer.from_networkx(women)
    assert (layer.shape, layer.n_links) == ((18, 14), 89)
    assert layer.row_names == tuple(node for node in women if node in women.graph["top"])
    assert layer.column_names == tuple(f"E{number}" for number in range(1, 15))
    assert nx.utils.graphs_equal(nx.Graph(layer.to_networkx().edges()), nx.Graph(women.edges()))


def test_nodes_that_are_neither_text_nor_numbers_are_refused():
    graph = nx.DiGraph([((0, 0), (1, 0))])
    nx.set_node_attributes(graph, {node: node[0] for node in graph}, "layer")
    with pytest.raises(TypeError, match=r"node 0 is called \(0, 0\), which is neither text nor a whole number"):
        LayeredNetwork.from_networkx(graph)


def test_igraph_s_own_bipartite_graphs():
    table = [[1, 0, 1], [0, 1, 0]]
    layer = BipartiteLayer.from_igraph(igraph.Graph.Biadjacency(table))
    assert layer.biadjacency.toarray().tolist() == table
    weighted = BipartiteLayer.from_igraph(igraph.Graph.Biadjacency([[0.5, 0], [2, 3]], weighted=True))
    assert weighted.weights.tolist() == [0.5, 2, 3]
    assert BipartiteLayer.from_igraph(igraph.Graph.Full_Bipartite(2, 3)).n_links == 6


def test_graphml_of_other_programs(tmp_path):
    """Doubles for whole numbers, names for nodes, and defaults that only the key declares."""
    (tmp_path / "n.graphml").write_text(
        """<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
        <key id="l" for="node" attr.name="layer" attr.type="double"><default>1</default></key>
        <key id="w" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
        <graph edgedefault="directed">
          <node id="0"><data key="l">0.0</data></node><node id="1"/><node id="2"/>
          <edge source="0" target="1"/><edge source="0" target="2"><data key="w">2</data></edge>
        </graph></graphml>"""
    )
    network = LayeredNetwork.from_networkx(nx.read_graphml(tmp_path / "n.graphml"))
    assert network.layers[0].biadjacency.toarray().tolist() == [[0.5, 2]]


@given(networks())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_gexf_keeps_the_layers(tmp_path, network):
    """GEXF has no attributes of the graph: readout, activation and dtype are the defaults."""
    nx.write_gexf(network.to_networkx(), tmp_path / "n.gexf")
    read = LayeredNetwork.from_networkx(nx.read_gexf(tmp_path / "n.gexf"))
    assert read.layers == network.layers
