"""The contract of every attack in the registry, on every tiny network."""

from __future__ import annotations

import numpy as np
import pytest

import netsparse
from netsparse import robustness
from netsparse.robustness import ATTACKS
from tests.robustness.small import TINY, images

NETWORK_ATTACKS = [attack for attack in ATTACKS.values() if attack.kind != "inputs"]
INPUT_ATTACKS = [attack for attack in ATTACKS.values() if attack.kind == "inputs"]
tiny = pytest.mark.parametrize("network", TINY.values(), ids=TINY)
by_name = {"ids": lambda attack: attack.name}


def some_strengths(attack) -> np.ndarray:
    return attack.grid(3)


def perturbed(attack, network, strength, seed=0, readout=False):
    if attack.kind != "inputs":
        return attack.function(network, strength, readout=readout, rng=seed)
    x, y, mean, deviation = images(network)
    return attack.function(network, x, y, strength, mean=mean, deviation=deviation, rng=seed)


@pytest.mark.parametrize("attack", NETWORK_ATTACKS, **by_name)
@pytest.mark.parametrize("readout", [False, True])
@tiny
def test_network_attacks(attack, network, readout):
    assert attack.function(network, 0, readout=readout, rng=0) == network
    for strength in some_strengths(attack):
        attacked = attack.function(network, strength, readout=readout, rng=0)
        assert attacked.sizes == network.sizes
        assert (attacked.dtype, attacked.readout, attacked.activation) == (
            network.dtype, network.readout, network.activation,
        )  # fmt: skip
        if attack.kind == "weights":
            for old, new in zip(network.layers, attacked.layers, strict=True):
                assert new.same_topology(old)
                assert np.array_equal(new.bias, old.bias)
        if not readout and attack.kind != "neurons":
            untouched = len(network.sparse_layers)
            assert attacked.layers[untouched:] == network.layers[untouched:]


@pytest.mark.parametrize("attack", INPUT_ATTACKS, **by_name)
@tiny
def test_input_attacks(attack, network):
    x, _, mean, deviation = images(network)
    assert np.array_equal(perturbed(attack, network, 0), x)
    for strength in some_strengths(attack):
        moved = perturbed(attack, network, strength)
        assert (moved.shape, moved.dtype) == (x.shape, x.dtype)
        pixels = moved * deviation + mean
        assert pixels.min() >= -1e-6
        assert pixels.max() <= 1 + 1e-6


@pytest.mark.parametrize("attack", ATTACKS.values(), **by_name)
def test_the_same_seed_gives_the_same_result_and_only_stochastic_attacks_depend_on_it(attack):
    network = netsparse.generate.erdos_renyi((20, 30, 20, 4), density=0.3, rng=0)
    strength = attack.grid(2)[1] if not attack.whole else 3

    def same(a, b):
        return np.array_equal(a, b) if attack.kind == "inputs" else a == b

    first = perturbed(attack, network, strength, seed=1)
    assert same(first, perturbed(attack, network, strength, seed=1))
    if attack.stochastic:
        assert not same(first, perturbed(attack, network, strength, seed=2))
    elif attack.name in ("links-weight", "links-reverse-weight", "quantise", "fgsm"):  # no ties to break
        assert same(first, perturbed(attack, network, strength, seed=2))


@pytest.mark.parametrize("attack", ATTACKS.values(), **by_name)
@pytest.mark.parametrize("strength", [-0.1, np.nan, np.inf, "beyond"])
def test_strengths_out_of_range_are_refused(attack, strength):
    strength = attack.highest * 1.01 if strength == "beyond" else strength  # infinity again if there is no highest
    with pytest.raises(ValueError, match="strength"):
        perturbed(attack, TINY["float32"], strength)
    with pytest.raises(ValueError, match=f"strength of {attack.name}"):
        attack.arranged([0.0, strength])


@pytest.mark.parametrize("attack", ATTACKS.values(), **by_name)
def test_grids_begin_with_the_intact_network_and_stay_in_range(attack):
    grid = attack.grid(7)
    assert grid[0] == 0
    assert np.array_equal(attack.arranged(grid[::-1]), grid)
    assert grid.max() <= attack.highest
    if not attack.whole:
        assert np.allclose(np.diff(grid), attack.usual / 7)


def test_bits_are_whole_and_arranged_from_many_to_few():
    assert ATTACKS["quantise"].arranged([1, 8, 4]).tolist() == [0, 8, 4, 1]
    with pytest.raises(TypeError, match="whole"):
        ATTACKS["quantise"].arranged([2.5])


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown attack 'shuffel'; known: .*shuffle"):
        robustness.get_attack("shuffel")
