from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from netsparse import generate, importance, percolation
from netsparse.graph import as_graph, write
from netsparse.report.references import infinite_depth
from netsparse.robustness.curves import PERCOLATION
from tests.cli.command import assert_one_error, run_here

NETWORK = generate.erdos_renyi((12, 15, 14, 3), density=0.3, rng=0)
N_SPARSE = sum(layer.n_links for layer in NETWORK.sparse_layers)


@pytest.fixture
def file(tmp_path):
    NETWORK.save(tmp_path / "network.npz")
    return tmp_path / "network.npz"


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_order_is_written_removal_by_removal(file, tmp_path, capsys):
    assert run_here("percolate", file, "--order", "weight", "--out", tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["links.png", "links_minimum_cut.csv", "links_summary.csv", "links_weight.csv"]
    written = pd.read_csv(tmp_path / "out" / "links_weight.csv")
    order = importance.link_order(NETWORK, "weight", rng=0)
    expected = percolation.curve(NETWORK, order)
    assert len(written) == N_SPARSE + 1
    for column in PERCOLATION:
        assert np.array_equal(written[column], expected.frame()[column])
    scalars = pd.read_csv(tmp_path / "out" / "links_summary.csv").set_index("quantity")
    assert scalars.loc["active_links", "R"] == pytest.approx(expected.R("active_links"), rel=1e-5)
    assert "active_links" in capsys.readouterr().out
    assert (tmp_path / "out" / "links.png").read_bytes().startswith(b"\x89PNG")


def test_three_orders_beside_the_network_by_default(file, tmp_path):
    assert run_here("percolate", file) == 0
    orders = ["links_random.csv", "links_reverse-weight.csv", "links_weight.csv"]
    others = ["links.png", "links_minimum_cut.csv", "links_summary.csv", "links_theory.csv"]
    assert names(tmp_path / "percolation") == sorted([*orders, *others])


@pytest.mark.parametrize("flags", [(), ("--readout",)])
def test_theory_beside_simulated_orders(file, tmp_path, flags, capsys):
    assert run_here("percolate", file, "--order", "random", "--simulations", 20, "--out", tmp_path / "out", *flags) == 0
    written = pd.read_csv(tmp_path / "out" / "links_theory.csv")
    layers = range(3) if flags else None
    expected = percolation.compare_with_simulation(NETWORK, layers=layers, repeats=20, rng=0)
    pd.testing.assert_frame_equal(written, expected, rtol=1e-5)
    own = expected[expected["quantity"] == "active"]
    assert f"off by {own['error'].abs().max() / own['expected'].iloc[0]:.2%}" in capsys.readouterr().out


@pytest.mark.parametrize("flags", [(), ("--readout",), ("--kind", "neurons")])
def test_the_minimum_cut_disconnects_and_no_order_does_with_fewer(file, tmp_path, flags, capsys):
    assert run_here("percolate", file, "--order", "all", *flags, "--out", tmp_path / "out") == 0
    kind = "neurons" if "neurons" in flags else "links"
    written = pd.read_csv(tmp_path / "out" / f"{kind}_minimum_cut.csv")
    cut = percolation.minimum_cut(NETWORK, kind=kind, readout="--readout" in flags)
    assert written["id"].tolist() == cut.ids.tolist()
    curve = percolation.curve(NETWORK, written["id"].to_numpy(), kind=kind)
    assert curve.active_links[-1] == 0 < curve.active_links[-2]
    assert f"minimum cut: {cut.size} {kind}" in capsys.readouterr().out
    scalars = pd.read_csv(tmp_path / "out" / f"{kind}_summary.csv")
    n_removals = 29 if kind == "neurons" else NETWORK.n_links if "--readout" in flags else N_SPARSE
    vanishes = scalars.loc[scalars["quantity"] == "active_links", "vanishes"]
    assert (vanishes * n_removals >= cut.size - 1e-3).all()


def test_the_links_and_neurons_of_a_cut_can_be_found_again(file, tmp_path):
    run_here("percolate", file, "--order", "weight", "--readout", "--out", tmp_path)
    run_here("percolate", file, "--order", "degree", "--kind", "neurons", "--out", tmp_path)
    for link in pd.read_csv(tmp_path / "links_minimum_cut.csv").itertuples():
        assert NETWORK.layers[link.layer].biadjacency[link.row, link.column] == pytest.approx(link.weight, rel=1e-5)
    neurons = pd.read_csv(tmp_path / "neurons_minimum_cut.csv")
    starts = np.cumsum([0, *NETWORK.sizes])
    assert (starts[neurons["layer"]] + neurons["neuron"] == neurons["id"]).all()
    assert len(neurons)


def test_an_order_that_takes_links_of_the_readout_is_held_against_the_cut_with_it(file, tmp_path):
    np.save(tmp_path / "mine.npy", np.arange(NETWORK.n_links)[::-1])
    assert run_here("percolate", file, "--order", tmp_path / "mine.npy", "--out", tmp_path / "out") == 0
    written = pd.read_csv(tmp_path / "out" / "links_minimum_cut.csv")
    assert written["id"].tolist() == percolation.minimum_cut(NETWORK, readout=True).ids.tolist()


def test_connected_pairs_on_request(file, tmp_path):
    assert run_here("percolate", file, "--order", "weight", "--pairs", "--out", tmp_path) == 0
    order = importance.link_order(NETWORK, "weight", rng=0)
    expected = percolation.curve(NETWORK, order, quantities="pairs").connected_pairs
    assert np.array_equal(pd.read_csv(tmp_path / "links_weight.csv")["connected_pairs"], expected)


def test_a_network_that_nothing_may_be_removed_from(tmp_path):
    generate.erdos_renyi((5, 3), density=1.0, readout=1, rng=0).save(tmp_path / "network.npz")
    for kind in ("links", "neurons"):
        assert run_here("percolate", tmp_path, "--kind", kind, "--out", tmp_path / "out") == 0
        assert not (tmp_path / "out" / f"{kind}_minimum_cut.csv").exists()


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("links", {**importance.LINKS, **importance.RECOMPUTED_LINKS, "reverse-weight": None}),
        ("neurons", {**importance.NEURONS, **importance.RECOMPUTED_NEURONS, "reverse-degree": None}),
    ],
)
def test_all_orders(file, tmp_path, kind, known):
    assert run_here("percolate", file, "--kind", kind, "--order", "all", "--out", tmp_path / "out") == 0
    others = {f"{kind}_{name}.csv" for name in ("summary", "theory", "minimum_cut")}
    tables = [name for name in names(tmp_path / "out") if name.endswith(".csv") and name not in others]
    assert tables == sorted(f"{kind}_{name}.csv" for name in known)
    n_removals = N_SPARSE if kind == "links" else 29
    assert all(len(pd.read_csv(tmp_path / "out" / name)) == n_removals + 1 for name in tables)


def test_reverse_orders_readout_and_scope(file, tmp_path):
    flags = ("--order", "reverse-degree", "--readout", "--scope", "global", "--seed", 3, "--out", tmp_path / "out")
    assert run_here("percolate", file, *flags) == 0
    written = pd.read_csv(tmp_path / "out" / "links_reverse-degree.csv")
    order = importance.link_order(NETWORK, "reverse-degree", scope="global", readout=True, rng=3)
    assert np.array_equal(written["active"], percolation.curve(NETWORK, order).frame()["active"])
    assert len(written) == NETWORK.n_links + 1


@pytest.mark.parametrize("suffix", [".npy", ".txt"])
def test_an_order_of_one_s_own(file, tmp_path, suffix):
    order, path = np.array([5, 1, 40, 0]), tmp_path / f"mine{suffix}"
    np.save(path, order) if suffix == ".npy" else np.savetxt(path, order, fmt="%d")
    assert run_here("percolate", file, "--order", path, "random", "--out", tmp_path / "out") == 0
    written = pd.read_csv(tmp_path / "out" / "links_mine.csv")
    assert np.array_equal(written["active"], percolation.curve(NETWORK, order).frame()["active"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([3, 1, 3], ("names id 3 2 times",)),
        ([0, 10**6], ("1000000", "0 to")),
        ([-1, 2], ("-1",)),
        (list(range(200)) * 2, ("400 entries", "links")),
        ([0.5, 1.5], ("integers",)),
        ([[1, 2], [3, 4]], ("one-dimensional",)),
    ],
)
def test_bad_orders(file, tmp_path, capsys, content, words):
    np.save(tmp_path / "bad.npy", np.array(content))
    assert run_here("percolate", file, "--order", tmp_path / "bad.npy", "--out", tmp_path / "out") == 2
    assert_one_error(capsys, *words)
    assert not (tmp_path / "out").exists()


def test_files_that_hold_no_order(file, tmp_path, capsys):
    (tmp_path / "words.txt").write_text("first\nsecond\n")
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    for name, words in {"words.txt": "holds no order: line 1", "objects.npy": "object array"}.items():
        assert run_here("percolate", file, "--order", tmp_path / name) == 2
        assert_one_error(capsys, name, words)
    assert run_here("percolate", file, "--order", tmp_path / "nothing.npy") == 2
    assert_one_error(capsys, "nothing.npy", "No such file")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--order", "colour"), ("unknown --order 'colour'", "weight", "reverse-NAME", "FILE.npy")),
        (("--kind", "layers"), ("unknown --kind 'layers'", "links, neurons")),
        (("--kind", "neurons", "--order", "weight"), ("unknown --order 'weight'", "collective-influence")),
        (("--scope", "world"), ("world", "global, layer")),
        (("--order", "reverse-recomputed-degree"), ("recomputed-degree",)),
        (("--seed", "-1"), ("--seed",)),
        (("--simulations", "1"), ("--simulations", "at least 2")),
        (("--seed", "x"), ("--seed", "x")),
        (("--out", "/proc/netsparse"), ("cannot write",)),
    ],
)
def test_bad_flags(file, tmp_path, capsys, flags, words):
    assert run_here("percolate", file, *flags) == 2
    assert_one_error(capsys, *words)
    assert not (tmp_path / "percolation").exists()


def test_two_files_of_one_name_would_overwrite_each_other(file, tmp_path, capsys):
    paths = [tmp_path / "a.npy", tmp_path / "sub" / "a.npy"]
    paths[1].parent.mkdir()
    for path in paths:
        np.save(path, np.arange(4))
    assert run_here("percolate", file, "--order", *paths) == 2
    assert_one_error(capsys, "same file")


@pytest.mark.parametrize("name", ["summary", "theory", "minimum_cut"])
def test_an_order_named_like_one_of_our_tables_would_be_overwritten(file, tmp_path, capsys, name):
    np.save(tmp_path / f"{name}.npy", np.arange(4))
    assert run_here("percolate", file, "--order", tmp_path / f"{name}.npy", "--out", tmp_path / "out") == 2
    assert_one_error(capsys, "same file", name)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_a_network(tmp_path, capsys):
    assert run_here("percolate", tmp_path) == 2
    assert_one_error(capsys, "no network")


def test_the_infinite_depth_threshold_is_that_of_square_hidden_layers_alike():
    alike = generate.erdos_renyi((12, 20, 20, 20, 3), density=0.25, rng=0)
    assert infinite_depth(alike) == {"infinite-depth threshold": pytest.approx(1 - 20 / 100)}
    differing = alike.with_layers([*alike.layers[:2], alike.layers[2].without_links([0]), alike.layers[3]])
    sparse = generate.erdos_renyi((12, 20, 20, 3), density=0.04, rng=0)
    assert infinite_depth(NETWORK) == infinite_depth(differing) == infinite_depth(sparse) == {}


def test_a_graph_of_one_kind_of_node_has_components_alone(tmp_path, capsys):
    graph = as_graph(nx.karate_club_graph())
    write(graph, tmp_path / "karate.csv")
    arguments = ("percolate", tmp_path / "karate.csv", "--as", "graph", "--kind", "neurons", "--order", "degree")
    assert run_here(*arguments, "--out", tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["neurons.png", "neurons_degree.csv", "neurons_summary.csv"]
    written = pd.read_csv(tmp_path / "out" / "neurons_degree.csv")
    assert list(written) == ["removed", "fraction", "largest_component", "second_moment"]
    expected = percolation.curve(graph, importance.neuron_order(graph, "degree", rng=0), kind="neurons")
    assert np.array_equal(written["largest_component"], expected.largest_component)
    assert "minimum cut" not in capsys.readouterr().out
    assert run_here(*arguments, "--pairs", "--out", tmp_path / "pairs") == 2
    assert_one_error(capsys, "--pairs must be False for a graph of one kind of node")
    assert not (tmp_path / "pairs").exists()


def test_what_a_file_holds_is_said_where_it_does_not(tmp_path, capsys):
    (tmp_path / "links.csv").write_text("source,target\na,b\nc,b\n")
    assert run_here("percolate", tmp_path / "links.csv", "--as", "network", "--order", "degree") == 0
    assert "outputs_reached" in capsys.readouterr().out
    assert run_here("percolate", tmp_path / "links.csv", "--as", "tree") == 2
    assert_one_error(capsys, "--as", "invalid choice: 'tree'")
