"""Recipes: validated, JSON-able values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import rewire
from netsparse.errors import FileFormatError
from netsparse.rewire import RECIPES, Mixture, Recipe, Rule, Schedule

shares = st.floats(0, 1)
schedules = st.one_of(
    shares,
    st.builds(Schedule, shares, st.sampled_from(sorted(rewire.SHAPES)), final=shares),
    st.builds(lambda a, b: Schedule(a, pieces=[(0.5, b)]), shares, shares),
)
rules = st.sampled_from(["random", "ch3-l3", "gradient"])
mixtures = st.one_of(
    rules,
    st.builds(lambda a, b, s: [[a, s], [b, 1 - s]], rules, rules, shares),
    st.builds(lambda a, b: [[0, a], [0.5, {b: 1.0}]], rules, rules),
)
recipes = st.builds(
    Recipe,
    weights=st.sampled_from(["swi", "kaiming"]),
    distribution=st.sampled_from(["uniform", "erk", (1, 2.5)]),
    removal=st.sampled_from(["magnitude", "reverse-weight", "degree", "random"]),
    scope=st.sampled_from(["layer", "network"]),
    regrowth=mixtures,
    sharing=st.sampled_from(["own", "surviving"]),
    zeta=schedules,
    interval=st.integers(2, 10),
    unit=st.sampled_from(["epochs", "steps"]),
    until=shares,
    replaces_step=st.booleans(),
    early_stop=st.one_of(st.none(), shares),
    returning=st.sampled_from(["new", "zero", "old", "historical"]),
    clean_up=st.sampled_from(["reach", "chain", "none"]),
    frozen_layers=st.lists(st.integers(0, 3)),
)


@given(recipes)
def test_json_round_trip_is_exact(recipe):
    again = Recipe.from_json(json.loads(json.dumps(recipe.to_json())))
    assert again == recipe
    assert hash(again) == hash(recipe)


@pytest.mark.parametrize("name", RECIPES)
def test_named_recipes_round_trip_and_say_what_they_are(name):
    assert Recipe.from_json(json.loads(json.dumps(RECIPES[name].to_json()))) == RECIPES[name]
    assert RECIPES.entry(name).summary
    assert Recipe.of(name) is RECIPES[name]


def test_the_repr_shows_what_differs_from_the_default():
    assert repr(Recipe()) == "Recipe()"
    recipe = Recipe(
        zeta=Schedule(0.3, "cosine"), regrowth={"ch3-l3": 0.9, "random": 0.1}, density=Schedule(0.5, "cubic", final=0.1)
    )
    shown = "Recipe(density=0.5 to 0.1 (cubic), regrowth=0.9 ch3-l3 + 0.1 random, zeta=0.3 to 0 (cosine))"
    assert str(recipe) == shown


def test_numbers_and_names_become_schedules_and_rules():
    recipe = Recipe(zeta=0.2, removal="degree", regrowth="random", density=0.1)
    assert (recipe.zeta, recipe.removal, recipe.density) == (Schedule(0.2), Rule("degree"), Schedule(0.1))
    assert recipe.regrowth == Mixture.of("random") == Mixture.of({"random": 1})


def test_replace_checks_again_and_leaves_the_original():
    recipe = Recipe()
    assert recipe.replace(zeta=0.1).zeta == Schedule(0.1)
    assert recipe.zeta == Schedule(0.3)
    with pytest.raises(ValueError, match="zeta must be"):
        recipe.replace(zeta=2)
    with pytest.raises(TypeError, match="a recipe has no colour"):
        recipe.replace(colour="red")


def test_unknown_fields_are_refused():
    with pytest.raises(FileFormatError, match="a recipe has no colour"):
        Recipe.from_json({"colour": "red"})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"zeta": 1.1}, "zeta must be finite and at least 0 and at most 1"),
        ({"zeta": Schedule(0.5, "linear", final=-1)}, "zeta must be finite and at least 0"),
        ({"zeta": {"initial": 0.5, "shape": "round"}}, "zeta: unknown shape of a schedule 'round'"),
        ({"density": 0}, "density must be finite and above 0"),
        ({"removal": "largest"}, "unknown removal 'largest'; known: .*magnitude"),
        ({"removal": {"rule": "magnitude", "speed": 1}}, "removal 'magnitude' has no option 'speed'"),
        ({"regrowth": "rigl"}, "unknown regrowth 'rigl'; known: ch1-l3, ch2-l3"),
        ({"regrowth": {"random": 0.5, "ch3-l3": 0.4}}, "the shares of a regrowth must sum to 1, got 0.9"),
        ({"regrowth": [[0.5, "random"]]}, "regrowth must start at progress 0"),
        ({"interval": 0}, "interval must be at least 1"),
        ({"until": 1.5}, "until must be"),
        ({"early_stop": -1}, "early_stop must be"),
        ({"scope": "net"}, "unknown scope 'net'; known: layer, network"),
        ({"unit": "days"}, "unknown unit 'days'; known: epochs, steps"),
        ({"returning": "half"}, "unknown returning 'half'; known: historical, new, old, zero"),
        ({"clean_up": "no"}, "unknown clean_up 'no'; known: chain, none, reach"),
        ({"sharing": "all"}, "unknown sharing 'all'; known: own, possible, surviving"),
        ({"weights": "xavier"}, "unknown weights 'xavier'; known: kaiming, swi"),
        ({"weights": "zero"}, "a network of zeros cannot learn"),
        ({"new_weights": "xavier"}, "unknown new_weights 'xavier'"),
        ({"start": "lattice"}, "unknown start 'lattice'; known: erdos-renyi"),
        ({"distribution": "er"}, "unknown distribution 'er'; known: erk, uniform"),
        ({"distribution": (1, 0)}, "distribution must be finite and above 0"),
        ({"pruning": "magnitude"}, "pruning lowers the density: give density a schedule"),
        ({"frozen_layers": [-1]}, "frozen_layers: layer must be at least 0"),
    ],
)
def test_errors_name_the_parameter(fields, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**fields)


def test_the_network_scope_needs_an_order(request):
    rewire.REMOVAL.register("mine", lambda layer, n, *, rng: range(n), summary="The first.")
    request.addfinalizer(lambda: rewire.REMOVAL.unregister("mine"))
    assert Recipe(removal="mine").removal == Rule("mine")
    with pytest.raises(ValueError, match="scope 'network' needs an order of links, which removal 'mine' is not"):
        Recipe(removal="mine", scope="network")


def test_needs_are_those_of_the_rules():
    assert Recipe().needs() == {}
    assert Recipe(regrowth={"random": 0.5, "gradient": 0.5}).needs() == {"regrowth 'gradient'": {"missing"}}


def test_when_updates_are_due():
    def due(recipe, per_epoch, epochs):
        steps = range(1, per_epoch * epochs + 1)
        return [step for step in steps if recipe.updates_after(step, per_epoch, epochs)]

    assert due(Recipe(), 3, 4) == [3, 6, 9, 12]
    assert due(Recipe(until=0.75, interval=2), 3, 4) == [6]
    assert due(Recipe(until=0.29), 1, 100) == list(range(1, 30))
    assert due(Recipe(unit="steps", interval=4, until=24 / 28), 7, 4) == [4, 8, 12, 16, 20]
    assert due(RECIPES["static"], 3, 4) == []
