"""Runs of networks with frozen parts: not a bit of them changes, in any file of the run, resumed or not."""

from __future__ import annotations

import numpy as np
import pytest

import netsparse as ns
from netsparse import train
from netsparse.rewire import RECIPES, Recipe
from tests.graph.test_frozen import frozen_network
from tests.nn.test_frozen import assert_frozen_as
from tests.train.small import clusters, settings, start_of
from tests.train.test_resume import assert_same_run


def frozen_start(own):
    start = start_of(own)
    rng = np.random.default_rng(3)
    with_biases = (layer.with_weights(layer.weights, rng.normal(size=layer.shape[1])) for layer in start.layers)
    return frozen_network(start.with_layers(with_biases), 1)


@pytest.mark.parametrize("changes", [{"backend": "sparse"}, {"backend": "masked"}, {"backend": "sparse", "threads": 2}])
def test_a_run_leaves_frozen_parts_alone_and_resumes_to_the_bit(tmp_path, monkeypatch, changes):
    own = settings(regrowth="random", epochs=4, **changes)
    start = frozen_start(own)
    whole = train.fit(start, clusters(), own, out=tmp_path / "whole", progress=False)
    assert_frozen_as(whole.network, start)
    assert whole.history["links_grown"].sum() > 0
    for file in ("network.npz", "initial.npz"):
        if (tmp_path / "whole" / file).exists():
            assert_frozen_as(ns.load(tmp_path / "whole" / file), start)
    assert_frozen_as(train.RunFolder(tmp_path / "whole").checkpoint().network, start)
    save = train.RunFolder.save_epoch

    def killed_after_two(folder, record, *args, **options):
        save(folder, record, *args, **options)
        if record.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train.RunFolder, "save_epoch", killed_after_two)
        train.fit(start, clusters(), own, out=tmp_path / "parts", progress=False)
    train.fit(start, clusters(), own, out=tmp_path / "parts", resume=True, progress=False)
    assert_same_run(tmp_path / "parts", tmp_path / "whole")


def test_a_run_resumed_with_other_parts_frozen_is_another_run(tmp_path):
    own = settings(regrowth="random", epochs=2)
    train.fit(start_of(own), clusters(), own, out=tmp_path / "run", progress=False)
    with pytest.raises(ns.errors.NetsparseError, match="another initial network"):
        train.fit(frozen_network(start_of(own), 1), clusters(), own, out=tmp_path / "run", resume=True, progress=False)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_biases_that_a_recipe_freezes_never_move(request, backend):
    RECIPES.register("no-biases", Recipe(regrowth="random", frozen_biases=(0, 1, 2)), summary="Mine.")
    request.addfinalizer(lambda: RECIPES.unregister("no-biases"))
    usual = settings(backend=backend).flat()
    fields = {name: usual[name] for name in ("hidden", "epochs", "batch_size", "density", "backend")}
    own = train.Settings.from_preset("default", **fields, recipe="no-biases")
    trained = train.fit(start_of(own), clusters(), own, progress=False).network
    assert all(layer.frozen_biases.all() and not layer.bias.any() for layer in trained.layers)
    assert not np.array_equal(trained.layers[-1].weights, start_of(own).layers[-1].weights)


@pytest.mark.parametrize("field", ["frozen_layers", "frozen_biases"])
def test_a_recipe_that_freezes_a_layer_that_is_not_there_is_refused_before_any_work(field):
    network = start_of(settings())
    with pytest.raises(ValueError, match=f"{field} must be from 0 to 2"):
        ns.rewire.step(network, None, Recipe(**{field: (3,)}), progress=0.0, rng=0)
