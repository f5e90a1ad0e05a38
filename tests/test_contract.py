"""Every rule of every family of ``netsparse list``, held to the contract of its family on every tiny network.

A rule that is added to a registry is tested here without a line more.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from netsparse import importance, percolation
from netsparse.cli.families import FAMILIES, family
from netsparse.generate import random_links
from tests.contract import ALONE, ON_NETWORKS, repeated
from tests.tiny import TINY, on_tiny


def rules(contracts: Mapping) -> list:
    return [pytest.param(name, rule, id=f"{name} {rule}") for name in contracts for rule in family(name)]


def test_every_family_has_a_contract():
    assert {*ON_NETWORKS, *ALONE} == set(FAMILIES)
    assert not {*ON_NETWORKS} & {*ALONE}


@on_tiny
@pytest.mark.parametrize(("name", "rule"), rules(ON_NETWORKS))
def test_a_rule_keeps_the_contract_on_every_tiny_network(name, rule, network):
    ON_NETWORKS[name](rule, network)


@pytest.mark.parametrize(("name", "rule"), rules(ALONE))
def test_a_rule_without_a_network_keeps_the_contract(name, rule):
    ALONE[name](rule)


ORDERS = {
    "links": importance.order_names(importance.LINKS, importance.RECOMPUTED_LINKS),
    "neurons": importance.order_names(importance.NEURONS, importance.RECOMPUTED_NEURONS),
}


@on_tiny
@pytest.mark.parametrize("scope", ["layer", "global"])
@pytest.mark.parametrize(("kind", "by"), [(kind, by) for kind, names in ORDERS.items() for by in names])
def test_an_order_names_all_once_and_percolates_to_nothing(kind, by, scope, network):
    options = {"readout": True} if kind == "links" else {"inputs": True, "outputs": True}
    make = {"links": importance.link_order, "neurons": importance.neuron_order}[kind]
    order = repeated(lambda: make(network, by, scope=scope, rng=0, **options), network)
    total = network.n_links if kind == "links" else sum(network.sizes)
    assert np.array_equal(np.sort(order), np.arange(total))
    curve = repeated(lambda: percolation.curve(network, order, kind=kind, rng=0).frame().to_numpy(), network)
    assert curve.shape[0] == total + 1
    columns = percolation.curve(network, order, kind=kind).columns()
    for name in ("active", "active_links", "outputs_reached", "largest_component"):
        assert (np.diff(columns[name]) <= 0).all(), name
    assert columns["active_links"][-1] == 0
    active = percolation.active_neurons(network)
    assert columns["active"][0] == sum(part.sum() for part in active)


def nan_importance(network, *, rng=None):
    return [np.full(layer.n_links, np.nan) for layer in network.layers]


def restless_importance(network, *, rng=None):
    fresh = np.random.default_rng()
    return [fresh.random(size) for size in network.sizes]


def twice_the_same_link(layer, n, *, rng):
    rows, columns = random_links(layer.shape, n, absent_from=layer, rng=rng)
    return np.repeat(rows[:1], n), np.repeat(columns[:1], n)


def one_too_few(layer, n, *, rng):
    return np.arange(n - 1)


def changes_what_it_is_given(progress):
    progress += 1
    return np.ones_like(progress)


BAD = {
    "an importance that is no number": ("link-importance", nan_importance),
    "an importance of its own randomness": ("neuron-importance", restless_importance),
    "a regrowth that repeats itself": ("regrowth", twice_the_same_link),
    "a removal that takes too few": ("removal", one_too_few),
    "weights of another number": ("weights", lambda n, shape, density, *, rng=None, dtype=None: np.ones(n + 1, dtype)),
    "weights of another type": ("weights", lambda n, shape, density, *, rng=None, dtype=None: np.ones(n, np.float16)),
    "evidence that is infinite": ("evidence", lambda layer, *, evidence: np.full(layer.n_links, np.inf)),
    "a rate that changes the progress": ("lr-schedule", changes_what_it_is_given),
    "a rate that ends at 0": ("lr-schedule", lambda progress: 1 - progress),
    "a shape that leaves the way": ("schedule", lambda x: 1 - 2 * x),
    "shares below 0": ("sharing", lambda network: -np.ones(len(network.layers))),
    "a density of 0": ("distribution", lambda shape: 0.0),
    "an activation without a compiled loop": ("activation", lambda x: 2 * x),
}


@pytest.mark.parametrize(("name", "rule"), BAD.values(), ids=BAD)
def test_a_rule_from_outside_that_breaks_its_contract_is_found(name, rule, request):
    registry = family(name)
    about = {"axes": "links"} if name == "evidence" else {}
    registry.register("bad", rule, summary="Breaks its contract.", **about)
    request.addfinalizer(lambda: registry.unregister("bad"))
    with pytest.raises((AssertionError, ValueError, KeyError)):
        ON_NETWORKS[name]("bad", TINY["float32"]) if name in ON_NETWORKS else ALONE[name]("bad")
