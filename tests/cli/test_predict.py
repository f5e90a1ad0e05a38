from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import train
from tests.cli.command import assert_one_error, run_here
from tests.train.small import clusters, clusters_file, settings, start_of


@pytest.fixture
def run(tmp_path):
    own = settings(epochs=4, snapshots=2, validation=0.5)
    train.fit(start_of(own), clusters(), own, out=tmp_path / "run", progress=False)
    return tmp_path / "run"


def test_predictions_are_those_of_the_network(run, tmp_path, capsys):
    data, out = clusters_file(tmp_path), tmp_path / "predictions.csv"
    assert run_here("predict", run / "network.npz", "--dataset", data, "--out", out) == 0
    frame = pd.read_csv(out)
    own = settings(epochs=4, snapshots=2, validation=0.5)
    start = train.RunFolder(run).description()["inputs"]
    inputs = (clusters().x_test - start["mean"]) / start["deviation"]
    expected = train.RunFolder(run).checkpoint().network.predict(inputs)
    assert own.data.validation == 0.5  # so that the statistics are not those of all training images
    assert start["mean"] != clusters().standardised().mean
    assert frame["index"].tolist() == list(range(30))
    assert np.array_equal(frame["prediction"], expected)
    assert np.array_equal(frame["label"], clusters().y_test)
    text = capsys.readouterr().out
    accuracy = np.mean(expected == clusters().y_test)
    assert f"test accuracy {accuracy:.2%}" in text
    assert f"(from {run / 'settings.json'})" in text
    assert pd.read_csv(run / "history.csv")["test_accuracy_updated"].iloc[-1] == accuracy


@pytest.mark.parametrize("name", ["", "networks/epoch_002.npz"])
def test_the_run_is_found_from_its_folder_and_its_snapshots(run, tmp_path, capsys, name):
    assert run_here("predict", run / name, "--dataset", clusters_file(tmp_path)) == 0
    assert f"(from {run / 'settings.json'})" in capsys.readouterr().out


def test_a_lone_network_uses_the_statistics_of_the_data(run, tmp_path, capsys):
    (run / "network.npz").rename(tmp_path / "lone.npz")
    assert run_here("predict", tmp_path / "lone.npz", "--dataset", clusters_file(tmp_path)) == 0
    text = capsys.readouterr().out
    assert f"by mean {clusters().standardised().mean:.6g} and" in text
    assert "from the training images of" in text


def test_data_that_do_not_fit(run, tmp_path, capsys):
    assert run_here("predict", run, "--dataset", "fashion-mnist-6k", "--out", tmp_path / "p.csv") == 2
    assert_one_error(capsys, "fashion-mnist-6k does not fit the network", "784 values", "12 inputs")
    assert not (tmp_path / "p.csv").exists()


@pytest.mark.parametrize("out", ["/proc/netsparse.csv", "/nowhere/p.csv", "."])
def test_an_out_that_cannot_be_written(run, tmp_path, capsys, out):
    assert run_here("predict", run, "--dataset", clusters_file(tmp_path), "--out", out) == 2
    assert_one_error(capsys)
