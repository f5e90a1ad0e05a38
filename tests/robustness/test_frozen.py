"""Attacks leave alone what is frozen, their strength counts the rest; asked for, they attack it all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import importance, robustness
from netsparse.importance import fixed_neurons
from netsparse.robustness import ATTACKS
from netsparse.robustness.targets import share
from tests.graph.test_frozen import frozen_network, frozen_pairs
from tests.strategies import networks
from tests.tiny import images

seeds = st.integers(0, 2**32 - 1)
BY_KIND = {kind: [name for name, attack in ATTACKS.items() if attack.kind == kind] for kind in ("links", "neurons")}
WEIGHTS = {name: attack for name, attack in ATTACKS.items() if attack.kind == "weights"}


def weight_of(layer):
    return dict(zip(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True), layer.weights, strict=True))


def assert_untouched(attacked, network):
    for layer, own in zip(attacked.layers, network.layers, strict=True):
        now, before = weight_of(layer), weight_of(own)
        assert all(now[pair] == before[pair] for pair in frozen_pairs(own))
        if own.frozen_biases is not None:
            np.testing.assert_array_equal(layer.bias[own.frozen_biases], own.bias[own.frozen_biases])


@settings(max_examples=80, deadline=None)
@given(networks(), seeds, st.sampled_from(BY_KIND["links"]), st.floats(0, 1), st.booleans())
def test_pruning_leaves_frozen_links_and_counts_the_others(network, seed, name, strength, readout):
    network = frozen_network(network, seed)
    attacked = ATTACKS[name].function(network, strength, readout=readout, rng=seed)
    assert_untouched(attacked, network)
    for index, (layer, own) in enumerate(zip(attacked.layers, network.layers, strict=True)):
        is_target = readout or index < len(network.sparse_layers)
        assert own.n_links - layer.n_links == (share(strength, own.free_links.size) if is_target else 0)


@settings(max_examples=80, deadline=None)
@given(networks(), seeds, st.sampled_from(BY_KIND["neurons"]), st.floats(0, 1))
def test_removal_of_neurons_leaves_what_is_frozen_and_counts_the_others(network, seed, name, strength):
    network = frozen_network(network, seed)
    attacked = ATTACKS[name].function(network, strength, rng=seed)
    assert_untouched(attacked, network)
    order = ATTACKS[name].order(network, readout=False, rng=seed)
    fixed = np.concatenate(fixed_neurons(network))
    assert not fixed[order].any()
    hidden = [int((~marks).sum()) for marks in fixed_neurons(network)[1:-1]]
    assert order.size == sum(hidden)
    assert ATTACKS[name].count(network, strength, readout=False) == sum(share(strength, n) for n in hidden)
    alone = ATTACKS[name].function(network, 1.0, rng=seed)
    for index, marks in enumerate(fixed_neurons(network)[1:-1]):
        assert not alone.layers[index].column_degrees[~marks].any()
        assert not alone.layers[index].bias[~marks].any()


@settings(max_examples=60, deadline=None)
@given(networks(), seeds, st.sampled_from(sorted(WEIGHTS)), st.booleans())
def test_weights_change_as_if_frozen_links_were_not_there(network, seed, name, readout):
    network = frozen_network(network, seed)
    strength = 2 if name == "quantise" else 0.6
    attacked = WEIGHTS[name].function(network, strength, readout=readout, rng=seed)
    assert_untouched(attacked, network)
    without = network.with_layers(
        layer.without_links(np.setdiff1d(np.arange(layer.n_links), layer.free_links)) for layer in network.layers
    )
    expected = WEIGHTS[name].function(without, strength, readout=readout, rng=seed)
    for layer, own in zip(attacked.layers, expected.layers, strict=True):
        np.testing.assert_array_equal(layer.weights[layer.free_links], own.weights)


@settings(max_examples=60, deadline=None)
@given(networks(), seeds, st.sampled_from(sorted({*WEIGHTS, *BY_KIND["links"], *BY_KIND["neurons"]})))
def test_of_a_thawed_network_everything_is_attacked(network, seed, name):
    frozen = frozen_network(network, seed)
    strength = 3 if name == "quantise" else 0.5
    attack = ATTACKS[name].function
    assert attack(frozen.thaw(), strength, rng=seed) == attack(network, strength, rng=seed)


@pytest.mark.parametrize("name", ["links-weight", "links-recomputed-degree", "neurons-degree", "noise"])
def test_curves_leave_frozen_links_out_unless_asked(name):
    from netsparse import generate

    network = generate.erdos_renyi((6, 7, 5, 3), density=0.6, dtype=np.float64, rng=0)
    frozen = network.with_layers(layer.freeze(links=np.arange(0, layer.n_links, 4)) for layer in network.layers)
    samples = images(network)
    options = {"steps": 4, "repeats": 1, "rng": 0}
    asked = robustness.curve(frozen, samples, name, frozen=True, **options)
    pd.testing.assert_frame_equal(asked, robustness.curve(network, samples, name, **options))
    usual = robustness.curve(frozen, samples, name, **options)
    if name.startswith("links"):
        left = sum(-(-layer.n_links // 4) for layer in network.sparse_layers)
        assert usual["links"].iloc[-1] == left + network.layers[-1].n_links
    assert not usual.equals(asked)


@given(networks(), seeds, st.sampled_from(["layer", "global"]))
def test_orders_of_links_name_those_that_are_not_frozen(network, seed, scope):
    network = frozen_network(network, seed)
    starts = np.cumsum([0, *(layer.n_links for layer in network.layers)])
    free = [start + layer.free_links for start, layer in zip(starts, network.layers, strict=False)]
    for by in ("weight", "random", "recomputed-degree"):
        order = importance.link_order(network, by, scope=scope, readout=True, rng=seed)
        assert np.array_equal(np.sort(order), np.concatenate(free))
