"""Removals by relative importance, by lot, by gradient and by sign, against the published codes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.importance.relative_weight import relative_weights
from netsparse.rewire import REMOVAL, Evidence, Recipe, Schedule
from tests.strategies import layers

CONTENT = json.loads((Path(__file__).parents[1] / "oracles" / "removal_scores.json").read_text())
LAYERS = {content["name"]: content for content in CONTENT["layers"]}
OWN = ["signed-magnitude", "soft-magnitude", "soft-relative-magnitude", "weight-and-gradient"]


def layer_of(content: dict) -> tuple[ns.BipartiteLayer, np.ndarray]:
    """Return a published layer, whose rows are outputs, and where its links are in the published matrices."""
    mask = np.array([list(map(int, row)) for row in content["mask"]], dtype=bool)
    inputs, outputs = np.nonzero(mask.T)
    weights = np.array(content["weights"]).T[inputs, outputs]
    return ns.BipartiteLayer.from_links(inputs, outputs, weights, mask.T.shape), mask.T


def evidence_of(content: dict, layer: ns.BipartiteLayer):
    gradient = np.array(content["dense_gradient"]).T[layer.rows, layer.columns]
    return Evidence(ns.LayeredNetwork([layer]), gradients=[gradient]).of_layer(0, {"gradients"})


@pytest.mark.parametrize("name", LAYERS)
def test_relative_importances_are_the_published_ones(name):
    layer, mask = layer_of(LAYERS[name])
    expected = np.array(LAYERS[name]["scores"]["relative_importance"]).T[mask]
    np.testing.assert_allclose(relative_weights(layer), expected, rtol=0, atol=1e-12)
    found = ns.importance.links(ns.LayeredNetwork([layer]), "relative-weight")
    np.testing.assert_allclose(found[0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("magnitude", "mlp_weight_magnitude"),
        ("magnitude", "llm_weight_magnitude"),
        ("relative-magnitude", "mlp_ri"),
        ("relative-magnitude", "llm_ri"),
        ("weight-and-gradient", "llm_MEST"),
        ("signed-magnitude", "set_sign_aware"),
    ],
)
def test_the_published_codes_keep_the_same_links(name, rule, code):
    content = LAYERS[name]
    layer, mask = layer_of(content)
    published = content["reference_keep"][code]
    kept = np.array([list(map(int, row)) for row in published["mask"]], dtype=bool).T[mask]
    options = {"evidence": evidence_of(content, layer)} if rule == "weight-and-gradient" else {}
    gone = REMOVAL[rule](layer, layer.n_links - published["kept"], rng=np.random.default_rng(0), **options)
    assert np.array_equal(gone, np.flatnonzero(~kept))


@pytest.mark.parametrize("case", CONTENT["soft"]["cases"], ids=lambda case: f"{case['exponent']}-{case['keep']}")
def test_soft_removal_keeps_each_link_as_often_as_published(case):
    weights = np.array(CONTENT["soft"]["abs_weights"])
    layer = ns.BipartiteLayer.from_links([0] * weights.size, np.arange(weights.size), weights, (1, weights.size))
    rng, draws, kept = np.random.default_rng(0), 6000, np.zeros(weights.size)
    for _ in range(draws):
        gone = REMOVAL["soft-magnitude"](layer, weights.size - case["keep"], temperature=case["exponent"], rng=rng)
        kept += 1
        kept[gone] -= 1
    expected = np.array(case["inclusion_exact"])
    error = np.sqrt(expected * (1 - expected) / draws)
    assert (np.abs(kept / draws - expected) <= 5 * error + 1e-12).all()


def test_the_published_temperatures_are_linear_schedules():
    published = CONTENT["temperature"]
    for name, final in (("mlp_code", 3), ("llm_script", 9)):
        schedule = Schedule(1, "linear", final=final)
        found = [schedule.at(step / published["T_end"]) for step in published["steps"]]
        np.testing.assert_allclose(found, published[name], rtol=0, atol=1e-12)


def test_soft_relative_removal_weighs_by_relative_importance():
    layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 9.0, 1.0], (2, 2))
    shares, rng, draws, kept = relative_weights(layer), np.random.default_rng(0), 4000, np.zeros(3)
    for _ in range(draws):
        gone = REMOVAL["soft-relative-magnitude"](layer, 2, rng=rng)
        kept[np.setdiff1d([0, 1, 2], gone)] += 1
    expected = shares / shares.sum()
    assert (np.abs(kept / draws - expected) < 5 * np.sqrt(expected * (1 - expected) / draws)).all()


@pytest.mark.parametrize("rule", OWN)
@given(layer=layers(), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_exactly_n_links_go_and_those_of_weight_zero_first(rule, layer, share, seed):
    n = round(share * layer.n_links)
    gradients = np.zeros(layer.n_links)
    evidence = Evidence(ns.LayeredNetwork([layer]), gradients=[gradients]).of_layer(0, {"gradients"})
    options = {"evidence": evidence} if rule == "weight-and-gradient" else {}
    gone = REMOVAL[rule](layer, n, rng=np.random.default_rng(seed), **options)
    assert np.unique(gone).size == n and (np.diff(gone) > 0).all()
    zeros = layer.weights == 0
    assert zeros[gone].sum() == min(n, zeros.sum())


@given(layer=layers(), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_each_sign_loses_its_share(layer, share, seed):
    layer = layer.with_weights(np.where(layer.weights == 0, 1.0, layer.weights))
    n = round(share * layer.n_links)
    gone = REMOVAL["signed-magnitude"](layer, n, rng=np.random.default_rng(seed))
    for sign in (1, -1):
        own = np.sign(layer.weights) == sign
        lost = np.sign(layer.weights[gone]) == sign
        assert abs(lost.sum() - n * own.sum() / max(layer.n_links, 1)) < 1
        sizes = np.abs(layer.weights)
        kept = np.setdiff1d(np.flatnonzero(own), gone)
        if lost.any() and kept.size:
            assert sizes[gone[lost]].max() <= sizes[kept].min()


def test_equal_weights_go_by_lot_whatever_the_temperature():
    layer = ns.BipartiteLayer.from_links([0] * 4, [0, 1, 2, 3], [2.0] * 4, (1, 4))
    for temperature in (0.0, 3.0):
        seen = {
            tuple(REMOVAL["soft-magnitude"](layer, 2, temperature=temperature, rng=np.random.default_rng(seed)))
            for seed in range(60)
        }
        assert seen == set(itertools.combinations(range(4), 2))


@pytest.mark.parametrize(
    ("rule", "options", "words"),
    [
        ("soft-magnitude", {"temperature": -1.0}, "temperature must be"),
        ("weight-and-gradient", {"gradient_weight": -0.1, "evidence": None}, "gradient_weight must be"),
    ],
)
def test_bad_options_are_refused(rule, options, words):
    layer = ns.BipartiteLayer.from_links([0], [0], [1.0], (1, 1))
    with pytest.raises(ValueError, match=words):
        REMOVAL[rule](layer, 1, rng=np.random.default_rng(0), **options)


@pytest.mark.parametrize("rule", ["relative-magnitude", *OWN])
def test_a_recipe_takes_every_rule(rule):
    network = ns.generate.erdos_renyi((12, 10, 8, 3), 0.3, rng=0)
    removal = {"rule": rule, "temperature": Schedule(1, "linear", final=3)} if rule.startswith("soft") else rule
    recipe = Recipe(removal=removal, zeta=0.3)
    assert Recipe.from_json(recipe.to_json()) == recipe
    given_evidence = {"gradients": [np.ones(layer.n_links, np.float32) for layer in network.layers]}
    evidence = Evidence(network, **given_evidence)
    rewired, _, update = ns.rewire.step(network, None, recipe, progress=0.5, evidence=evidence, rng=0)
    for before, after, record in zip(network.layers[:-1], rewired.layers, update.layers, strict=False):
        assert after.n_links == before.n_links and record.removed == int(0.3 * before.n_links + 1e-9)


def test_removal_by_gradient_needs_gradients():
    network = ns.generate.erdos_renyi((6, 5, 3), 0.5, rng=0)
    with pytest.raises(ValueError, match="removal 'weight-and-gradient' needs evidence of kind 'gradients'"):
        ns.rewire.step(network, None, Recipe(removal="weight-and-gradient"), progress=0, rng=0)


@pytest.mark.parametrize("method", [name for name in ns.linkpred.METHODS if name in ns.rewire.REGROWTH])
@pytest.mark.parametrize("selection", ["top", "soft"])
def test_every_method_for_layers_regrows_links_as_many_as_went(method, selection):
    network = ns.generate.erdos_renyi((14, 12, 10, 3), 0.25, rng=1)
    regrowth = method if method == "random" else {"rule": method, "selection": selection}
    rewired, _, _ = ns.rewire.step(network, None, Recipe(regrowth=regrowth, zeta=0.4), progress=0, rng=0)
    assert [layer.n_links for layer in rewired.layers] == [layer.n_links for layer in network.layers]


def test_regrowth_breaks_ties_as_the_recipe_says():
    network = ns.generate.erdos_renyi((14, 12, 10, 3), 0.25, rng=1)
    by_chance, by_spcorr = (
        ns.rewire.step(network, None, Recipe(regrowth={"rule": "l3", "ties": ties}, zeta=0.4), progress=0, rng=0)[0]
        for ties in ("random", "spcorr-pearson")
    )
    assert not all(map(ns.BipartiteLayer.same_topology, by_chance.layers, by_spcorr.layers))
