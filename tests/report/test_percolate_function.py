"""Percolation from Python: orders by name, of one's own and from files, and what they are held against."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import generate, importance, percolation, report
from tests.report.pictures import is_drawn

NETWORK = generate.erdos_renyi((12, 15, 14, 3), density=0.3, rng=0)
N_SPARSE = sum(layer.n_links for layer in NETWORK.sparse_layers)


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("links", ["random", "weight", "reverse-weight"]), ("neurons", ["random", "degree", "reverse-degree"])],
)
def test_the_usual_orders(kind, expected):
    assert list(report.percolate(NETWORK, kind=kind, simulations=2).curves) == expected


def test_curves_are_those_of_the_room_percolation():
    found = report.percolate(NETWORK, ["weight"], readout=True, scope="global", pairs=True, seed=3)
    order = importance.link_order(NETWORK, "weight", readout=True, scope="global", rng=3)
    expected = percolation.curve(NETWORK, order, quantities=("paths", "components", "pairs"), rng=3)
    pd.testing.assert_frame_equal(found.curves["weight"].frame(), expected.frame())
    pd.testing.assert_frame_equal(found.frame().drop(columns="order"), expected.frame())
    pd.testing.assert_frame_equal(found.summary.drop(columns="order"), expected.summary())
    assert len(found.minimum_cut) == percolation.minimum_cut(NETWORK, readout=True).size
    assert found.theory is None and found.theory_error is None and found.folder is None


def test_theory_stands_beside_a_random_order():
    found = report.percolate(NETWORK, "random", simulations=20)
    expected = percolation.compare_with_simulation(NETWORK, repeats=20, rng=0)
    pd.testing.assert_frame_equal(found.theory, expected)
    own = expected[expected["quantity"] == "active"]
    assert found.theory_error == own["error"].abs().max() / own["expected"].iloc[0]
    assert found.simulations == 20


def test_orders_of_one_s_own_go_by_their_names(tmp_path):
    ids = np.array([5, 1, 40, 0])
    np.save(tmp_path / "saved.npy", ids)
    np.savetxt(tmp_path / "text.txt", ids, fmt="%d")
    found = report.percolate(NETWORK, [tmp_path / "saved.npy", str(tmp_path / "text.txt")])
    mapped = report.percolate(NETWORK, {"mine": ids, "by weight": "weight", "listed": ids.tolist()})
    assert list(found.curves) == ["saved", "text"]
    assert list(mapped.curves) == ["mine", "by weight", "listed"]
    for curve in (*found.curves.values(), mapped.curves["mine"], mapped.curves["listed"]):
        assert np.array_equal(curve.active_links, percolation.curve(NETWORK, ids).active_links)


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_all_orders(kind):
    known = {"links": (importance.LINKS, importance.RECOMPUTED_LINKS)}.get(
        kind, (importance.NEURONS, importance.RECOMPUTED_NEURONS)
    )
    found = report.percolate(NETWORK, "all", kind=kind, simulations=2)
    assert set(found.curves) == {*known[0], *known[1], f"reverse-{'weight' if kind == 'links' else 'degree'}"}


def test_a_folder_holds_what_is_returned(tmp_path):
    NETWORK.save(tmp_path / "network.npz")
    found = report.percolate(tmp_path / "network.npz", ["random", "weight"], simulations=5, out=tmp_path / "out")
    tables = {
        "random": found.curves["random"].frame(),
        "weight": found.curves["weight"].frame(),
        "summary": found.summary,
        "theory": found.theory,
        "minimum_cut": found.minimum_cut,
    }
    assert names(tmp_path / "out") == sorted(["links.png", *(f"links_{name}.csv" for name in tables)])
    for name, table in tables.items():
        written = pd.read_csv(tmp_path / "out" / f"links_{name}.csv")
        pd.testing.assert_frame_equal(written, table, rtol=1e-5, check_dtype=False)
    assert is_drawn(tmp_path / "out" / "links.png")


def test_the_figure_marks_the_cut_only_where_all_orders_are_of_one_length():
    alike = report.percolate(NETWORK, ["weight", "degree"])
    differing = report.percolate(NETWORK, {"weight": "weight", "short": [0, 1, 2]})

    def labels(found) -> set[str]:
        return {line.get_label() for line in found.figure().axes[0].get_lines()}

    assert labels(alike) == {"weight", "degree", "minimum cut"}
    assert labels(differing) == {"weight", "short"}
    assert len(alike.figure().axes) == 4
    assert len(report.percolate(NETWORK, "weight", pairs=True).figure().axes) == 5


def test_a_network_that_nothing_may_be_removed_from():
    dense = generate.erdos_renyi((5, 3), density=1.0, readout=1, rng=0)
    found = report.percolate(dense)
    assert found.minimum_cut is None and found.theory is None
    assert (found.frame()["removed"] == 0).all()


@pytest.mark.parametrize(
    ("orders", "options", "words"),
    [
        ("colour", {}, "unknown order 'colour'; known: .*FILE.npy.*reverse-NAME"),
        ("weight", {"kind": "layers"}, "unknown kind 'layers'; known: links, neurons"),
        ("weight", {"kind": "neurons"}, "unknown order 'weight'; known: .*collective-influence"),
        ("weight", {"scope": "world"}, "world"),
        ("reverse-recomputed-degree", {}, "unknown order 'reverse-recomputed-degree'"),
        ("weight", {"seed": -1}, "seed must be at least 0"),
        ("weight", {"simulations": 1}, "simulations must be at least 2"),
        ({"mine": [3, 1, 3]}, {}, "names id 3 2 times"),
        ({"mine": [0, 10**6]}, {}, "1000000"),
        ([], {}, "orders names no order"),
        ({"summary": [0]}, {}, "order 'summary' cannot be written"),
        ({"../mine": [0]}, {}, "order '../mine' cannot be written"),
    ],
)
def test_bad_arguments_are_refused_before_any_work(tmp_path, orders, options, words):
    with pytest.raises(ValueError, match=words):
        report.percolate(NETWORK, orders, out=tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_files_of_one_name_are_one_too_many(tmp_path):
    paths = [tmp_path / "a.npy", tmp_path / "a.txt"]
    np.save(paths[0], np.arange(4))
    np.savetxt(paths[1], np.arange(4), fmt="%d")
    with pytest.raises(ValueError, match="order 'a' is there twice"):
        report.percolate(NETWORK, paths)
