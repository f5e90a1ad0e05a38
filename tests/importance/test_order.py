"""Orders: permutations of the right items, the stated fraction of each layer, sorted, ties at random."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate
from netsparse.importance import (
    LINKS,
    NEURONS,
    RECOMPUTED_LINKS,
    RECOMPUTED_NEURONS,
    link_order,
    links,
    neuron_order,
    neurons,
)
from tests.importance.plain import link_list, neuron_list
from tests.strategies import networks

SCOPES = ["layer", "global"]
seeds = st.integers(0, 2**32)
few = settings(max_examples=30)  # for each of several names that share their code


def layer_of(ids, sizes):
    """Return the layer of each id."""
    return np.repeat(np.arange(len(sizes)), sizes)[ids]


@pytest.mark.parametrize("by", [*LINKS, *RECOMPUTED_LINKS])
@few
@given(network=networks(), scope=st.sampled_from(SCOPES), readout=st.booleans(), seed=seeds)
def test_link_orders_hold_every_link_once(by, network, scope, readout, seed):
    order = link_order(network, by, scope=scope, readout=readout, rng=seed)
    layers = network.layers if readout else network.sparse_layers
    assert sorted(order.tolist()) == list(range(sum(layer.n_links for layer in layers)))
    np.testing.assert_array_equal(order, link_order(network, by, scope=scope, readout=readout, rng=seed))


@pytest.mark.parametrize("by", [*NEURONS, *RECOMPUTED_NEURONS])
@few
@given(network=networks(), scope=st.sampled_from(SCOPES), inputs=st.booleans(), outputs=st.booleans(), seed=seeds)
def test_neuron_orders_hold_the_wanted_neurons_once(by, network, scope, inputs, outputs, seed):
    order = neuron_order(network, by, scope=scope, inputs=inputs, outputs=outputs, rng=seed)
    last = len(network.layers)
    wanted = [
        id for id, (depth, _) in enumerate(neuron_list(network)) if (depth > 0 or inputs) and (depth < last or outputs)
    ]
    assert sorted(order.tolist()) == wanted


@pytest.mark.parametrize("by", ["random", "weight", "recomputed-degree"])
@few
@given(network=networks(max_size=9), seed=seeds, share=st.floats(0, 1))
def test_every_layer_loses_the_same_fraction(by, network, seed, share):
    sizes = [layer.n_links for layer in network.layers]
    order = link_order(network, by, readout=True, rng=seed)
    wanted = [math.floor(share * size + 0.5) for size in sizes]
    lost = np.bincount(layer_of(order[: sum(wanted)], sizes), minlength=len(sizes))
    assert lost.tolist() == wanted
    for k in range(order.size + 1):
        lost = np.bincount(layer_of(order[:k], sizes), minlength=len(sizes))
        expected = k * np.array(sizes) / max(order.size, 1)
        assert (abs(lost - expected) <= len(sizes) / 2).all()


@pytest.mark.parametrize("by", sorted(set(LINKS) - {"random"}))
@few
@given(network=networks(), reverse=st.booleans(), seed=seeds)
def test_links_are_sorted_in_their_scope(by, network, reverse, seed):
    values = np.concatenate(links(network, by))
    sizes = [layer.n_links for layer in network.layers]
    direction = 1 if reverse else -1
    name = "reverse-" + by if reverse else by
    everywhere = link_order(network, name, scope="global", readout=True, rng=seed)
    assert (direction * np.diff(values[everywhere]) >= 0).all()
    by_layer = link_order(network, name, readout=True, rng=seed)
    for index in range(len(sizes)):
        mine = by_layer[layer_of(by_layer, sizes) == index]
        assert (direction * np.diff(values[mine]) >= 0).all()


@pytest.mark.parametrize("by", sorted(set(NEURONS) - {"random"}))
@few
@given(network=networks(), reverse=st.booleans(), seed=seeds)
def test_neurons_are_sorted_in_their_scope(by, network, reverse, seed):
    values = np.concatenate(neurons(network, by))
    direction = 1 if reverse else -1
    name = "reverse-" + by if reverse else by
    order = neuron_order(network, name, scope="global", inputs=True, outputs=True, rng=seed)
    assert (direction * np.diff(values[order]) >= 0).all()


@given(network=networks(), scope=st.sampled_from(SCOPES), readout=st.booleans(), seed=seeds)
def test_recomputed_degree_takes_the_largest_link_of_the_moment(network, scope, readout, seed):
    ends = link_list(network)
    degree = dict.fromkeys(neuron_list(network), 0)
    for link in ends:
        for end in link:
            degree[end] += 1
    order = link_order(network, "recomputed-degree", scope=scope, readout=readout, rng=seed)
    left = set(order.tolist())
    for link in order.tolist():
        rivals = [ends[r] for r in left if scope == "global" or ends[r][0][0] == ends[link][0][0]]
        u, v = ends[link]
        assert degree[u] * degree[v] == max(degree[a] * degree[b] for a, b in rivals)
        left.remove(link)
        degree[u] -= 1
        degree[v] -= 1


@given(network=networks(), scope=st.sampled_from(SCOPES), ends=st.booleans(), seed=seeds)
def test_recomputed_degree_takes_the_largest_neuron_of_the_moment(network, scope, ends, seed):
    everyone = neuron_list(network)
    around = {neuron: set() for neuron in everyone}
    for u, v in link_list(network):
        around[u].add(v)
        around[v].add(u)
    order = neuron_order(network, "recomputed-degree", scope=scope, inputs=ends, outputs=ends, rng=seed)
    left = {everyone[id] for id in order}
    for neuron in (everyone[id] for id in order):
        rivals = [rival for rival in left if scope == "global" or rival[0] == neuron[0]]
        assert len(around[neuron]) == max(len(around[rival]) for rival in rivals)
        left.remove(neuron)
        for other in around.pop(neuron):
            around[other].discard(neuron)


@pytest.mark.parametrize("by", ["weight", "degree", "recomputed-degree"])
def test_tied_links_go_in_random_order(by):
    """Eight links that do not touch, all of weight 0.0."""
    layer = BipartiteLayer.from_links(np.arange(8), np.arange(8), np.zeros(8), (8, 8))
    network = LayeredNetwork([layer])
    rng = np.random.default_rng(0)
    first = np.bincount([link_order(network, by, rng=rng)[0] for _ in range(1600)], minlength=8)
    assert ((first - 200) ** 2 / 200).sum() < 24.3  # 7 degrees of freedom, p = 0.001


def test_tied_neurons_go_in_random_order():
    layer = BipartiteLayer.from_links(np.arange(8), np.arange(8), np.zeros(8), (8, 8))
    network = LayeredNetwork([layer, layer])
    rng = np.random.default_rng(0)
    orders = [neuron_order(network, "recomputed-degree", rng=rng) for _ in range(1600)]
    first = np.bincount([order[0] - 8 for order in orders], minlength=8)
    assert ((first - 200) ** 2 / 200).sum() < 24.3


@given(network=networks(), scope=st.sampled_from(SCOPES), seed=seeds)
def test_values_of_ones_own_work_like_named_ones(network, scope, seed):
    arguments = {"scope": scope, "readout": True, "rng": seed}
    named = link_order(network, "weight", **arguments)
    own = link_order(network, [np.abs(layer.weights) for layer in network.layers], **arguments)
    np.testing.assert_array_equal(named, own)


def test_unsigned_and_boolean_values_are_sorted_too():
    network = generate.erdos_renyi((3, 1), 1, readout=0, rng=0)
    for values in (np.array([7, 0, 255], dtype=np.uint8), np.array([0.5, 0, 1], dtype=np.float32)):
        assert link_order(network, [values]).tolist() == [2, 0, 1]
    assert link_order(network, [np.array([True, False, True])], rng=0)[-1] == 1


def test_the_former_keyword_still_works_and_warns():
    network = generate.erdos_renyi((5, 4, 3), 1, readout=0, rng=0)
    for by in ("weight", [np.abs(layer.weights) for layer in network.layers]):
        with pytest.warns(DeprecationWarning, match="reverse-weight"):
            ascending = link_order(network, by, descending=False, rng=0)
        assert ascending.tolist() == link_order(network, "reverse-weight", rng=0).tolist()
    with pytest.warns(DeprecationWarning):
        assert neuron_order(network, "degree", descending=True, rng=0).size == 4


def test_bad_input():
    network = generate.erdos_renyi((4, 3, 2), 0.5, rng=0)  # 6 links and 6 in the readout
    with pytest.raises(ValueError, match="unknown importance of links 'size'; known: betweenness, degree, random"):
        link_order(network, "size")
    with pytest.raises(ValueError, match="unknown importance of neurons 'weight'; known"):
        neuron_order(network, "weight")
    with pytest.raises(ValueError, match="unknown scope 'net'; known: global, layer"):
        link_order(network, "weight", scope="net")
    with pytest.raises(ValueError, match="unknown importance of links 'reverse-recomputed-degree'"):
        link_order(network, "reverse-recomputed-degree")  # it always takes the most important first
    with pytest.raises(ValueError, match="unknown importance of neurons 'reverse-recomputed-degree'"):
        neuron_order(network, "reverse-recomputed-degree")
    with pytest.raises(ValueError, match=r"one number for each of the \(6, 6\) links, got shapes \[\(6,\)\]"):
        link_order(network, [np.ones(6)])
    with pytest.raises(ValueError, match=r"one number for each of the \(4, 3, 2\) neurons"):
        neuron_order(network, [np.ones(4), np.ones(3), np.ones(3)])
    with pytest.raises(ValueError, match="1 of 12 values are NaN or infinite"):
        link_order(network, [np.ones(6), [1, 2, np.nan, 4, 5, 6]])
    with pytest.raises(TypeError, match="values must be real numbers"):
        link_order(network, [["a"] * 6, ["b"] * 6])
    for rate in (link_order, neuron_order, links, neurons):
        with pytest.raises(TypeError, match=r"a network, a layer or a graph is needed: .* got int"):
            rate(3, "degree")
