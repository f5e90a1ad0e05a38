"""The momentum of missing links: a plain recount, through updates and resumption; refused where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from netsparse import nn, rewire, train
from netsparse.graph.backpropagation import backpropagate
from netsparse.rewire import RECIPES, REGROWTH, Recipe
from tests.nn.test_engine import problem
from tests.train.small import clusters, settings, start_of

NEEDS = {"regrowth 'snfs'": frozenset({"momentum"})}


@pytest.fixture
def snfs():
    @REGROWTH.register("snfs", needs={"momentum"}, summary="Missing links of largest momentum.")
    def by_momentum(layer, n, *, evidence):
        size = np.abs(evidence.momentum)
        size[layer.rows, layer.columns] = -1
        return np.unravel_index(np.argsort(-size, axis=None, kind="stable")[:n], layer.shape)

    RECIPES.register("snfs", Recipe(regrowth="snfs", unit="steps", interval=4), summary="In a test.")
    yield
    RECIPES.unregister("snfs")
    REGROWTH.unregister("snfs")


@pytest.mark.parametrize("decay", [0.0, 0.05])
def test_momentum_is_the_sum_of_dense_gradients_by_a_plain_recount(decay):
    network, x, y = problem()
    engine = nn.engine(network, "masked", lr=0.05, momentum=0.8, weight_decay=decay, batch_size=50, needs=NEEDS)
    expected = [np.zeros(layer.shape) for layer in network.layers]
    for epoch in range(3):
        for first in range(0, len(y), 50):
            batch = np.arange(first, first + 50)
            found = backpropagate(engine.network(), x[batch], y[batch])
            for own, signals, deltas in zip(expected, found.signals, found.deltas, strict=True):
                own *= 0.8
                own += signals.T @ deltas
            engine.run_epoch(x, y, batch)
        evidence = engine.evidence(x, y, np.arange(50))
        for index, own in enumerate(expected):
            momentum = evidence.of_layer(index, {"momentum"}).momentum
            np.testing.assert_allclose(momentum, own, rtol=1e-8, atol=1e-12)
        if epoch == 0 and not decay:
            layers = evidence.network.layers
            of_links = [own[layer.rows, layer.columns] for own, layer in zip(expected, layers, strict=True)]
            np.testing.assert_allclose(np.concatenate(of_links), engine.state()["weight_velocities"], atol=1e-12)
        rewired, _, update = rewire.step(engine.network(), None, "rlr", progress=0.1, rng=epoch)
        engine.apply(rewired, update)


def test_gathering_it_changes_no_bit_of_the_training():
    network, x, y = problem(np.float32)
    states = []
    for needs in ({}, NEEDS):
        engine = nn.engine(network, "masked", needs=needs)
        engine.run_epoch(x, y, np.arange(len(y)))
        states.append(engine.state())
    assert states[1].pop("dense_momentum").size == sum(layer.shape[0] * layer.shape[1] for layer in network.layers)
    for name, array in states[0].items():
        assert np.array_equal(array, states[1][name])


def test_sparse_layers_refuse_by_name_before_any_work(snfs, tmp_path):
    network, x, y = problem()
    message = "backend must be 'masked': regrowth 'snfs' needs evidence of kind 'momentum'"
    with pytest.raises(ValueError, match=message):
        nn.engine(network, "sparse", needs=RECIPES["snfs"].needs())
    with pytest.raises(ValueError, match=message):
        train.fit(start_of(own()), clusters(), own(backend="sparse"), out=tmp_path / "run", progress=False)
    assert nn.choose_backend(network) == "sparse"
    assert nn.choose_backend(network, needs=NEEDS) == "masked"
    engine = nn.engine(network, "masked")
    with pytest.raises(ValueError, match="regrowth 'snfs' needs evidence of kind 'momentum'"):
        evidence = engine.evidence(x, y, [0, 1])
        rewire.step(engine.network(), None, RECIPES["snfs"], progress=0.0, evidence=evidence, rng=0)


def own(**changes):
    usual = settings().flat()
    fields = {key: usual[key] for key in ("hidden", "epochs", "batch_size", "density")}
    return train.Settings.from_preset("default", **{**fields, "recipe": "snfs", **changes})


def test_a_rule_that_grows_by_it_trains_and_resumes_to_the_bit(snfs, tmp_path, monkeypatch):
    whole = train.fit(start_of(own()), clusters(), own(), out=tmp_path / "whole", progress=False)
    assert whole.history["links_grown"].sum() > 0
    assert whole.history["links"].nunique() == 1
    save = train.RunFolder.save_epoch

    def killed_after_two(folder, record, *args, **options):
        save(folder, record, *args, **options)
        if record.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(train.RunFolder, "save_epoch", killed_after_two)
        train.fit(start_of(own()), clusters(), own(), out=tmp_path / "cut", progress=False)
    resumed = train.fit(start_of(own()), clusters(), own(), out=tmp_path / "cut", resume=True, progress=False)
    assert resumed.network == whole.network
