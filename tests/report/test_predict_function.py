"""Predictions from Python, on images standardised as in training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import generate, load, report
from netsparse.train import RunFolder
from tests.train.small import clusters

NETWORK = generate.erdos_renyi((12, 15, 3), density=0.4, rng=0)


def test_a_network_in_memory_takes_the_statistics_of_the_data():
    found = report.predict(NETWORK, clusters())
    inputs = clusters().standardised(NETWORK.dtype)
    assert np.array_equal(found.frame["prediction"], NETWORK.predict(inputs.x_test))
    assert np.array_equal(found.frame["label"], clusters().y_test)
    assert found.frame["index"].tolist() == list(range(30))
    assert found.inputs == (inputs.mean, inputs.deviation, "from the training images of clusters")
    assert found.dataset == "clusters"
    assert found.n_right == (found.frame["label"] == found.frame["prediction"]).sum()
    assert found.accuracy == found.n_right / 30


def test_a_run_s_network_takes_those_of_its_training(runs):
    found = report.predict(runs / "a", runs / "clusters.npz")
    mean, deviation = RunFolder(runs / "a").standardisation()
    x = ((clusters().x_test - mean) / deviation).astype(np.float32)
    assert np.array_equal(found.frame["prediction"], load(runs / "a" / "network.npz").predict(x))
    assert found.inputs == (mean, deviation, f"from {runs / 'a' / 'settings.json'}")


def test_many_images_are_predicted_in_batches(monkeypatch):
    monkeypatch.setattr("netsparse.report.predicting._BATCH", 7)
    parts = report.predict(NETWORK, clusters()).frame
    monkeypatch.undo()
    pd.testing.assert_frame_equal(parts, report.predict(NETWORK, clusters()).frame)


def test_predictions_are_saved(tmp_path):
    found = report.predict(NETWORK, clusters())
    found.save(tmp_path / "predictions.csv.gz")  # text, whatever it is called
    assert (tmp_path / "predictions.csv.gz").read_text() == found.frame.to_csv(index=False)


def test_data_that_do_not_fit():
    with pytest.raises(ValueError, match="fashion-mnist-6k does not fit the network"):
        report.predict(NETWORK, "fashion-mnist-6k")
