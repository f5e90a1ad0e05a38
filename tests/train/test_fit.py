from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest

import netsparse
from netsparse import train
from netsparse.datasets import Dataset
from netsparse.generate import erdos_renyi
from netsparse.percolation import active_neurons
from tests.train.small import N_CLASSES, N_FEATURES, clusters, settings, start_of

RULES = ("random", "ch3-l3", "ra-l3", "l3")


def fit(own: train.Settings, **options) -> train.Result:
    return train.fit(start_of(own), clusters(), own, progress=False, **options)


def test_it_learns():
    result = fit(settings(epochs=25, density=0.5))
    assert result.history["test_accuracy"].iloc[-1] > 0.9
    assert result.history["train_loss"].iloc[-1] < 0.5 * result.history["train_loss"].iloc[0]


@pytest.mark.parametrize("backend", ["sparse", "masked"])
@pytest.mark.parametrize("regrowth", RULES)
def test_link_counts_are_conserved(regrowth, backend):
    own = settings(regrowth=regrowth, backend=backend, rewire_until=1.0)
    before, (after, history) = start_of(own), fit(own)
    assert [layer.n_links for layer in after.layers] == [layer.n_links for layer in before.layers]
    assert after.layers[-1].density == 1
    assert not after.layers[0].same_topology(before.layers[0])
    zeta_share = sum(math.floor(0.3 * layer.n_links) for layer in before.sparse_layers)
    assert (history["links_removed"] == zeta_share).all()
    assert (history["links_grown"] == history["links_removed"] + history["links_disconnected"]).all()
    assert (history["links"] == before.n_links).all()
    assert (history["overlap"] <= history["links_grown"]).all()


def test_a_fixed_topology_stays():
    own = settings(regrowth="static")
    before, (after, history) = start_of(own), fit(own)
    assert all(old.same_topology(new) for old, new in zip(before.layers, after.layers, strict=True))
    assert before != after
    assert (history[["links_removed", "links_grown", "seconds_update"]] == 0).all(axis=None)


def test_updates_stop_where_the_settings_say():
    history = fit(settings(epochs=8, rewire_until=0.5)).history
    assert (history["links_grown"] > 0).tolist() == [True] * 4 + [False] * 4
    assert (history["test_accuracy_updated"] == history["test_accuracy"])[4:].all()


def test_disconnected_neurons_are_kept_on_request():
    sparse = {"density": 0.04, "zeta": 0.5, "regrowth": "random", "rewire_until": 1.0}
    assert fit(settings(**sparse)).history["links_disconnected"].sum() > 0
    assert fit(settings(**sparse, clean_up="none")).history["links_disconnected"].sum() == 0


def test_the_last_row_describes_the_network():
    own = settings(rewire_until=1.0)
    network, history = fit(own)
    last = history.iloc[-1]
    standardised = clusters().standardised()
    accuracy = np.mean(network.predict(standardised.x_test) == standardised.y_test)
    assert last["test_accuracy_updated"] == accuracy
    assert last["active_neurons"] == sum(active.sum() for active in active_neurons(network))


def test_same_seed_same_bits_and_other_seed_others():
    first, again, other = fit(settings(seed=1)), fit(settings(seed=1)), fit(settings(seed=2))
    assert first.network == again.network
    assert first.network != other.network


def test_both_backends_agree():
    own = settings(regrowth="static", epochs=2)
    networks = [fit(dataclasses.replace(own, backend=backend)).network for backend in ("sparse", "masked")]
    for sparse, masked in zip(*(network.layers for network in networks), strict=True):
        np.testing.assert_allclose(sparse.weights, masked.weights, atol=1e-5)


def test_float64_networks_are_trained_in_float64():
    own = settings(epochs=1)
    network = erdos_renyi((N_FEATURES, 10, N_CLASSES), 0.4, dtype=np.float64, rng=0)
    assert train.fit(network, clusters(), own, progress=False).network.dtype == np.float64


def test_validation_images_are_held_out(tmp_path):
    result = fit(settings(validation=0.2), out=tmp_path / "run")
    assert result.history["validation_accuracy"].between(0, 1).all()
    assert json.loads((tmp_path / "run" / "settings.json").read_text())["inputs"]["n_train"] == 72
    assert fit(settings()).history["validation_accuracy"].isna().all()


def test_divergence_says_where_and_what_to_do_and_leaves_the_folder_free(tmp_path):
    own = settings(lr=1e30, lr_schedule="constant")
    with pytest.raises(train.Diverged, match=r"in epoch 1: try a lower learning rate than 1e\+30"):
        fit(own, out=tmp_path)
    assert not list(tmp_path.iterdir())
    fit(settings(epochs=2), out=tmp_path)


def test_a_late_divergence_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    from netsparse.nn.fused_engine import FusedEngine

    healthy = FusedEngine.run_epoch

    def sick_in_epoch_3(self, x, y, order, rates, **options):
        loss = healthy(self, x, y, order, rates, **options)
        return math.nan if len(list((tmp_path / "run").glob("networks/*"))) == 2 else loss

    monkeypatch.setattr(FusedEngine, "run_epoch", sick_in_epoch_3)
    with pytest.raises(train.Diverged, match="epoch 3"):
        fit(settings(snapshots=1), out=tmp_path / "run")
    folder = train.RunFolder(tmp_path / "run")
    assert folder.n_epochs_done() == 2
    assert folder.checkpoint().network == netsparse.load(folder.snapshot_file(2))


def test_weights_that_overflow_in_the_last_step_are_noticed(monkeypatch):
    from netsparse.nn.fused_engine import FusedEngine

    def overflow(self, *arguments, **options):
        self._parameters.weights[0] = np.inf
        return 0.1

    monkeypatch.setattr(FusedEngine, "run_epoch", overflow)
    with pytest.raises(train.Diverged, match="epoch 1"):
        fit(settings())


def test_data_that_do_not_fit_are_refused_before_anything_is_written(tmp_path):
    data, own = clusters(), settings()
    wide = Dataset("wide", data.x_train.repeat(2, axis=1), data.y_train, data.x_test.repeat(2, axis=1), data.y_test)
    with pytest.raises(ValueError, match="24 values, the network has 12 inputs"):
        train.fit(start_of(own), wide, own, out=tmp_path / "run")
    many = Dataset("many", data.x_train, data.y_train + 1, data.x_test, data.y_test)
    with pytest.raises(ValueError, match="4 classes, the network has 3 outputs"):
        train.fit(start_of(own), many, own, out=tmp_path / "run")
    assert not list(tmp_path.iterdir())


def test_the_folder_of_a_run(tmp_path):
    out = tmp_path / "deep" / "run"
    result = fit(settings(snapshots=2), out=out, command="netsparse train --epochs 4")
    assert {file.relative_to(out).as_posix() for file in out.rglob("*.*")} == {
        "settings.json",
        "history.csv",
        "checkpoint.npz",
        "network.npz",
        "accuracy.png",
        "networks/epoch_002.npz",
        "networks/epoch_004.npz",
    }
    assert netsparse.load(out / "network.npz") == result.network == netsparse.load(out / "networks/epoch_004.npz")
    assert netsparse.load(out / "networks/epoch_002.npz") != result.network
    pd.testing.assert_frame_equal(pd.read_csv(out / "history.csv"), result.history)


def test_settings_json_says_how_the_run_came_about(tmp_path):
    own = settings()
    fit(own, out=tmp_path / "run", command="netsparse train --epochs 4", asked={"epochs": 4})
    text = (tmp_path / "run" / "settings.json").read_text()
    description = json.loads(text)
    standardised = clusters().standardised()
    assert train.Settings.from_json(description["settings"]) == own
    assert description["format"] == "netsparse run 2"
    assert set(description["settings"]) == {"data", "model", "recipe", "optimiser", "run"}
    assert (description["command"], description["asked"]) == ("netsparse train --epochs 4", {"epochs": 4})
    assert description["inputs"]["mean"] == standardised.mean
    assert description["inputs"]["deviation"] == standardised.deviation
    assert description["start"]["sizes"] == [12, 15, 14, 3]
    assert description["versions"]["numpy"] == np.__version__
    assert {"netsparse", "python", "numpy", "scipy", "torch", "numba"} == set(description["versions"])
    assert description["cpu"]["model"]
    assert str(tmp_path) not in text


def test_a_folder_with_another_run_is_refused_and_left_alone(tmp_path):
    fit(settings(), out=tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ValueError, match=r"holds another run .*, or resume that run"):
        fit(settings(), out=tmp_path)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_folder_with_other_files_is_fine(tmp_path):
    (tmp_path / "log.txt").write_text("notes")
    fit(settings(epochs=1), out=tmp_path)
    assert (tmp_path / "log.txt").read_text() == "notes"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot write to /proc"):
        fit(settings(), out="/proc/netsparse/run")
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="is not a folder"):
        fit(settings(), out=tmp_path / "file" / "run")
