"""Evidence follows what an update does to the links, whatever its kind, because every kind says what its axes count."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import generate, rewire
from netsparse.graph.keys import layer_keys
from netsparse.rewire import KINDS, Evidence, Kind, Recipe, Schedule
from tests.rewire.test_update import networks

NEEDS = {"age", "tags", "double-age", "activity", "signals"}


@contextmanager
def registered(registry, **entries):
    for name, (value, about) in entries.items():
        if value is None:
            registry.declare(name.replace("_", "-"), **about)
        else:
            registry.register(name.replace("_", "-"), value, **about)
    try:
        yield
    finally:
        for name in entries:
            registry.unregister(name.replace("_", "-"))


def double_age(layer, *, evidence):
    """Twice the age, as a provider of one's own gives it."""
    assert evidence.age.size == layer.n_links
    return np.stack([2 * evidence.age, 3 * evidence.age])


def activity(layer, *, evidence):
    """Share of the samples for which a row is on."""
    return {"share": (evidence.signals > 0).mean(axis=0)}


OWN = {
    "age": (None, {"axes": "links", "summary": "Given."}),
    "tags": (None, {"axes": "links", "summary": "Given, a mapping."}),
    "double_age": (double_age, {"axes": ("rows", "links"), "needs": {"age"}}),
    "activity": (activity, {"axes": "rows", "needs": {"signals"}}),
}


@settings(max_examples=60, deadline=None)
@given(
    network=networks(),
    scope=st.sampled_from(["layer", "network"]),
    clean_up=st.sampled_from(["reach", "chain", "none"]),
    end=st.floats(0.05, 0.3),
    frozen=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_evidence_by_link_is_of_the_links_that_a_rule_is_shown(network, scope, clean_up, end, frozen, seed):
    """Every link has its key plus one as its age, so that each rule can be asked whether it sees the right ones."""
    if frozen:
        network = network.with_layers(layer.freeze(links=np.arange(0, layer.n_links, 5)) for layer in network.layers)
    keys = [layer_keys(layer) for layer in network.layers]
    signals = [np.random.default_rng(seed).normal(size=(4, layer.shape[0])) for layer in network.layers]

    def look(layer, index, evidence, survivors):
        shown = layer_keys(layer)
        expected = np.where(np.isin(shown, layer_keys(survivors.layers[index])), shown + 1, 0)
        np.testing.assert_array_equal(evidence.age, expected)
        np.testing.assert_array_equal(evidence.tags["own"], expected > 0)
        np.testing.assert_array_equal(evidence.signals, signals[index])
        np.testing.assert_array_equal(evidence.activity["share"], (signals[index] > 0).mean(axis=0))

    def youngest(layer, n, *, index, evidence, network, rng):
        """Look, and take some."""
        look(layer, index, evidence, network)
        return rng.choice(layer.n_links, n, replace=False)

    def anywhere(layer, n, *, index, evidence, network, rng):
        """Look, and grow some."""
        look(layer, index, evidence, network)
        return rewire.REGROWTH["random"](layer, n, rng=rng)

    def by_age(left, *, evidence):
        """Look at all layers, and share alike."""
        for index, layer in enumerate(left.layers):
            np.testing.assert_array_equal(evidence.age[index], layer_keys(layer) + 1)
        return np.ones(len(left.layers))

    kinds = {name: entry for name, entry in OWN.items() if name != "double_age"}
    needs = NEEDS - {"double-age"}
    with (
        registered(KINDS, **kinds),
        registered(rewire.REMOVAL, youngest=(youngest, {"needs": needs})),
        registered(rewire.REGROWTH, anywhere=(anywhere, {"needs": needs})),
        registered(rewire.SHARING, by_age=(by_age, {"needs": {"age"}})),
    ):
        recipe = Recipe(
            density=Schedule(0.3, "linear", final=end),
            removal="magnitude" if scope == "network" else "youngest",
            pruning="magnitude" if scope == "network" else "youngest",
            regrowth={"anywhere": 0.5, "random": 0.25, "ch3-l3": 0.25} if frozen else {"random": 0.5, "anywhere": 0.5},
            sharing="by-age",
            scope=scope,
            clean_up=clean_up,
        )
        age = [own + 1 for own in keys]
        evidence = Evidence(network, age=age, tags=[{"own": own > 0} for own in age], signals=signals)
        try:
            rewire.step(network, None, recipe, progress=1.0, evidence=evidence, rng=seed)
        except ValueError as error:
            assert "without a link" in str(error) or "not frozen" in str(error) or "do not fit" in str(error)
            return


def test_providers_of_evidence_by_link_follow_too():
    network = generate.erdos_renyi((6, 6, 6), 0.4, rng=0)  # six rows, as the kind says
    shown = []

    def watch(layer, n, *, evidence, rng):
        """Look."""
        shown.append((layer_keys(layer), evidence.double_age))
        return rewire.REGROWTH["random"](layer, n, rng=rng)

    two = {"double_age": (lambda layer, *, evidence: np.tile(2 * evidence.age, (6, 1)), OWN["double_age"][1])}
    with (
        registered(KINDS, age=OWN["age"], **two),
        registered(rewire.REGROWTH, watch=(watch, {"needs": {"double-age"}, "summary": "Look."})),
    ):
        evidence = Evidence(network, age=[layer_keys(layer) for layer in network.layers])
        recipe = Recipe(regrowth="watch", zeta=0.5, clean_up="none")
        rewire.step(network, None, recipe, progress=0, evidence=evidence, rng=0)
    [(keys, found)] = shown
    assert keys.size < network.layers[0].n_links
    np.testing.assert_array_equal(found, np.tile(2 * keys, (6, 1)))


def test_of_what_a_kind_is_is_never_guessed():
    network = generate.erdos_renyi((4, 3), 0.5, readout=0, rng=0)
    with pytest.raises(ValueError, match="unknown kind of evidence 'ages'; known: deltas, gradients"):
        Evidence(network, ages=[np.zeros(6)])
    for axes in ((), "link", ("links", "rows"), ("missing", "rows")):
        with pytest.raises(ValueError, match="axes must be some of samples, rows, columns, links"):
            KINDS.register("bad", lambda layer, *, evidence: None, axes=axes)
    assert Kind("links") == Kind(("links",))
    with registered(KINDS, **OWN):
        for name, value, message in (
            ("age", np.zeros(5), r"age of layer 0 must be numbers of shape \(6\), got float64 \(5,\)"),
            ("age", np.full(6, np.nan), "age of layer 0 hold NaN"),
            ("tags", {"own": np.zeros(7)}, r"tags 'own' of layer 0 must be numbers of shape \(6\)"),
            ("missing", np.zeros(6), "missing of layer 0 must be a function of a layer"),
            ("momentum", np.zeros((3, 4)), r"momentum of layer 0 must be floats of shape \(4, 3\)"),
        ):
            with pytest.raises((ValueError, TypeError), match=message):
                getattr(Evidence(network, **{name: [value]}).of_layer(0, {name}), name)
        with pytest.raises(ValueError, match="needs evidence of kind 'double-age': give Evidence"):
            Evidence(network).check({"double-age"}, "this")
        with pytest.raises(ValueError, match=r"double-age of layer 0 must be numbers of shape \(4, 6\)"):
            Evidence(network, age=[np.zeros(6)]).of_layer(0, {"double-age"}).double_age  # noqa: B018 - of 2 rows
