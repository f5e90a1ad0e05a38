"""What attacks and their groups are called now, and were before."""

from __future__ import annotations

import pandas as pd
import pytest

from netsparse import robustness
from netsparse.robustness import ATTACK_GROUPS, ATTACKS, get_attacks, present_names
from netsparse.robustness.names import FORMER_NAMES, first_name
from tests.tiny import TINY, images

PAPER = ("links-random", "links-weight", "links-reverse-weight", "shuffle", "noise")


def test_removals_say_first_what_they_remove():
    removals = {name: attack.kind for name, attack in ATTACKS.items() if attack.order is not None}
    assert {"links", "neurons"} == set(removals.values())
    assert all(name.startswith(f"{kind}-") for name, kind in removals.items())


@pytest.mark.parametrize(("former", "present"), FORMER_NAMES.items())
def test_a_former_name_warns_and_is_the_same_attack(former, present):
    with pytest.warns(DeprecationWarning, match=f"attack '{former}' is now called '{present}'"):
        assert robustness.get_attack(former) is ATTACKS[present]
    assert former not in list(ATTACKS)


def test_a_curve_by_a_former_name_is_that_of_the_present_one():
    network = TINY["float32"]
    samples = images(network)
    with pytest.warns(DeprecationWarning, match="now called 'links-random'"):
        former = robustness.curve(network, samples, "prune-random", steps=3, rng=0)
    assert former.equals(robustness.curve(network, samples, "links-random", steps=3, rng=0))
    assert set(former["attack"]) == {"links-random"}


def test_tables_are_read_under_present_names():
    frame = pd.DataFrame({"attack": ["noise", *FORMER_NAMES], "accuracy": 0.5})
    before = frame.copy()
    assert present_names(frame)["attack"].tolist() == ["noise", *FORMER_NAMES.values()]
    assert frame.equals(before)
    assert present_names(present_names(frame)).equals(present_names(frame))


def test_first_names_are_those_of_0_1_0():
    assert {first_name(name) for name in ATTACKS} == set(ATTACKS) - set(FORMER_NAMES.values()) | set(FORMER_NAMES)


def test_the_five_attacks_of_the_paper_are_a_group():
    assert ATTACK_GROUPS["robustness-paper"] == PAPER
    assert [attack.name for attack in get_attacks("robustness-paper")] == list(PAPER)


def test_the_former_name_of_the_group_warns():
    with pytest.warns(DeprecationWarning, match="attack group 'paper' is now called 'robustness-paper'"):
        assert [attack.name for attack in get_attacks(["paper"])] == list(PAPER)
    with pytest.warns(DeprecationWarning, match="PAPER is now ATTACK_GROUPS"):
        assert robustness.PAPER == PAPER


def test_attacks_are_given_once_in_the_order_they_are_named_in():
    own = robustness.in_order([0, 1])
    found = get_attacks([own, "noise", "robustness-paper", "noise", ATTACKS["links-weight"]])
    names = ["own order", "noise", "links-random", "links-weight", "links-reverse-weight", "shuffle"]
    assert [attack.name for attack in found] == names
    assert found[0] is own


def test_all_are_those_registered():
    assert [attack.name for attack in get_attacks("all")] == list(ATTACKS)


@pytest.mark.parametrize("name", ["shuffel", 3, None])
def test_an_unknown_name_lists_attacks_and_groups(name):
    with pytest.raises(ValueError, match=r"unknown attack .*; known: all, .*links-random.*robustness-paper"):
        get_attacks(["noise", name])
