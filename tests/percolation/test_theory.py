from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netsparse as ns
from netsparse import BipartiteLayer, LayeredNetwork, percolation
from tests.percolation.plain import state_after
from tests.tiny import small_network

seeds = st.integers(0, 2**32 - 1)
kinds = st.sampled_from(["links", "neurons"])
chances = st.floats(0.05, 0.95)


def random_tree(seed):
    """Return a network without cycles, even undirected ones, of three to five neuron layers."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 4, size=rng.integers(3, 6))
    offsets = np.cumsum([0, *sizes])
    component = np.arange(offsets[-1])
    layers = []
    for index, shape in enumerate(zip(sizes, sizes[1:], strict=False)):
        links = []
        for pair in rng.permutation([(r, c) for r in range(shape[0]) for c in range(shape[1])]):
            ends = component[[offsets[index] + pair[0], offsets[index + 1] + pair[1]]]
            if ends[0] != ends[1] and rng.random() < 0.8:
                component[component == ends[1]] = ends[0]
                links.append(pair)
        rows, columns = np.array(links, dtype=int).reshape(-1, 2).T
        layers.append(BipartiteLayer.from_links(rows, columns, np.ones(rows.size), shape))
    return LayeredNetwork(layers, readout=int(rng.integers(0, 2)))


def exact(network, p, kind, attacked):
    """Return the expected active neurons per layer and active links over all 2^n kept sets."""
    sizes = [layer.n_links for layer in network.layers] if kind == "links" else network.sizes
    layer_of = np.repeat(np.arange(len(sizes)), sizes)
    ids = np.flatnonzero(np.isin(layer_of, attacked))
    neurons, links = np.zeros(len(network.sizes)), 0.0
    for kept in product([True, False], repeat=ids.size):
        chance = np.prod(np.where(kept, p, 1 - p))
        state = state_after(network, ids[~np.array(kept, dtype=bool)], kind)
        neurons += chance * np.array(state["active_neurons"])
        links += chance * state["active_links"]
    return neurons, links


def small_attack(network, kind, rng):
    """Return layers to attack, few enough links or neurons for 2^n states."""
    sizes = [layer.n_links for layer in network.layers] if kind == "links" else network.sizes
    layers = rng.permutation(len(sizes))
    return sorted(layers[np.cumsum(np.array(sizes)[layers]) <= 7].tolist())


@settings(max_examples=25, deadline=None)
@given(seeds, kinds, chances)
def test_exact_on_trees(seed, kind, p):
    network = random_tree(seed)
    attacked = small_attack(network, kind, np.random.default_rng(seed))
    neurons, links = exact(network, p, kind, attacked)
    messages = percolation.message_passing(network, p, kind=kind, layers=attacked)
    np.testing.assert_allclose([active.sum() for active in messages.active], neurons, atol=1e-12)
    assert messages.active_links == pytest.approx(links, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(seeds, kinds, chances)
def test_upper_bound_on_hearing_elsewhere(seed, kind, p):
    """What an output hears is f; averaged over all states it is at most what message passing says."""
    network = small_network(seed, largest=3)
    attacked = small_attack(network, kind, np.random.default_rng(seed))
    messages = percolation.message_passing(network, p, kind=kind, layers=attacked)
    neurons, _ = exact(network, p, kind, attacked)
    assert neurons[-1] <= messages.forward[-1].sum() + 1e-12
    assert neurons[0] <= messages.backward[0].sum() + 1e-12


@settings(max_examples=25, deadline=None)
@given(seeds, kinds, chances)
def test_exact_through_the_second_neuron_layer(seed, kind, p):
    whole = small_network(seed, largest=3)
    network = LayeredNetwork(whole.layers[:1])
    attacked = small_attack(network, kind, np.random.default_rng(seed))
    neurons, links = exact(network, p, kind, attacked)
    messages = percolation.message_passing(network, p, kind=kind, layers=attacked)
    np.testing.assert_allclose([active.sum() for active in messages.active], neurons, atol=1e-12)
    assert messages.active_links == pytest.approx(links, abs=1e-12)


@given(seeds, kinds)
def test_certainty_is_the_intact_network_and_nothing_is_nothing(seed, kind):
    network = small_network(seed)
    layers = range(len(network.layers) + (kind == "neurons"))
    intact = percolation.message_passing(network, 1.0, kind=kind, layers=layers)
    for probability, active in zip(intact.active, percolation.active_neurons(network), strict=True):
        np.testing.assert_array_equal(probability, active)
    nothing = percolation.message_passing(network, 0.0, kind=kind, layers=layers)
    assert not any(probability.any() for probability in nothing.active)
    assert nothing.active_links == 0


def test_expected_curve_names_its_columns_as_the_curve_does():
    network = ns.generate.erdos_renyi((8, 8, 3), 0.3, rng=0)
    ours = percolation.expected_curve(network, [0.0, 0.5])
    theirs = percolation.curve(network, range(network.n_links), quantities="paths").frame()
    assert ["removed", *ours.columns] == list(theirs.columns)
    np.testing.assert_allclose(ours.iloc[0], theirs.drop(columns="removed").iloc[0])


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_close_to_simulation_on_a_medium_network(kind):
    network = ns.generate.erdos_renyi((300, 300, 300, 10), 0.02, rng=0)
    frame = percolation.compare_with_simulation(network, kind=kind, repeats=100, points=21, rng=0)
    active = frame[frame.quantity == "active"]
    intact = active.expected.iloc[0]
    assert active.error.abs().max() < 0.01 * intact
    assert active.expected.iloc[-1] == active.simulated.iloc[-1] == 0
    assert (active.error.abs() < 0.01 * intact).all()
    links = frame[frame.quantity == "active_links"]
    assert links.error.abs().max() < 0.01 * links.expected.iloc[0]


def test_simulation_repeats_with_the_seed_and_keeps_the_readout():
    network = ns.generate.erdos_renyi((10, 10, 4), 0.3, rng=0)
    first, second = (percolation.compare_with_simulation(network, repeats=5, points=5, rng=3) for _ in range(2))
    assert first.equals(second)
    whole = percolation.compare_with_simulation(network, layers=[0, 1], repeats=5, points=5, rng=3)
    assert not first.expected.equals(whole.expected)
    assert whole.equals(percolation.compare_with_simulation(network, readout=True, repeats=5, points=5, rng=3))


def test_the_readout_takes_part_on_request():
    network = ns.generate.erdos_renyi((6, 5, 3), 0.5, rng=0)
    every = percolation.message_passing(network, 0.5, layers=[0, 1])
    assert percolation.message_passing(network, 0.5, readout=True).active_links == every.active_links
    assert percolation.message_passing(network, 0.5).active_links > every.active_links
    assert percolation.expected_curve(network, [0.5], readout=True).active_links[0] == every.active_links
    neurons = [percolation.message_passing(network, 0.5, kind="neurons", readout=part) for part in (False, True)]
    assert neurons[0].active_links == neurons[1].active_links


def poisson_root(mean):
    """Return the positive root of f = 1 - exp(-mean f), by Lambert's function."""
    from scipy.special import lambertw

    return float((1 + lambertw(-mean * np.exp(-mean), 0) / mean).real)


def poisson_layer(n=20_000, mean=3.0):
    return ns.generate.erdos_renyi((n, n), mean / n, readout=0, rng=0).layers[0]


def test_deep_limit_of_a_random_layer_is_the_textbook_one():
    layer = poisson_layer()
    for p in (0.4, 0.6, 1.0):
        assert percolation.deep_limit(layer, p) == pytest.approx(poisson_root(3 * p) ** 2, abs=0.02)
    assert percolation.deep_threshold(layer) == pytest.approx(1 / 3)
    np.testing.assert_array_equal(percolation.deep_limit(layer, [0.0, 0.2, 0.33]), 0)


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_deep_network_comes_to_the_deep_limit(kind):
    n, depth = 3000, 40
    network = ns.generate.erdos_renyi((n,) * (depth + 1), 4 / n, readout=0, rng=1)
    middle = network.layers[depth // 2]
    for p in (0.5, 0.8):
        layers = range(depth + (kind == "neurons"))
        simulated = percolation.message_passing(network, p, kind=kind, layers=layers).active[depth // 2].mean()
        assert percolation.deep_limit(middle, p, kind=kind) == pytest.approx(simulated, abs=0.02)


def test_deep_limit_needs_a_square_layer():
    with pytest.raises(ValueError, match="only a square layer can be repeated, got 2 x 3"):
        percolation.deep_limit(BipartiteLayer.from_links([0], [0], [1.0], shape=(2, 3)), 0.5)
    with pytest.raises(ValueError, match="kept must be from 0 to 1"):
        percolation.deep_limit(poisson_layer(5, 2.0), [0.5, np.nan])
    with pytest.raises(TypeError, match=r"a layer is needed: .* got NoneType"):
        percolation.deep_threshold(None)


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan])
def test_refuses_bad_fractions(value):
    with pytest.raises(ValueError, match="kept must be finite"):
        percolation.message_passing(small_network(0), value)
    with pytest.raises(ValueError, match="fraction must be finite"):
        percolation.expected_curve(small_network(0), [0.5, value])


def test_refuses_unknown_layers_and_kinds():
    network = ns.generate.erdos_renyi((4, 4, 2), 0.5, rng=0)
    with pytest.raises(ValueError, match=r"layers must be from 0 to 1 for links, got \[2\]"):
        percolation.message_passing(network, 0.5, layers=[2])
    with pytest.raises(ValueError, match="readout must be False beside layers, which say whether it takes part"):
        percolation.message_passing(network, 0.5, layers=[0], readout=True)
    with pytest.raises(ValueError, match="unknown kind"):
        percolation.compare_with_simulation(network, kind="dots")
