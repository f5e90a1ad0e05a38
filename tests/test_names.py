"""Women stay women: every table, picture and line of text that tells single neurons calls them by their names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netsparse as ns
from tests.cli.command import run_here

FILE = "data/davis.graphml"


@pytest.fixture(scope="module")
def davis():
    return ns.as_network(FILE)


@pytest.fixture
def named():
    """Two paths that share nothing; only the last neurons have names, one of them looks like mathematics."""
    first = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 2.0], shape=(2, 2))
    last = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 3.0], shape=(2, 2))
    return ns.LayeredNetwork([first, last]).with_names([None, ["left", "right"], ["cat", "$d$"]])


def test_a_minimum_cut_names_both_ends_of_its_links(davis):
    cut = ns.report.percolate(davis, "degree").minimum_cut
    women, events = davis.names
    assert cut["row_name"].tolist() == [women[row] for row in cut["row"]]
    assert cut["column_name"].tolist() == [events[column] for column in cut["column"]]


def test_a_minimum_cut_leaves_those_unnamed_that_have_no_name(named):
    cut = ns.report.percolate(named, "degree").minimum_cut
    assert cut[["layer", "row_name", "column_name"]].values.tolist() == [[0, None, "left"], [0, None, "right"]]
    neurons = ns.report.percolate(named, "degree", kind="neurons").minimum_cut
    assert neurons["name"].tolist() == ["left", "right"]


def test_nothing_is_said_of_names_where_there_are_none():
    network = ns.generate.erdos_renyi((4, 5, 3), 0.8, rng=0)
    assert list(ns.report.percolate(network, "degree").minimum_cut) == ["id", "layer", "row", "column", "weight"]
    assert list(ns.report.percolate(network, "degree", kind="neurons").minimum_cut) == ["id", "layer", "neuron"]


def test_the_command_writes_them_into_its_tables(tmp_path):
    assert run_here("percolate", FILE, "--order", "degree", "--out", tmp_path) == 0
    written = pd.read_csv(tmp_path / "links_minimum_cut.csv")
    assert {"Evelyn Jefferson", "Flora Price"} <= set(written["row_name"])
    assert {"E1", "E11"} <= set(written["column_name"])


def test_classes_of_predictions_are_called_by_their_names(named, tmp_path):
    data = ns.datasets.Dataset("corners", np.eye(2), np.arange(2), np.eye(2), np.array([0, 1]))
    found = ns.report.predict(named, data)
    names = np.array(["cat", "$d$"])
    assert found.frame["label_name"].tolist() == ["cat", "$d$"]
    assert found.frame["prediction_name"].tolist() == names[found.frame["prediction"]].tolist()
    found.save(tmp_path / "predictions.csv")
    assert list(pd.read_csv(tmp_path / "predictions.csv")) == [
        "index", "label", "prediction", "label_name", "prediction_name",
    ]  # fmt: skip
    assert "label_name" not in ns.report.predict(named.with_names([None] * 3), data).frame


def test_info_prints_them(capsys, tmp_path, named):
    assert run_here("info", FILE) == 0
    text = capsys.readouterr().out
    assert "inputs: Evelyn Jefferson, Laura Mandeville, " in text
    assert "outputs: E1, E2, " in text and "..." not in text
    named.save(tmp_path / "named.npz")
    assert run_here("info", tmp_path / "named.npz") == 0
    assert capsys.readouterr().out.endswith("\n\nhidden 1: left, right\noutputs: cat, $d$\n")


def test_info_prints_the_first_of_many(capsys, tmp_path):
    layer = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 40))
    ns.graph.write(layer.with_names(columns=[f"n{k}" for k in range(40)]), tmp_path / "wide.npz")
    assert run_here("info", tmp_path / "wide.npz") == 0
    assert ", n29, ...\n" in capsys.readouterr().out


def test_a_picture_is_labelled_with_them(davis, named):
    texts = {text.get_text() for text in ns.plot.network(davis).texts}
    assert texts == {*davis.names[0], *davis.names[1]}
    assert [text.get_text() for text in ns.plot.network(named).texts] == ["cat", r"\$d\$"]
    plain = named.with_names([None] * 3)
    assert [text.get_text() for text in ns.plot.network(plain).texts] == ["0", "1"]
