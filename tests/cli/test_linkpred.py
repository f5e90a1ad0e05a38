"""``netsparse linkpred``: every format, sides said by file or user, names kept, one line for what is wrong."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import netsparse as ns
from netsparse.cli.graph_file import read_graph
from netsparse.graph import BipartiteLayer
from netsparse.linkpred import QUALITIES
from tests.cli.command import assert_one_error, run_here

WOMEN = nx.davis_southern_women_graph()
LINKS = sorted((u, v) for u in WOMEN.graph["top"] for v in WOMEN[u])


@pytest.fixture
def folder(tmp_path):
    """The Davis graph in every format, and what is like it and cannot be read."""
    plain = nx.Graph(WOMEN.edges())
    nx.write_graphml(plain, tmp_path / "plain.graphml")
    plain.add_nodes_from(WOMEN.nodes(data=True))
    nx.write_graphml(plain, tmp_path / "davis.graphml")
    rows = [f"{u},{v}" for u, v in LINKS]
    (tmp_path / "links.csv").write_text("# woman, event\n\n" + "\n".join(rows) + "\n")
    (tmp_path / "links.tsv").write_text("\n".join(row.replace(",", "\t") for row in rows))
    (tmp_path / "konect.txt").write_text("% bip\n1 1 1.0\n1 2 1.0\n2 2 1.0\n2 3 1.0\n3 1 1.0\n")
    (tmp_path / "rows.txt").write_text("\n".join(WOMEN.graph["top"]))
    matrix = nx.bipartite.biadjacency_matrix(WOMEN, WOMEN.graph["top"])
    sparse.save_npz(tmp_path / "biadjacency.npz", matrix)
    sparse.save_npz(tmp_path / "karate.npz", nx.to_scipy_sparse_array(nx.karate_club_graph(), format="csc"))
    ns.generate.erdos_renyi((9, 8, 3), 0.4, rng=0).save(tmp_path / "network.npz")
    return tmp_path


def named_links(named) -> set[tuple[str, str]]:
    graph = named.graph
    first, second = (graph.rows, graph.columns) if isinstance(graph, BipartiteLayer) else graph.links
    return {(named.first[u], named.second[v]) for u, v in zip(first.tolist(), second.tolist(), strict=True)}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("davis.graphml", None),
        ("davis.graphml", "colouring"),
        ("plain.graphml", "colouring"),
        ("plain.graphml", "rows.txt"),
        ("links.csv", "first"),
        ("links.csv", "rows.txt"),
        ("links.tsv", "first"),
    ],
)
def test_every_format_holds_the_same_layer_with_its_names(folder, name, rows):
    found = read_graph(folder / name, rows=str(folder / rows) if rows and rows.endswith(".txt") else rows)
    assert isinstance(found.graph, BipartiteLayer) and found.graph.shape == (18, 14)
    assert sorted(named_links(found)) == LINKS
    assert set(found.first) == set(WOMEN.graph["top"])


@pytest.mark.parametrize("name", ["plain.graphml", "links.csv", "links.tsv"])
def test_a_file_that_tells_no_sides_holds_one_kind_of_node(folder, name):
    found = read_graph(folder / name)
    assert not isinstance(found.graph, BipartiteLayer)
    assert {frozenset(link) for link in named_links(found)} == {frozenset(link) for link in LINKS}


def test_matrices_are_adjacencies_unless_their_rows_are_said_to_be_rows(folder):
    assert read_graph(folder / "karate.npz").graph.n_links == 78
    assert read_graph(folder / "karate.npz", rows="first").graph.shape == (34, 34)
    assert read_graph(folder / "biadjacency.npz", rows="first").graph.shape == (18, 14)


def test_a_name_in_the_first_column_is_another_node_than_in_the_second(folder):
    found = read_graph(folder / "konect.txt", rows="first")
    assert found.graph.shape == (3, 3) and named_links(found) == {
        ("1", "1"), ("1", "2"), ("2", "2"), ("2", "3"), ("3", "1")
    }  # fmt: skip


def test_a_layer_of_a_network_is_taken(folder):
    network = ns.load(folder / "network.npz")
    assert read_graph(folder / "network.npz", layer=0).graph == network.layers[0]
    nx.write_graphml(network.to_networkx(), folder / "network.graphml")
    assert read_graph(folder / "network.graphml", layer=1).graph == network.layers[1]


def test_evaluate_prints_a_row_per_method_and_writes_one_per_repeat(folder, capsys):
    methods = ["ch3-l3", "ra-l3", "l3", "preferential-attachment"]
    command = ["linkpred", "evaluate", folder / "davis.graphml", "--methods", *methods, "--repeats", 3]
    assert run_here(*command, "--out", folder / "out.csv") == 0
    printed = capsys.readouterr().out
    assert "bipartite: 18 rows, 14 columns, 89 links" in printed
    assert "9 links held out of 172 candidates, 3 times" in printed
    assert [line.split()[0] for line in printed.splitlines() if line.startswith(("ch", "ra", "l3", "pref"))] == methods
    written = pd.read_csv(folder / "out.csv")
    assert len(written) == 12 and set(QUALITIES) <= set(written)
    assert run_here(*command) == 0
    assert capsys.readouterr().out in printed


def test_evaluate_says_what_kind_of_graph_it_has(folder, capsys):
    assert run_here("linkpred", "evaluate", folder / "karate.npz", "--methods", "ch3-l2", "--repeats", 1) == 0
    printed = capsys.readouterr().out
    assert "one kind of node: 34 nodes, 78 links" in printed and "±" not in printed


def test_predict_names_the_nodes(folder, capsys):
    assert run_here("linkpred", "predict", folder / "davis.graphml", "--method", "ch3-l3", "--top", 5) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["row", "column", "score"] and len(lines) == 6
    women = set(WOMEN.graph["top"])
    assert all(line.split("  ")[0] in women for line in lines[1:])
    out = folder / "missing.csv"
    command = ["linkpred", "predict", folder / "plain.graphml", "--method", "ra-l2", "--top", 4, "--out", out]
    assert run_here(*command, "--ties", "spcorr-spearman", "--seed", 3) == 0
    table = pd.read_csv(out)
    assert list(table) == ["node", "other", "score"] and len(table) == 4
    assert set(table["node"]) | set(table["other"]) <= set(WOMEN)
    assert not any(WOMEN.has_edge(u, v) for u, v in zip(table["node"], table["other"], strict=True))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "davis.graphml", "--methods", "ch4"], ["unknown link prediction method 'ch4'", "ch3-l3"]),
        (["evaluate", "davis.graphml", "--methods", "ra-l2"], ["scores 0 between the two sides"]),
        (["evaluate", "davis.graphml", "--share", "1.5"], ["share"]),
        (["evaluate", "davis.graphml", "--repeats", "0"], ["repeats must be at least 1"]),
        (["evaluate", "davis.graphml", "--ties", "index"], ["unknown --ties 'index'"]),
        (["evaluate", "davis.graphml", "--seed", "-1"], ["seed must be at least 0"]),
        (["evaluate", "davis.graphml", "--seed", "9" * 400], ["seed must be"]),
        (["evaluate", "davis.graphml", "--repeats", "9" * 400], ["repeats must be"]),
        (["evaluate", "davis.graphml", "--layer", "0"], ["layer 0 asked for", "no network of layers"]),
        (["evaluate", "karate.npz", "--layer", "0"], ["layer 0 asked for", "no network of layers"]),
        (["evaluate", "network.npz", "--layer", "0", "--rows", "rows.txt"], ["rows are those of the network's layer"]),
        (["evaluate", "davis.graphml", "--rows", ""], ["directory"]),
        (["evaluate", "davis.graphml", "--rows", "first"], ["rows", "lists of links and for matrices"]),
        (["evaluate", "davis.graphml", "--out", "no/such/out.csv"], ["no/such"]),
        (["evaluate", "none.graphml"], ["none.graphml", "No such file"]),
        (["evaluate", "network.npz"], ["layer must be named, 0 to 1: the network has 2"]),
        (["evaluate", "network.npz", "--layer", "2"], ["layer must be from 0 to 1, got 2"]),
        (["evaluate", "biadjacency.npz"], ["square adjacency", "--rows first"]),
        (["evaluate", "odd.csv", "--rows", "colouring"], ["cycle of odd length"]),
        (["evaluate", "odd.csv", "--rows", "rows.txt"], ["no node is called"]),
        (["evaluate", "links.csv", "--rows", "some.txt"], ["linked but on one side"]),
        (["evaluate", "twice.csv"], ["'a' and 'b' are linked more than once"]),
        (["evaluate", "loop.csv"], ["linked to themselves, such as 'a'"]),
        (["evaluate", "short.csv"], ["line 2 should begin with two names, but is 'b'"]),
        (["evaluate", "empty.csv"], ["holds no links"]),
        (["evaluate", "mixed.graphml"], ["'bipartite' must be 0 or 1 for every node"]),
        (["evaluate", "directed.graphml"], ["directed graph that is no network"]),
        (["evaluate", "torn.npz"], ["torn.npz"]),
        (["predict", "davis.graphml", "--top", "999"], ["--top = 999 links asked for, but there are only 163"]),
        (["predict", "davis.graphml", "--method", "nope"], ["unknown link prediction method 'nope'"]),
    ],
)
def test_bad_input_is_one_line(folder, capsys, monkeypatch, arguments, words):
    monkeypatch.chdir(folder)
    (folder / "odd.csv").write_text("a b\nb c\nc a\n")
    (folder / "some.txt").write_text("Evelyn Jefferson\n")
    (folder / "twice.csv").write_text("a b\nb a\n")
    (folder / "loop.csv").write_text("a a\n")
    (folder / "short.csv").write_text("a b\nb\n")
    (folder / "empty.csv").write_text("# nothing\n")
    mixed = nx.Graph([("a", "b")])
    mixed.nodes["a"]["bipartite"] = 0
    nx.write_graphml(mixed, "mixed.graphml")
    nx.write_graphml(nx.DiGraph([("a", "b")]), "directed.graphml")
    (folder / "torn.npz").write_bytes((folder / "karate.npz").read_bytes()[:-40])
    before = sorted(folder.iterdir())
    assert run_here("linkpred", *arguments) == 2
    assert_one_error(capsys, *words)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("changes", [{"indices": np.array([0, 99])}, {"indptr": np.array([0, 5])}, {"format": b"lil"}])
def test_a_matrix_whose_arrays_do_not_fit_together_is_refused(folder, changes):
    good = dict(np.load(folder / "karate.npz"))
    np.savez(folder / "bad.npz", **{**good, **changes})
    with pytest.raises(ns.NetsparseError, match=r"bad.npz holds no graph"):
        read_graph(folder / "bad.npz")
