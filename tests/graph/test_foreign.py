"""Files of other programs, in their dialects: read as they are meant, or refused in one clear line; never guessed."""

from __future__ import annotations

from pathlib import Path

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.graph import read
from netsparse.graph.layering import longest_paths
from tests.cli.command import assert_one_error, run_here

FOREIGN = Path(__file__).parents[1] / "fixtures" / "foreign"


def test_labels_of_yed_are_names():
    graph = read(FOREIGN / "yed_undirected.graphml")
    assert graph.names == ("rain & wind", "été", "growth", "harvest")
    assert graph.to_frame().values.tolist() == [
        ["rain & wind", "growth", 1.0], ["été", "growth", 1.0], ["growth", "harvest", 1.0],
    ]  # fmt: skip


def test_arrows_without_layers_are_refused_or_layered_on_request():
    with pytest.raises(ValueError, match=r"needs the attribute 'layer'; 4 have none, .*layering='longest-path'"):
        read(FOREIGN / "yed.graphml")
    network = read(FOREIGN / "yed.graphml", layering="longest-path")
    assert network.names == (("rain & wind", "été"), ("growth",), ("harvest",))
    assert [layer.n_links for layer in network.layers] == [2, 1]


def test_labels_that_are_not_of_one_node_each_are_no_names(tmp_path):
    text = (FOREIGN / "yed_undirected.graphml").read_text(encoding="utf-8")
    (tmp_path / "twice.graphml").write_text(text.replace("harvest", "growth"), encoding="utf-8")
    assert read(tmp_path / "twice.graphml").names == ("n0", "n1", "n2", "n3")


def test_gephi_1_3_with_colours_places_and_a_weight_left_out():
    graph = read(FOREIGN / "gephi_1_3.gexf")
    assert graph.names == ("Jean Valjean", "Javert", "Cosette", "Myriel")
    assert graph.degrees.tolist() == [2, 2, 2, 0]
    assert graph.links()[2].tolist() == [17.0, 31.0, 1.0]  # the format says that a weight is 1 unless it is given


def test_gephi_1_2_with_ids_that_look_like_floats():
    network = read(FOREIGN / "gephi_1_2.gexf")
    assert network.names == (("left", "right"), ("sum",))
    assert network.layers[0].weights.tolist() == [0.5, -2.0]


def test_the_two_sides_of_igraph():
    layer = read(FOREIGN / "igraph.graphml")
    assert layer.names == (("Evelyn", "Laura"), ("E1",))
    assert layer.to_frame()[["row", "column", "weight"]].values.tolist() == [[0, 0, 2.0], [1, 0, 0.25]]
    assert ns.as_graph(FOREIGN / "igraph.graphml").names == ("Evelyn", "Laura", "E1")


def test_a_default_of_a_file_is_a_value():
    graph = read(FOREIGN / "networkx_default.graphml")
    assert graph.names == ("a", "b", "c")
    assert graph.links()[2].tolist() == [2.0, 0.5]


def test_what_igraph_itself_writes(tmp_path):
    layer = ns.as_layer("data/davis.graphml")
    layer.to_igraph().write_graphml(str(tmp_path / "davis.graphml"))
    assert ns.as_layer(tmp_path / "davis.graphml") == layer
    zachary = igraph.Graph.Famous("Zachary")
    zachary.write_graphml(str(tmp_path / "zachary.graphml"))
    links = ns.as_graph(tmp_path / "zachary.graphml").links()
    assert list(zip(*(part.tolist() for part in links[:2]), strict=True)) == sorted(zachary.get_edgelist())


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
@pytest.mark.parametrize(
    "graph",
    [
        nx.karate_club_graph(),
        nx.star_graph(["b", "a"]),
        nx.les_miserables_graph(),
        nx.path_graph([0.5, 1.5, 2.5]),
    ],
    ids=["numbers", "letters", "text", "floats"],
)
def test_what_networkx_itself_writes(tmp_path, graph, suffix):
    file = tmp_path / f"graph.{suffix}"
    getattr(nx, f"write_{suffix}")(graph, file)
    found = ns.as_graph(file)
    assert found == ns.as_graph(nx.relabel_nodes(graph, {node: str(node) for node in graph}))
    assert found.n_links == graph.number_of_edges()


@pytest.mark.parametrize("file", sorted(FOREIGN.iterdir()), ids=lambda file: file.name)
@pytest.mark.parametrize("kind", ["any", "network", "layer", "graph"])
def test_a_file_is_read_or_refused_in_one_line(file, kind):
    try:
        read(file, kind=kind)
    except ns.NetsparseError as error:
        assert str(error).startswith(str(file))
        assert "\n" not in str(error) and "object" not in str(error)


ARROWS = nx.DiGraph([("a", "c"), ("b", "c"), ("c", "d")])


def test_layers_by_the_longest_path_from_networkx_and_igraph():
    network = ns.LayeredNetwork.from_networkx(ARROWS, layering="longest-path")
    assert network.names == (("a", "b"), ("c",), ("d",))
    assert ns.LayeredNetwork.from_igraph(igraph.Graph.from_networkx(ARROWS), layering="longest-path").sizes == (2, 1, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ns.LayeredNetwork.from_networkx(ARROWS), "every node needs the attribute 'layer'"),
        (lambda: ns.LayeredNetwork.from_networkx(ARROWS, layering="best"), "unknown layering 'best'; known: longest"),
        (lambda: ns.LayeredNetwork.from_networkx(nx.DiGraph([(0, 1), (1, 0)]), layering="longest-path"), "cycle"),
        (lambda: ns.LayeredNetwork.from_networkx(nx.path_graph(3), layering="longest-path"), "a directed graph"),
        (lambda: read(FOREIGN / "gephi_1_2.gexf", layering="longest-path"), "layering must be left out"),
        (lambda: read(FOREIGN / "igraph.graphml", layering="longest-path"), "of use for a directed graph"),
        (lambda: read("data/davis.csv", layering="longest-path"), "layering is of no use for 'davis.csv'"),
    ],
)
def test_layers_are_never_guessed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@given(st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_longest_paths_are_those_of_networkx(n, seed):
    rng = np.random.default_rng(seed)
    sources, targets = np.nonzero(np.triu(rng.random((n, n)) < 0.4, k=1))
    order = rng.permutation(n)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(order[sources].tolist(), order[targets].tolist(), strict=True))
    expected = [nx.dag_longest_path_length(graph.subgraph({node} | nx.ancestors(graph, node))) for node in range(n)]
    assert longest_paths(n, order[sources], order[targets]).tolist() == expected


def test_the_command_layers_on_request(tmp_path, capsys):
    assert run_here("convert", FOREIGN / "yed.graphml", tmp_path / "net.npz") == 2
    assert_one_error(capsys, "4 have none", "longest-path")
    assert run_here("convert", FOREIGN / "yed.graphml", tmp_path / "net.npz", "--layering", "longest-path") == 0
    assert ns.load(tmp_path / "net.npz").sizes == (2, 1, 1)
