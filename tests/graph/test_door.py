from __future__ import annotations

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import netsparse as ns
from netsparse.graph import Graph

LAYER = ns.BipartiteLayer.from_links([0, 1, 1], [2, 0, 1], [0.5, 0.0, -1.0], shape=(2, 3))
NETWORK = ns.LayeredNetwork([LAYER])
PATH = Graph.from_links([0, 1], [1, 2], [0.5, 2.0])


@pytest.mark.parametrize(
    "given",
    [
        LAYER,
        NETWORK,
        LAYER.biadjacency,
        sp.coo_matrix(LAYER.biadjacency),
        LAYER.to_networkx(),
        LAYER.to_igraph(),
        NETWORK.to_networkx(),
        NETWORK.to_igraph(),
        LAYER.to_frame(),
        pd.DataFrame({"source": LAYER.rows, "target": [f"E{k}" for k in LAYER.columns], "weight": LAYER.weights}),
    ],
    ids=lambda given: type(given).__module__ + "." + type(given).__name__,
)
def test_everything_that_is_a_layer_comes_in(given):
    assert ns.as_layer(given).n_links == LAYER.n_links
    assert ns.as_network(given).sizes == (2, 3)
    assert sorted(ns.as_layer(given).weights) == sorted(LAYER.weights)


@pytest.mark.parametrize(
    "given",
    [PATH, PATH.adjacency, PATH.to_networkx(), PATH.to_igraph(), PATH.to_frame()],
    ids=lambda given: type(given).__module__ + "." + type(given).__name__,
)
def test_everything_that_is_a_graph_comes_in(given):
    assert ns.as_graph(given) == PATH


def test_modules_of_ours_come_in():
    torch = pytest.importorskip("torch")
    network = ns.generate.erdos_renyi((4, 3, 2), 0.5, rng=0)
    assert ns.as_network(ns.nn.to_module(network, backend="sparse")) == network
    assert ns.as_layer(ns.nn.to_module(network, backend="masked").layers[0]).same_topology(network.layers[0])
    with pytest.raises(TypeError, match=r"a layer is needed: .* got Linear"):
        ns.as_layer(torch.nn.Linear(2, 2))


@pytest.mark.parametrize("given", [np.eye(3), [[1.0]], None, 7])
def test_anything_else_is_refused_with_what_is_taken(given):
    for door in (ns.as_layer, ns.as_network, ns.as_graph):
        with pytest.raises(TypeError, match="is needed: a scipy sparse array, a graph of networkx or igraph"):
            door(given)


def test_shape_never_decides():
    square = sp.csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert ns.as_layer(square).shape == (2, 2)
    assert ns.as_graph(square).n_nodes == 2
    with pytest.raises(ValueError, match="its rows are other neurons than its columns"):
        ns.as_graph(ns.as_layer(square))
    with pytest.raises(ValueError, match="one kind of node, no rows and columns"):
        ns.as_layer(PATH)
    with pytest.raises(ValueError, match="one kind of node, and no neuron layers"):
        ns.as_network(PATH)
    with pytest.raises(ValueError, match=r"has 2 layers: say which, as network\.layers\[0\]"):
        ns.as_layer(ns.generate.erdos_renyi((3, 3, 3), 1.0, rng=0))


def test_names_stay_where_nodes_have_some():
    graph = nx.davis_southern_women_graph()
    assert ns.as_graph(graph).names == tuple(graph)
    assert ns.as_graph(nx.relabel_nodes(nx.path_graph(3), {0: 7, 1: 8, 2: 9})).names == ("7", "8", "9")
    assert ns.as_graph(igraph.Graph.Famous("Zachary")).names is None
    with pytest.raises(TypeError, match=r"node 0 is called \(0, 0\), which is neither text nor a whole number"):
        ns.as_graph(nx.grid_graph((2, 2)))


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (nx.DiGraph([(0, 1)]), "directed"),
        (nx.Graph([(0, 0)]), "linked to itself"),
        (nx.MultiGraph([(0, 1), (0, 1)]), "more than once"),
        (igraph.Graph([(0, 1)], directed=True), "directed"),
    ],
)
def test_graphs_that_are_none_of_ours_are_refused(graph, words):
    with pytest.raises(ValueError, match=words):
        ns.as_graph(graph)
