"""What a network, its file and its run hold, as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import BipartiteLayer, LayeredNetwork, load, report
from netsparse.train import RunFolder


@pytest.fixture
def network() -> LayeredNetwork:
    """Three inputs, of which one is isolated; a hidden neuron that leads nowhere, and a dense readout."""
    first = BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [0.5, 0.0, -2.0], shape=(3, 4), bias=[0, 1, 0, 0])
    second = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 0.25], shape=(4, 2))
    third = BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], np.ones(4), shape=(2, 2))
    return LayeredNetwork([first, second, third], readout=1)


def test_the_links_of_every_layer(network):
    table = report.info(network).links
    assert table.columns.tolist() == [
        "layer", "rows", "columns", "links", "density", "row_degree_mean", "row_degree_max", "column_degree_mean",
        "column_degree_max",
    ]  # fmt: skip
    assert table.to_numpy().tolist() == [
        [0, 3, 4, 3, 0.25, 1, 2, 0.75, 2],
        [1, 4, 2, 2, 0.25, 0.5, 1, 1, 1],
        [2, 2, 2, 4, 1, 2, 2, 2, 2],
    ]


def test_the_weights_of_every_layer(network):
    first = report.info(network).weights.iloc[0]
    values = {"smallest": -2, "largest": 0.5, "mean": -0.5, "deviation": np.std([0.5, 0, -2]), "mean_size": 2.5 / 3}
    assert first.to_dict() == {"layer": 0, **values, "zero": 1, "biases": 1}


def test_a_layer_without_links_has_no_weights():
    empty = LayeredNetwork([BipartiteLayer.from_links([], [], np.empty(0), shape=(2, 3))])
    row = report.info(empty).weights.iloc[0]
    assert row[["smallest", "largest", "mean", "deviation", "mean_size"]].isna().all()
    assert row[["zero", "biases"]].tolist() == [0, 0]


def test_the_neurons_of_every_layer(network):
    rows = [["inputs", 3, 2, 1], ["hidden 1", 4, 2, 2], ["hidden 2", 2, 2, 0], ["outputs", 2, 2, 0]]
    assert report.info(network).neurons.to_numpy().tolist() == rows


def test_a_network_and_its_file_are_described_alike(network, tmp_path):
    network.save(tmp_path / "network.npz")
    here, there = report.info(network), report.info(tmp_path / "network.npz")
    assert here.run is there.run is None
    assert there.network == network
    for name in ("links", "weights", "neurons"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name))


def test_a_run_says_how_far_it_is(runs):
    contents = report.info(runs / "a")
    folder = RunFolder(runs / "a")
    assert contents.run.settings == folder.settings()
    assert (contents.run.path, contents.run.n_epochs, contents.run.is_finished) == (runs / "a", 2, True)
    history = pd.read_csv(runs / "a" / "history.csv")
    assert contents.run.last.test_accuracy == history["test_accuracy"].iloc[-1]
    assert contents.network == load(runs / "a" / "network.npz")
    assert report.info(str(runs / "a" / "network.npz")).run is None


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(ValueError, match="holds no run"):
        report.info(tmp_path)
    with pytest.raises(ValueError, match="holds no network"):
        report.load_network(tmp_path)
    with pytest.raises(FileNotFoundError):
        report.info(tmp_path / "nothing.npz")
