"""The commands `measure` and `randomize`."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import netsparse as ns
from netsparse import generate
from netsparse.train.folder import RunFolder
from tests.cli.command import assert_one_error, run_here

NETWORK = generate.erdos_renyi((12, 15, 14, 3), density=0.3, rng=0)
NAMES = ("--names", "robins-alexander", "paths", "credit-paths")


@pytest.fixture
def file(tmp_path):
    NETWORK.save(tmp_path / "network.npz")
    return tmp_path / "network.npz"


@pytest.fixture
def run(tmp_path):
    """A folder with the settings and snapshots of a run."""
    folder = RunFolder(tmp_path / "run")
    folder.snapshots.mkdir(parents=True)
    folder.settings_file.write_text("{}")
    for epoch in (1, 2, 3, 4):
        generate.erdos_renyi((12, 15, 3), density=0.1 * epoch, rng=epoch).save(folder.snapshot_file(epoch))
    return folder.path


def test_measures_are_printed_beside_their_null(file, capsys):
    assert run_here("measure", file, *NAMES, "--null", "curveball", "--samples", 3) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(file) and lines[1].split()[:4] == ["measure", "layer", "value", "null"]
    assert any(line.startswith("robins-alexander") for line in lines)
    assert any("of pairs reachable" in line for line in lines)


def test_table_and_pictures_are_written_and_the_same_command_goes_on(file, tmp_path, capsys):
    out = tmp_path / "out"
    command = ("measure", file, *NAMES, "--null", "curveball", "--samples", 3, "--out", out)
    assert run_here(*command) == 0
    expected = {"cells.jsonl", "communities.png", "degrees.png", "discs.png", "measures.csv", "persistence.png"}
    assert {path.name for path in out.iterdir()} == expected
    first = pd.read_csv(out / "measures.csv")
    table = ns.measures.table({str(file): NETWORK}, NAMES[1:], "curveball", samples=3, rng=0)
    assert first.value.tolist() == pytest.approx(table.value.tolist(), rel=1e-5)
    assert first.z.tolist() == pytest.approx(table.z.tolist(), rel=1e-4, nan_ok=True)
    before = (out / "cells.jsonl").read_text()
    assert run_here(*command) == 0
    assert (out / "cells.jsonl").read_text() == before
    capsys.readouterr()
    assert run_here(*command, "--seed", 1) == 2
    assert_one_error(capsys, "other settings", "give a new folder")


def test_snapshots_of_a_run_are_measured_along_training(run, tmp_path, capsys):
    out = tmp_path / "out"
    assert run_here("measure", run, "--every", 2, *NAMES, "--null", "curveball", "--samples", 2, "--out", out) == 0
    frame = pd.read_csv(out / "measures.csv")
    assert sorted(set(frame.epoch)) == [1, 2, 4]
    assert (out / "measures.png").read_bytes().startswith(b"\x89PNG")


def test_a_bipartite_graphml_file_is_a_network(tmp_path, capsys):
    graph = nx.davis_southern_women_graph()
    graph.graph.clear()  # lists, which GraphML has no word for
    nx.write_graphml(graph, tmp_path / "davis.graphml")
    assert run_here("measure", tmp_path / "davis.graphml", "--names", "robins-alexander") == 0
    assert "0.4678" in capsys.readouterr().out


def test_what_is_left_out_is_named(file, tmp_path, capsys):
    assert run_here("measure", file, "--budget", 1e-9, "--out", tmp_path / "out") == 0
    assert "modularity skipped: about" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--names", "best"), ["unknown measure 'best'"]),
        (("--null", "best"), ["unknown null model 'best'"]),
        (("--null", "curveball", "--samples", 0), ["samples must be at least 1"]),
        (("--seed", -1), ["seed must be at least 0"]),
    ],
)
def test_bad_arguments(file, tmp_path, arguments, words, capsys):
    assert run_here("measure", file, *arguments, "--out", tmp_path / "out") == 2
    assert_one_error(capsys, *words)
    assert not (tmp_path / "out").exists()


def test_a_run_without_snapshots_says_how_to_get_some(run, capsys):
    for snapshot in (run / "networks").iterdir():
        snapshot.unlink()
    assert run_here("measure", run, "--every", 2) == 2
    assert_one_error(capsys, "has no snapshots", "--snapshots 2")


@pytest.mark.parametrize("null", generate.NULL_MODELS)
def test_randomize_writes_a_network_of_the_null_model(file, tmp_path, null, capsys):
    out = tmp_path / "null.npz"
    assert run_here("randomize", file, out, "--null", null, "--seed", 3) == 0
    drawn = ns.load(out)
    assert drawn == generate.NULL_MODELS[null](NETWORK, rng=3)
    assert "links are where they were" in capsys.readouterr().out
    if null == "curveball":
        assert np.array_equal(drawn.layers[0].row_degrees, NETWORK.layers[0].row_degrees)


@pytest.mark.parametrize(
    ("out", "null", "words"), [("null.txt", "curveball", ["*.npz"]), ("null.npz", "best", ["unknown null model"])]
)
def test_randomize_refuses_before_any_work(file, tmp_path, out, null, words, capsys):
    assert run_here("randomize", file, tmp_path / out, "--null", null) == 2
    assert_one_error(capsys, *words)
    assert not (tmp_path / out).exists()
