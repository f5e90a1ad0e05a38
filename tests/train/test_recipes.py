"""Training by recipes: updates within epochs, evidence, changing density, and resuming in the middle of it all."""

from __future__ import annotations

import numpy as np
import pytest

from netsparse import rewire, train
from netsparse.rewire import RECIPES, Recipe, Schedule
from netsparse.train import Settings, checkpoint
from netsparse.train.checkpoint import Checkpoint
from tests.train.small import clusters, settings, start_of

OWN = {
    "stepwise": Recipe(regrowth="gradient", unit="steps", interval=4, until=0.8, replaces_step=True, returning="old",
                       zeta=Schedule(0.5, "cosine"), new_weights="zero", clean_up="none"),
    "falling": Recipe(density=Schedule(0.5, "cubic", final=0.2), distribution="erk", regrowth="random"),
    "stopping": Recipe(early_stop=0.3, regrowth="random", returning="historical"),
    "mixed": Recipe(regrowth={"gradient": 0.5, "random": 0.5}, batches=2, unit="steps", interval=5),
}  # fmt: skip


@pytest.fixture(params=OWN)
def name(request):
    RECIPES.register(request.param, OWN[request.param], summary="Mine.")
    request.addfinalizer(lambda: RECIPES.unregister(request.param))
    return request.param


def by_recipe(name, **changes) -> Settings:
    fields = {"hidden": (15, 14), "epochs": 4, "batch_size": 16, "backend": "sparse"}
    if RECIPES[name].density is None:
        fields["density"] = 0.3
    return Settings(**{**fields, "recipe": name, **changes})


def fit(own, out=None, resume=False):
    return train.fit(start_of(own), clusters(), own, out=out, resume=resume, progress=False)


class Killed(BaseException):
    """As if the process had been killed."""


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_a_run_resumed_in_the_middle_ends_as_an_uninterrupted_one(name, backend, tmp_path, monkeypatch):
    own = by_recipe(name, backend=backend)
    whole = fit(own, tmp_path / "whole")
    save = train.RunFolder.save_epoch

    def killed_after_two(folder, record, *args, **options):
        save(folder, record, *args, **options)
        if record.epoch == 2:
            raise Killed

    monkeypatch.setattr(train.RunFolder, "save_epoch", killed_after_two)
    with pytest.raises(Killed):
        fit(own, tmp_path / "cut")
    monkeypatch.undo()
    resumed = fit(own, tmp_path / "cut", resume=True)
    assert resumed.network == whole.network
    columns = [column for column in whole.history if not column.startswith("seconds")]
    assert resumed.history[columns].equals(whole.history[columns])
    states = [checkpoint.load(tmp_path / run / "checkpoint.npz").rewiring for run in ("whole", "cut")]
    assert states[0] == states[1]


def test_updates_fall_where_the_recipe_says(monkeypatch):
    """90 samples in batches of 16 are 6 steps an epoch, 24 in all; before 80 % of them every fourth has an update."""
    seen, usual = [], rewire.step

    def noted(*args, progress, **options):
        seen.append(progress)
        return usual(*args, progress=progress, **options)

    RECIPES.register("stepwise", OWN["stepwise"], summary="Mine.")
    monkeypatch.setattr(rewire, "step", noted)
    try:
        result = fit(by_recipe("stepwise"))
    finally:
        RECIPES.unregister("stepwise")
    assert [progress for progress in seen if progress[1] == 24] == [(4, 24), (8, 24), (12, 24), (16, 24)]
    assert (result.history["links_grown"] > 0).tolist() == [True, True, True, False]
    assert result.history["links"].nunique() == 1


def test_the_number_of_links_follows_the_density():
    RECIPES.register("falling", OWN["falling"], summary="Mine.")
    try:
        own = by_recipe("falling")
        start, result = start_of(own), fit(own)
    finally:
        RECIPES.unregister("falling")
    assert sum(layer.n_links for layer in start.sparse_layers) == round(0.5 * (12 * 15 + 15 * 14))
    assert (result.history["links"].diff()[1:] < 0).all()
    assert sum(layer.n_links for layer in result.network.sparse_layers) == round(0.2 * (12 * 15 + 15 * 14))


def test_a_checkpoint_of_the_first_version_has_no_memory(tmp_path):
    network = start_of(settings())
    checkpoint.save(Checkpoint(1, network, {"weights": np.zeros(3)}), tmp_path / "checkpoint.npz")
    assert checkpoint.load(tmp_path / "checkpoint.npz").rewiring is None


@pytest.mark.parametrize("removal", ["degree", "reverse-betweenness", "random"])
def test_any_order_can_drive_the_removal(removal):
    result = fit(settings(removal=removal, regrowth="gradient", epochs=2))
    assert (result.history["links_removed"] > 0).any()
    assert result.history["links"].nunique() == 1
