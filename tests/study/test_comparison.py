"""A comparison from end to end, tiny: complete, balanced, resumed to the bit, refused where it must be."""

from __future__ import annotations

import json

import matplotlib
import numpy as np
import pandas as pd
import pytest

from netsparse import train
from netsparse.errors import NetsparseError
from netsparse.rewire import RECIPES, REGROWTH, Recipe
from netsparse.study import compare, comparison, plan
from netsparse.train import Diverged
from tests.train.small import clusters, clusters_file

OWN = "tests.study.rules:own"
TIMES = ["seconds", "seconds_train", "seconds_update", "started", "finished"]
SMALL = {"hidden": (15, 14), "density": 0.3, "epochs": 3, "batch_size": 16, "backend": "sparse"}


@pytest.fixture
def data(tmp_path) -> str:
    return str(clusters_file(tmp_path))


@pytest.fixture(autouse=True)
def registry():
    """Rules that a test registers are forgotten."""
    before = dict(REGROWTH)
    yield
    for name in set(REGROWTH) - set(before):
        REGROWTH.unregister(name)


def compared(data, recipes=("rlr", "l3"), *, note=lambda line: None, **options):
    return compare(recipes, [data], **{"seeds": 3, "note": note, **SMALL, **options})


def without_times(frame: pd.DataFrame) -> pd.DataFrame:
    own = frame.drop(columns=[name for name in TIMES if name in frame])
    return own.sort_values(own.columns[:4].tolist()).reset_index(drop=True)


def test_a_comparison_leaves_its_folder_and_returns_the_same(data, tmp_path):
    out = tmp_path / "out"
    found = compared(data, out=out)
    assert {file.name for file in out.iterdir() if not file.name.startswith(".")} == {
        "settings.json", "runs.csv", "epochs.csv", "comparison.csv", "comparison.png",
    }  # fmt: skip
    assert len(found.runs) == 6 and len(found.epochs) == 18 and len(found.table) == 1 and found.failed == []
    pd.testing.assert_frame_equal(pd.read_csv(out / "comparison.csv"), found.table, rtol=1e-4)
    picture = matplotlib.image.imread(out / "comparison.png")
    assert np.ptp(picture[..., :3]) > 0.5 and min(picture.shape[:2]) > 300


def test_the_outcome_is_that_of_the_network_a_run_ends_with(data):
    """Updates to the end: the network that is kept is not the one that was evaluated after the steps."""
    found = compared(data, rewire_until=1.0, zeta=0.9, seeds=2)
    last = found.epochs.groupby(["recipe", "seed"]).tail(1).set_index(["recipe", "seed"])
    runs = found.runs.set_index(["recipe", "seed"])
    pd.testing.assert_series_equal(runs["accuracy"], last["test_accuracy_updated"], check_names=False)
    assert (last["test_accuracy"] != last["test_accuracy_updated"]).any()


def test_the_best_epoch_is_chosen_on_validation_images_alone(data):
    found = compared(data, epochs=5, validation=0.3, seeds=2)
    for _, run in found.runs.iterrows():
        epochs = found.epochs[(found.epochs["recipe"] == run["recipe"]) & (found.epochs["seed"] == run["seed"])]
        best = epochs.loc[epochs["validation_accuracy"].idxmax()]
        assert (run["best_epoch"], run["best_accuracy"]) == (best["epoch"], best["test_accuracy"])


def test_without_validation_images_there_is_no_best_epoch(data):
    found = compared(data, validation=0.0, seeds=2)
    assert found.runs["best_epoch"].isna().all() and found.table["best_difference"].isna().all()
    assert found.table["difference"].notna().all()


def test_a_run_is_the_training_of_the_same_settings(data):
    found = compared(data, seeds=2)
    own = train.Settings(**SMALL, dataset=data, regrowth="l3", seed=1, validation=comparison.VALIDATION)
    samples = clusters()
    _, history = train.fit(
        train.initial_network(own, samples.n_features, samples.n_classes), samples, own, progress=False
    )
    epochs = found.epochs.query("recipe == 'l3' and seed == 1")
    np.testing.assert_allclose(epochs["test_accuracy"], history["test_accuracy"], rtol=1e-4)
    np.testing.assert_allclose(epochs["train_loss"], history["train_loss"], rtol=1e-4)


def test_the_live_density_is_that_of_the_sparse_layers(data):
    found = compared(data, ["rlr", "static"], seeds=1)
    possible = 12 * 15 + 15 * 14
    links = round(0.3 * 12 * 15) + round(0.3 * 15 * 14)
    np.testing.assert_allclose(found.runs["live_density"], links / possible, rtol=1e-4)


def test_local_processes_and_one_process_compute_the_same(data):
    one, two = (compared(data, ["rlr", OWN], jobs=jobs, epochs=2) for jobs in (1, 2))
    for name in ("runs", "epochs"):
        pd.testing.assert_frame_equal(without_times(getattr(one, name)), without_times(getattr(two, name)))


def test_a_rule_of_ones_own_that_does_as_random_does_not_differ_from_it(data):
    row = compared(data, ["rlr", OWN]).table.iloc[0]
    assert row["difference"] == row["low"] == row["high"] == 0
    assert np.isnan(row["p"]) and row["verdict"] == "unclear"


def test_the_projected_time_is_told_first_and_then_every_run_in_the_balanced_order(data):
    lines: list[str] = []
    compared(data, seeds=2, note=lines.append)
    assert lines[0].startswith("4 of 4 runs are missing; a run takes about ") and "projected time" in lines[0]
    assert [line.split(": ")[0].split(" ", 2)[2] for line in lines[1:]] == [
        f"{recipe} seed {seed}" for seed in range(2) for recipe in ("rlr", "l3")
    ]


def test_an_interrupted_comparison_shows_what_is_there_and_goes_on_to_the_same(data, tmp_path, monkeypatch):
    whole, out, done = compared(data, out=tmp_path / "whole"), tmp_path / "out", []

    def interrupted(run):
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append(run)
        return plan.perform(run)

    monkeypatch.setattr(comparison, "perform", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compared(data, out=out)
    assert pd.read_csv(out / "comparison.csv")["seeds"].tolist() == [2]
    again: list[str] = []
    monkeypatch.setattr(comparison, "perform", plan.perform)
    found = compared(data, out=out, note=again.append)
    assert again[0].startswith("2 of 6 runs are missing") and len(again) == 3
    pd.testing.assert_frame_equal(found.table, whole.table)
    pd.testing.assert_frame_equal(without_times(found.epochs), without_times(whole.epochs))


def test_a_finished_comparison_is_only_drawn(data, tmp_path, monkeypatch):
    compared(data, out=tmp_path / "out")
    monkeypatch.setattr(comparison, "perform", lambda run: pytest.fail("redone"))
    monkeypatch.setattr(comparison, "seconds_of_run", lambda *_: pytest.fail("rehearsed"))
    lines: list[str] = []
    assert len(compared(data, out=tmp_path / "out", note=lines.append).runs) == 6
    assert lines == ["all 6 runs are there"]


def test_a_comparison_may_grow(data, tmp_path):
    out = tmp_path / "out"
    first = compared(data, seeds=1, out=out)
    lines: list[str] = []
    grown = compared(data, ["rlr", "l3", "static"], seeds=2, out=out, note=lines.append)
    assert lines[0].startswith("4 of 6 runs are missing") and len(grown.table) == 3
    assert grown.runs.iloc[:2].to_dict() == first.runs.to_dict()
    assert json.loads((out / "settings.json").read_text())["seeds"] == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"epochs": 4, "lr": 0.1}, "lr 0.05, now 0.1; epochs 3, now 4"),
        ({"hidden": (15, 13)}, "hidden 15 14, now 15 13"),
        ({"preset": "paper"}, "zeta 0.3, now 0.1"),
        ({"recipes": ["rlr", "static"]}, "recipes rlr l3, now without l3"),
        ({"seeds": 1}, "seeds 2, now 1"),
    ],
)
def test_other_settings_in_the_same_folder_are_refused_and_named(data, tmp_path, changed, words):
    out = tmp_path / "out"
    compared(data, seeds=2, out=out)
    before = {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()}
    with pytest.raises(NetsparseError, match=f"has other settings: .*{words}"):
        compared(data, **{"seeds": 2, "out": out, **changed})
    assert {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()} == before


def test_a_recipe_that_an_explicit_value_varies_is_another(data, tmp_path):
    """The value is the preset's, too, so that the settings in common do not tell."""
    RECIPES.register("slow", Recipe(zeta=0.1, regrowth="random"), summary="Mine.")
    try:
        compared(data, ["rlr", "slow"], seeds=1, out=tmp_path / "out")
        with pytest.raises(NetsparseError, match="recipes slow is not what it was"):
            compared(data, ["rlr", "slow"], seeds=1, out=tmp_path / "out", zeta=0.3)
    finally:
        RECIPES.unregister("slow")


def test_a_comparison_of_the_first_format_is_refused(data, tmp_path):
    compared(data, seeds=1, out=tmp_path / "out")
    file = tmp_path / "out" / "settings.json"
    file.write_text(file.read_text().replace("netsparse comparison 2", "netsparse comparison 1"))
    with pytest.raises(NetsparseError, match=r"settings\.json is of a comparison that an earlier netsparse began"):
        compared(data, seeds=1, out=tmp_path / "out")


def test_other_samples_of_the_same_name_are_refused(data, tmp_path):
    compared(data, seeds=1, out=tmp_path / "out")
    arrays = dict(np.load(data))
    np.savez(data, **{**arrays, "x_test": arrays["x_test"][::-1]})
    with pytest.raises(NetsparseError, match=r"datasets .* is not what it was"):
        compared(data, seeds=1, out=tmp_path / "out")


def test_a_folder_of_something_else_is_refused(data, tmp_path):
    with pytest.raises(NetsparseError, match=r"holds something else \(clusters\.npz\)"):
        compared(data, out=tmp_path)
    train_folder = tmp_path / "run"
    train_folder.mkdir()
    (train_folder / "settings.json").write_text(json.dumps({"format": "netsparse run 1"}))
    with pytest.raises(NetsparseError, match="does not hold a comparison of netsparse"):
        compared(data, out=train_folder)


def test_a_rule_that_fails_is_found_before_anything_is_written(data, tmp_path):
    with pytest.raises(NetsparseError, match="asked for"):
        compared(data, ["rlr", "tests.study.rules:short"], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"recipes": ["rlr"]}, "needs two recipes or more, got rlr"),
        ({"recipes": ["rlr", "rlr"]}, "recipes rlr and rlr are the same"),
        ({"seeds": 0}, "seeds must be at least 1, got 0"),
        ({"jobs": 0}, "jobs must be at least 1, got 0"),
        ({"regrowth": "l3"}, "regrowth is no setting of a comparison"),
        ({"validation": 1.0}, "validation"),
        ({"executor": "slurm"}, "known: dask, joblib"),
    ],
)
def test_bad_values_are_refused_before_any_work(data, tmp_path, options, words):
    with pytest.raises(ValueError, match=words):
        compared(data, **{"out": tmp_path / "out", **options})
    assert not (tmp_path / "out").exists()


def test_a_run_that_diverges_is_named_and_the_others_are_compared(data, tmp_path, monkeypatch):
    def diverging(run):
        if run.recipe == "l3" and run.seed == 1:
            raise Diverged("the loss became NaN")
        return plan.perform(run)

    monkeypatch.setattr(comparison, "perform", diverging)
    found = compared(data, out=tmp_path / "out")
    assert found.failed == [f"{data} l3 seed 1"] and found.table["seeds"].tolist() == [2]
    monkeypatch.setattr(comparison, "perform", plan.perform)
    assert compared(data, out=tmp_path / "out").table["seeds"].tolist() == [3]


def test_if_every_run_fails_that_is_the_error(data, monkeypatch):
    def diverging(run):
        raise Diverged("the loss became NaN")

    monkeypatch.setattr(comparison, "perform", diverging)
    with pytest.raises(NetsparseError, match="all 6 runs failed, the first with: the loss became NaN"):
        compared(data)
