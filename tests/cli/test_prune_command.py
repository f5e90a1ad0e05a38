"""``netsparse prune``: a line a round, the table, the network, and going on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netsparse
from tests.cli.command import run_here
from tests.train.small import clusters_file

SHORT = ("--rounds", "2", "--epochs", "1", "--dense-epochs", "1")


@pytest.fixture
def folder(tmp_path):
    clusters_file(tmp_path)
    return tmp_path


def prune(folder, *more) -> int:
    return run_here("prune", "--dataset", str(folder / "clusters.npz"), *SHORT, "--out", str(folder / "out"), *more)


@pytest.mark.parametrize("recipe", ["lth", "incop-gf", "sap"])
def test_rounds_are_told_kept_and_not_made_again(folder, capsys, recipe):
    assert prune(folder, "--recipe", recipe) == 0
    shown = capsys.readouterr().out.splitlines()
    table = pd.read_csv(folder / "out" / "rounds.csv")
    assert [line.split(":")[0] for line in shown if line.startswith("round")] == [f"round {n}" for n in table["round"]]
    network = netsparse.load(folder / "out" / "network.npz")
    assert network.n_links == table["links"].iloc[-1] < table["links"][0]
    assert prune(folder, "--recipe", recipe) == 0
    assert not any(line.startswith("round") for line in capsys.readouterr().out.splitlines())
    again = netsparse.load(folder / "out" / "network.npz")
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(network.layers, again.layers, strict=True))


def test_a_ticket_is_pruned_on(folder):
    assert prune(folder) == 0
    start = netsparse.load(folder / "out" / "network.npz")
    assert run_here(
        "prune", "--dataset", str(folder / "clusters.npz"), *SHORT, "--start", str(folder / "out" / "network.npz"),
        "--out", str(folder / "on"),
    ) == 0  # fmt: skip
    assert pd.read_csv(folder / "on" / "rounds.csv")["links"][0] == start.n_links
