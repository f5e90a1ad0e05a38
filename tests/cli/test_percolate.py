from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import generate, importance, percolation
from netsparse.robustness.curve import PERCOLATION
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
    assert names(tmp_path / "out") == ["links.png", "links_summary.csv", "links_weight.csv"]
    written = pd.read_csv(tmp_path / "out" / "links_weight.csv")
    order = importance.link_order(NETWORK, "weight", descending=True, rng=0)
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
    tables = ["links_random.csv", "links_reverse-weight.csv", "links_weight.csv"]
    assert names(tmp_path / "percolation") == sorted([*tables, "links.png", "links_summary.csv"])


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("links", {**importance.LINKS, **importance.RECOMPUTED_LINKS, "reverse-weight": None}),
        ("neurons", {**importance.NEURONS, **importance.RECOMPUTED_NEURONS, "reverse-degree": None}),
    ],
)
def test_all_orders(file, tmp_path, kind, known):
    assert run_here("percolate", file, "--kind", kind, "--order", "all", "--out", tmp_path / "out") == 0
    tables = [name for name in names(tmp_path / "out") if name.endswith(".csv") and "summary" not in name]
    assert tables == sorted(f"{kind}_{name}.csv" for name in known)
    n_removals = N_SPARSE if kind == "links" else 29
    assert all(len(pd.read_csv(tmp_path / "out" / name)) == n_removals + 1 for name in tables)


def test_reverse_orders_readout_and_scope(file, tmp_path):
    flags = ("--order", "reverse-degree", "--readout", "--scope", "global", "--seed", 3, "--out", tmp_path / "out")
    assert run_here("percolate", file, *flags) == 0
    written = pd.read_csv(tmp_path / "out" / "links_reverse-degree.csv")
    order = importance.link_order(NETWORK, "degree", scope="global", readout=True, rng=3)
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
    for name in ("words.txt", "objects.npy"):
        assert run_here("percolate", file, "--order", tmp_path / name) == 2
        assert_one_error(capsys, name, "holds no order")
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


def test_a_folder_without_a_network(tmp_path, capsys):
    assert run_here("percolate", tmp_path) == 2
    assert_one_error(capsys, "no network")
