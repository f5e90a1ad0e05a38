from __future__ import annotations

import numpy as np
import pytest

from netsparse import percolation, robustness
from netsparse.datasets import evaluate
from netsparse.robustness import ATTACKS
from netsparse.robustness.curves import n_states
from tests.robustness.small import trained
from tests.tiny import TINY, images

COLUMNS = [
    "attack", "repeat", "step", "strength", "accuracy", "loss", "links", "active", "active_links", "outputs_reached",
    "largest_component",
]  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_row_per_repeat_and_strength(name):
    network, samples = trained()
    frame = robustness.curve(network, samples, name, steps=4, repeats=2, rng=0)
    attack = ATTACKS[name]
    assert list(frame) == COLUMNS
    assert len(frame) == n_states(name, steps=4, repeats=2)
    assert frame["repeat"].nunique() == (2 if attack.stochastic else 1)
    for _, trial in frame.groupby("repeat"):
        assert np.array_equal(trial["strength"], attack.grid(4))
        assert np.array_equal(trial["step"], np.arange(len(trial)))
    intact = evaluate(network, samples)
    first = frame[frame["step"] == 0]
    assert np.allclose(first[["loss", "accuracy"]], intact)
    assert (first["links"] == network.n_links).all()


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.kind != "inputs"])
def test_the_quantities_are_those_of_the_attacked_networks(name):
    """Rebuild every state from the attack's function and recompute all quantities from that network alone."""
    network, samples = trained()
    frame = robustness.curve(network, samples, name, steps=5, repeats=2, rng=11)
    seeds = np.random.default_rng(11).integers(2**63, size=2)
    for row in frame.itertuples():
        attacked = ATTACKS[name].function(network, row.strength, rng=int(seeds[row.repeat]))
        active = percolation.active_neurons(attacked)
        on_paths = [
            active[index][layer.rows] & active[index + 1][layer.columns] for index, layer in enumerate(attacked.layers)
        ]
        assert row.links == attacked.n_links
        assert row.active == sum(part.sum() for part in active)
        assert row.active_links == sum(part.sum() for part in on_paths)
        assert row.outputs_reached == active[-1].sum()
        assert (row.loss, row.accuracy) == evaluate(attacked, samples)


def test_repeats_differ_and_seeds_decide():
    network, samples = trained()
    first = robustness.curve(network, samples, "links-random", steps=10, repeats=2, rng=0)
    again = robustness.curve(network, samples, "links-random", steps=10, repeats=2, rng=0)
    assert first.equals(again)
    one, other = (trial.reset_index(drop=True) for _, trial in first.groupby("repeat"))
    assert not np.array_equal(one["loss"], other["loss"])
    assert np.array_equal(one["links"], other["links"])


def test_the_readout_is_attacked_on_request_only():
    network, samples = trained()
    n_readout = network.layers[-1].n_links
    spared = robustness.curve(network, samples, "links-weight", steps=1, rng=0)
    attacked = robustness.curve(network, samples, "links-weight", steps=1, readout=True, rng=0)
    assert spared["links"].tolist() == [network.n_links, n_readout]
    assert attacked["links"].tolist() == [network.n_links, 0]


def test_strengths_of_one_s_own_begin_with_the_intact_network():
    network, samples = trained()
    frame = robustness.curve(network, samples, "noise", strengths=[2.0, 0.5, 2.0], repeats=1, rng=0)
    assert frame["strength"].tolist() == [0.0, 0.5, 2.0]


def test_an_own_order_is_an_attack():
    network, samples = trained()
    order = np.arange(network.layers[0].n_links)[::-1]
    frame = robustness.curve(network, samples, robustness.in_order(order, name="backward"), steps=3)
    assert frame["attack"].unique().tolist() == ["backward"]
    assert frame["links"].tolist() == [network.n_links - robustness.targets.share(k / 3, order.size) for k in range(4)]


def test_every_state_ticks():
    network, samples = trained()
    ticks = []
    robustness.curve(network, samples, "shuffle", steps=4, repeats=3, tick=lambda: ticks.append(1))
    assert len(ticks) == n_states("shuffle", steps=4, repeats=3) == 15


def test_standardised_data_and_pairs_are_understood():
    from tests.train.small import clusters

    network, _ = trained()
    data = clusters(n_train=300, n_test=120).standardised()
    whole = robustness.curve(network, data, "fgsm", steps=2)
    pair = robustness.curve(network, (data.x_test, data.y_test), "links-weight", steps=2, rng=0)
    assert whole["accuracy"].iloc[0] == pair["accuracy"].iloc[0]
    with pytest.raises(ValueError, match="pixels from 0 to 1"):  # nobody said how the pair was standardised
        robustness.curve(network, (data.x_test, data.y_test), "fgsm", steps=2)


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ((np.zeros((5, 4)), np.zeros(5, int)), ValueError, "to fit the network"),
        (np.zeros((5, 6)), TypeError, "standardised"),
    ],
)
def test_data_that_do_not_fit(data, error, words):
    with pytest.raises(error, match=words):
        robustness.curve(TINY["float32"], data, "links-weight", steps=2)


def test_bad_arguments_are_refused_before_any_work():
    network, samples, ticks = TINY["float32"], images(TINY["float32"]), []
    for options in ({"steps": 0}, {"repeats": 0}, {"strengths": [0.5, 1.2]}, {"strengths": [np.nan]}):
        with pytest.raises(ValueError, match=r"steps|repeats|strength"):
            robustness.curve(network, samples, "links-random", tick=lambda: ticks.append(1), **options)
    with pytest.raises(ValueError, match="unknown attack"):
        robustness.curve(network, samples, "nothing")
    with pytest.raises(TypeError, match=r"a network is needed: .* got int"):
        robustness.curve(3, samples, "links-random")
    assert not ticks


def test_outputs_that_overflow_are_no_accuracy():
    network = TINY["float32"]
    with pytest.raises(ValueError, match="overflow"):
        robustness.curve(network, images(network), "noise", strengths=[1e37], repeats=1, rng=0)


@pytest.mark.parametrize("network", TINY.values(), ids=TINY)
@pytest.mark.parametrize("name", ATTACKS)
def test_tiny_networks_survive_every_attack(network, name):
    frame = robustness.curve(network, images(network), name, steps=2, repeats=1, rng=0)
    assert frame["accuracy"].between(0, 1).all()
    assert np.isfinite(frame["loss"]).all()
