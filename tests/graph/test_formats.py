from __future__ import annotations

import warnings
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import netsparse as ns
from netsparse.errors import FileFormatError
from netsparse.graph import FORMATS, Graph, as_layer, as_network, read, write
from netsparse.graph.formats import format_of
from tests.graph.test_monopartite import graphs
from tests.strategies import layers, networks

DAVIS = Path(ns.__file__).parents[1] / "data" / "davis.graphml"
QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
SUFFIXES = [suffix for one in FORMATS.values() for suffix in one.suffixes]


def alike(found, graph) -> bool:
    """Tell whether two are equal but for the dtype, where a format has none."""
    if isinstance(graph, Graph):
        return Graph(graph.adjacency.astype(float), graph.names) == found
    found, graph = as_network(found), as_network(graph)
    return (found.sizes, found.readout, found.activation) == (graph.sizes, graph.readout, graph.activation) and all(
        one.same_topology(other)
        and one.names == other.names
        and (one.weights == other.weights).all()
        and (one.bias == other.bias).all()
        for one, other in zip(found.layers, graph.layers, strict=True)
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(network=networks(named=True))
@QUICK
def test_a_network_comes_back_exactly_or_is_refused(tmp_path, suffix, network):
    path = tmp_path / f"n{suffix}"
    try:
        assert write(network, path) == []
    except ValueError as error:
        assert "cannot hold" in str(error) or "holds one layer" in str(error)
        assert not list(tmp_path.iterdir())
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert alike(read(path, kind="network"), network)
    path.unlink()


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(layer=layers(named=True))
@QUICK
def test_a_layer_comes_back_exactly_or_is_refused(tmp_path, suffix, layer):
    path = tmp_path / f"n{suffix}"
    try:
        assert write(layer, path) == []
    except ValueError as error:
        assert "cannot hold" in str(error)
        return
    assert alike(as_layer(path), layer)
    path.unlink()


@pytest.mark.parametrize(
    "suffix", [suffix for one in FORMATS.values() if "graphs" in one.holds for suffix in one.suffixes]
)
@given(graph=graphs())
@QUICK
def test_a_graph_comes_back_exactly_or_is_refused(tmp_path, suffix, graph):
    path = tmp_path / f"n{suffix}"
    try:
        write(graph, path)
    except ValueError as error:
        assert "cannot hold" in str(error)
        return
    found = ns.as_graph(path)
    if "isolated" in format_of(path).holds or graph.names is None:
        assert alike(found, graph)
    else:  # a list of links names the nodes in the order in which they come
        assert nx.utils.graphs_equal(found.to_networkx(), graph.to_networkx())
    path.unlink()


def test_what_is_left_out_is_said(tmp_path):
    network = ns.LayeredNetwork(
        [ns.BipartiteLayer.from_links([0], [0], [0.5], (2, 1), bias=[1.0])], readout=1, activation="tanh"
    )
    words = [
        "the bias of 1 neuron",
        "1 neuron without a link",
        "how many layers are the readout (1)",
        "the activation (tanh)",
    ]
    with pytest.raises(ValueError, match=r"n\.csv cannot hold the bias of 1 neuron, 1 neuron without"):
        write(network, tmp_path / "n.csv")
    assert write(network, tmp_path / "n.csv", lossy=True) == words
    assert as_layer(tmp_path / "n.csv").shape == (1, 1)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".pt"])
def test_a_graph_of_one_kind_is_no_network(tmp_path, suffix):
    with pytest.raises(ValueError, match="holds networks, and this is a graph of one kind of node"):
        write(Graph.from_links([0], [1]), tmp_path / f"n{suffix}")


def test_what_is_frozen_is_kept_or_said(tmp_path):
    layer = ns.BipartiteLayer.from_links([0], [0], [0.5], (1, 1)).freeze(links=[0], biases=[0])
    for suffix in (".npz", ".graphml", ".gexf"):
        write(layer, tmp_path / f"n{suffix}")
        assert as_layer(tmp_path / f"n{suffix}") == layer
    with pytest.raises(ValueError, match="cannot hold which 2 links and biases are frozen"):
        write(layer, tmp_path / "n.csv")


def test_several_layers_are_no_matrix(tmp_path):
    network = ns.generate.erdos_renyi((3, 3, 3), 1.0, rng=0)
    with pytest.raises(ValueError, match="holds one layer, and this network has 2"):
        write(network, tmp_path / "n.mtx", lossy=True)


@pytest.mark.parametrize("suffix", ["", ".zip", ".h5"])
def test_an_unknown_suffix_lists_the_known_ones(suffix):
    with pytest.raises(ValueError, match=r"has no suffix of a file format; known: \.npz, \.graphml"):
        format_of(f"network{suffix}")


def test_numpys_text_is_read_whatever_wrote_it(tmp_path):
    """Lists of links by networkx, by hand, with blanks and comments."""
    graph = nx.karate_club_graph()
    nx.write_weighted_edgelist(graph, tmp_path / "karate.edgelist")
    found = ns.as_graph(tmp_path / "karate.edgelist")
    assert nx.utils.graphs_equal(found.to_networkx(), nx.Graph(graph.edges(data=True)))
    (tmp_path / "a.txt").write_text("# women  events\n\nEvelyn   E1\nLaura   E1\n")
    assert as_layer(tmp_path / "a.txt").shape == (2, 1)


def test_gephi_gets_a_column_a_layer(tmp_path):
    write(ns.generate.erdos_renyi((3, 2, 2), 1.0, rng=0), tmp_path / "n.gexf")
    found = nx.read_gexf(tmp_path / "n.gexf")
    xs = {layer: {found.nodes[node]["viz"]["position"]["x"] for node in found if found.nodes[node]["layer"] == layer}
          for layer in range(3)}  # fmt: skip
    assert xs == {0: {0.0}, 1: {400.0}, 2: {800.0}}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "it holds no link"),
        ("a.csv", "row,column\n", "there is no link"),
        (
            "a.csv",
            "row,weight\n0,1\n",
            "needs the columns row and column, or source and .* 'row', 'weight'",
        ),
        ("a.csv", "row,column,weight\n0,1,nan\n", "NaN"),
        ("a.csv", "row,column,weight\n0,1,one\n", "one"),
        ("a.csv", "row,column,weight\n0,1,1\n0,1,2\n", "more than once"),
        ("a.csv", "row,column,weight\n0,1,1,5\n", "a line has more than the 3 columns"),
        ("a.csv", "layer,row,column\n1,0,0\n2,0,0\n", "gaps"),
        ("a.csv", "row,column\n0,999999999999\n", "has the number 999999999999"),
        ("a.tsv", "a\tb\nb\tc\n", "'b' is a source and a target"),
        ("a.mtx", "%%MatrixMarket matrix array real general\n1 1\n1.0\n", "dense"),
        ("a.mtx", "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1.0 0\n", "complex"),
        ("a.mtx", "%%MatrixMarket matrix coordinate real general\n999999999999 1 1\n1 1 1.0\n", "more than"),
        ("a.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1.0\n", "a.mtx"),
        ("a.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1.0\n", "a.mtx"),
        ("a.mtx", "nothing", "a.mtx"),
        ("a.gexf", "<gexf><graph/><graph/></gexf>", "more than one graph"),
        ("a.gexf", '<!DOCTYPE g [<!ENTITY a "ha">]><gexf/>', "declares an entity"),
    ],
)
def test_damaged_files_are_one_clear_error(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileFormatError, match=words) as caught:
        as_layer(tmp_path / name)
    assert name in str(caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path, suffix):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / f"nowhere{suffix}")


def test_parts_of_a_file_are_one_table(tmp_path, monkeypatch):
    monkeypatch.setattr("netsparse.graph.link_text._CHUNK", 3)
    layer = ns.generate.erdos_renyi((9, 8), 0.5, readout=0, rng=0).layers[0]
    write(layer, tmp_path / "a.csv", lossy=True)
    assert np.array_equal(as_layer(tmp_path / "a.csv").weights, layer.weights)


def test_the_embedded_graph_is_that_of_networkx():
    found, known = nx.read_graphml(DAVIS), nx.davis_southern_women_graph()
    assert nx.utils.graphs_equal(nx.Graph(found.edges()), nx.Graph(known.edges()))
    assert list(found) == list(known)
    assert {node for node, side in found.nodes(data="bipartite") if side == 0} == set(known.graph["top"])
