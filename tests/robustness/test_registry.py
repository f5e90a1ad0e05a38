"""Strengths, seeds and names of every attack in the registry; what they do to networks is in tests/contract.py."""

from __future__ import annotations

import numpy as np
import pytest

import netsparse
from netsparse import robustness
from netsparse.robustness import ATTACKS
from tests.tiny import TINY, images

by_name = {"ids": lambda attack: attack.name}


def perturbed(attack, network, strength, seed=0, readout=False):
    if attack.kind != "inputs":
        return attack.function(network, strength, readout=readout, rng=seed)
    x, y, mean, deviation = images(network)
    return attack.function(network, x, y, strength, mean=mean, deviation=deviation, rng=seed)


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
