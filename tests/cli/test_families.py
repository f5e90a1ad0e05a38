"""``netsparse list``: every family, every entry; and a rule of every family that comes from outside."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from netsparse import LayeredNetwork, datasets, generate, importance, linkpred, measures, prune, rewire, robustness
from netsparse.cli import main
from netsparse.cli.families import FAMILIES, family
from netsparse.linkpred import METHODS
from netsparse.robustness import ATTACKS
from netsparse.train import PRESETS, Settings
from tests.tiny import TINY

sys.path.append(str(Path(__file__).parents[2] / "docs"))

import pages

NETWORK = TINY["full"]
PATH = nx.to_scipy_sparse_array(nx.path_graph(4))
DEGREES = [1] * 8 + [2] * 4 + [3, 4, 5, 8]


def test_without_a_name_it_lists_the_families_and_their_entries(capsys):
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    for name in FAMILIES:
        assert name in shown
    for entry in ("ch3-l3", "collective-influence", "quantise", "fashion-mnist-6k", "paper"):
        assert entry in shown


@pytest.mark.parametrize("name", FAMILIES)
def test_every_entry_of_a_family_is_listed_with_what_it_does(name, capsys):
    assert main(["list", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(family(name))
    assert all(row.summary for row in family(name).table())


def test_an_unknown_family_is_one_line_that_lists_the_known(capsys):
    assert main(["list", "regroth"]) == 2
    assert "unknown family 'regroth'; known: activation, attack" in capsys.readouterr().err


def a_value_per_link(network, *, rng=None):
    return [np.ones(layer.n_links) for layer in network.layers]


def a_value_per_neuron(network, *, rng=None):
    return [np.ones(size) for size in network.sizes]


FROM_OUTSIDE = {
    "activation": (np.cos, lambda name: LayeredNetwork(NETWORK.layers, activation=name)),
    "attack": (ATTACKS["noise"], robustness.get_attack),
    "attack-group": (("noise", "shuffle"), robustness.get_attacks),
    "clean-up": (family("clean-up")["none"], lambda name: rewire.Recipe(clean_up=name)),
    "dataset": (lambda: datasets.Dataset("mine", np.eye(2), [0, 1], np.eye(2), [0, 1]), datasets.load),
    "distribution": (lambda shape: 1.0, lambda name: generate.layer_densities([(2, 3)], 0.5, name)),
    "evidence": (lambda layer, *, evidence: 1.0, lambda name: family("evidence")[name]),
    "link-importance": (a_value_per_link, lambda name: importance.link_order(NETWORK, name)),
    "link-length": (family("link-length")["ra1"], lambda name: measures.coalescent_embedding(PATH, lengths=name)),
    "link-prediction": (METHODS["l3"], lambda name: linkpred.scores(NETWORK.layers[0], name)),
    "link-prediction-ties": (
        family("link-prediction-ties")["random"],
        lambda name: linkpred.top_links(TINY["hub"].layers[0], 1, "l3", ties=name),
    ),
    "lr-schedule": (np.ones_like, lambda name: Settings(lr_schedule=name)),
    "measure": (family("measure")["density"], lambda name: measures.table(NETWORK, [name])),
    "neuron-importance": (a_value_per_neuron, lambda name: importance.neuron_order(NETWORK, name)),
    "null-model": (family("null-model")["curveball"], lambda name: measures.table(NETWORK, ["density"], null=name)),
    "power-law-rival": (
        family("power-law-rival")["exponential"],
        lambda name: measures.compare_power_law(DEGREES, name),
    ),
    "preset": (PRESETS["paper"], lambda name: Settings(preset=name)),
    "prune-count": (prune.Rate, lambda name: family("prune-count")[name]),
    "prune-recipe": (prune.Recipe(), prune.Recipe.of),
    "prune-rewinding": (lambda saved: None, lambda name: prune.Recipe(rewind=name)),
    "prune-scope": (family("prune-scope")["layer"], lambda name: prune.Recipe(scope=name)),
    "prune-score": (lambda weights: weights, lambda name: prune.Recipe(score=name)),
    "prune-stop": (prune.Epochs, lambda name: family("prune-stop")[name]),
    "ranking-quality": (lambda ranking: 1.0, lambda name: linkpred.QUALITIES[name]),
    "recipe": (rewire.Recipe(zeta=0.1), lambda name: Settings(recipe=name)),
    "reduction": (family("reduction")["mce"], lambda name: measures.coalescent_embedding(PATH, reduction=name)),
    "regrowth": (lambda layer, n, *, rng: None, lambda name: Settings(regrowth=name)),
    "removal": (lambda layer, n, *, rng: None, lambda name: Settings(removal=name)),
    "schedule": (lambda x: 1 - x, lambda name: rewire.Schedule(0.3, name)),
    "sharing": (lambda network: np.ones(len(network.layers)), lambda name: rewire.Recipe(sharing=name)),
    "start": (family("start")["k-regular"], lambda name: rewire.Recipe(start=name)),
    "weights": (family("weights")["kaiming"], lambda name: Settings(init=name)),
}
"""Of each family a rule that is not ours, and where a user names one."""


def test_every_family_takes_rules_from_outside():
    assert list(FROM_OUTSIDE) == list(FAMILIES)


@pytest.fixture(params=FROM_OUTSIDE)
def own(request):
    """The name of a family that got the rule 'mine', and where its rules are named."""
    rule, door = FROM_OUTSIDE[request.param]
    registry = family(request.param)
    about = {"axes": "rows"} if request.param == "evidence" else {}
    registry.register("mine", rule, needs={"signals"}, summary="Do what I want.", source="here", **about)
    yield request.param, door
    registry.unregister("mine")


def test_a_rule_from_outside_is_listed(own, capsys):
    name, _ = own
    assert main(["list", name]) == 0
    assert "mine\n    Do what I want.\n    needs: signals\n    here\n" in capsys.readouterr().out
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.replace("\n ", " ").splitlines()  # a family on one line
    assert name in [line.split()[0] for line in lines if "mine" in line.replace(",", " ").split()]


def test_a_rule_from_outside_is_taken_where_rules_are_named(own):
    own[1]("mine")


def test_a_rule_from_outside_is_in_the_error_about_another_one(own):
    with pytest.raises(ValueError, match=r"unknown .*'yours'.*; known: .*\bmine\b"):
        own[1]("yours")


def test_a_rule_from_outside_has_its_place_in_the_documentation(own):
    assert "mine" in pages.family_page(own[0], family(own[0]))


IN_HELP = [
    ("attack", "attack"), ("preset", "train"), ("preset", "compare"), ("regrowth", "compare"), ("recipe", "compare"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "command"), IN_HELP)
def test_a_rule_from_outside_is_in_the_help_that_says_the_names(name, command, capsys, request):
    rule = FROM_OUTSIDE[name][0]
    family(name).register("quaint", replace(rule, name="quaint") if name == "attack" else rule, summary="Whatever.")
    request.addfinalizer(lambda: family(name).unregister("quaint"))
    assert main([command, "--help"]) == 0
    assert re.search(r"\bquaint\b", capsys.readouterr().out)


def test_an_importance_from_outside_is_an_order_and_its_reverse_a_removal(request):
    importance.LINKS.register("mine", a_value_per_link)
    request.addfinalizer(lambda: importance.LINKS.unregister("mine"))
    assert {"mine", "reverse-mine"} <= set(rewire.REMOVAL)
    assert {"mine", "reverse-mine"} <= set(importance.order_names(importance.LINKS, importance.RECOMPUTED_LINKS))
    assert Settings(removal="reverse-mine").recipe.removal.name == "reverse-mine"


def test_a_regrowth_from_outside_is_a_recipe_to_compare(request):
    from netsparse.study import known_recipes, named_recipe

    rewire.REGROWTH.register("mine", lambda layer, n, *, rng: None)
    request.addfinalizer(lambda: rewire.REGROWTH.unregister("mine"))
    assert "mine" in known_recipes()
    assert named_recipe("mine").settings == {"regrowth": "mine"}
