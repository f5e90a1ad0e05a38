import warnings

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from netsparse import BipartiteLayer, LayeredNetwork
from tests.strategies import layers, networks

pytestmark = pytest.mark.filterwarnings("ignore:the names of the nodes are not kept")  # tested where it matters


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
    with pytest.warns(UserWarning, match="names of the nodes are not kept"):
        network = LayeredNetwork.from_networkx(graph)
    assert network.sizes == (2, 3)
    assert network.layers[0].biadjacency.toarray().tolist() == [[0, 0, 2], [1, 0, 0]]
    assert network.readout == 0


def test_an_undirected_layer_may_name_its_links_from_either_side():
    graph = nx.Graph()
    graph.add_node("column", bipartite=1)
    graph.add_node("row", bipartite=0)
    graph.add_edge("column", "row", weight=0.0)
    with pytest.warns(UserWarning, match="number 0 of bipartite 0 is 'row', that of bipartite 1 is 'column'"):
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


def chain(**attributes) -> nx.DiGraph:
    """A network of 2-2-1 neurons, whose nodes are its numbers, indices in another order than the nodes."""
    graph = nx.DiGraph(**attributes)
    for node, (layer, index) in enumerate([(0, 1), (0, 0), (1, 0), (1, 1), (2, 0)]):
        graph.add_node(node, layer=layer, index=index, bias=0.25 * layer)
    graph.add_weighted_edges_from([(0, 2, 0.5), (1, 3, -1.0), (2, 4, 0.0), (3, 4, 2.0)])
    return graph


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


def test_names_are_not_lost_without_a_word():
    women = nx.davis_southern_women_graph()
    with pytest.warns(UserWarning, match=r"names of the nodes are not kept.*is 'Evelyn Jefferson'.*is 'E1'") as caught:
        layer = BipartiteLayer.from_networkx(women)
    assert len(caught) == 1
    assert caught[0].filename == __file__  # the warning points at the user's own line
    assert (layer.shape, layer.n_links) == ((18, 14), 89)


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
