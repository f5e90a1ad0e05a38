from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, percolation
from netsparse.graph import ACTIVATIONS
from tests.tiny import small_network

seeds = st.integers(0, 2**32 - 1)
parts = st.booleans()
activations = st.sampled_from(sorted(ACTIVATIONS))


def outputs(network, seed):
    inputs = np.random.default_rng(seed).normal(size=(16, network.sizes[0]))
    return network.forward(inputs)


def largest_term(network, seed):
    """Return a bound on what is added up anywhere in the network, the scale of its rounding errors."""
    layers = [layer.with_weights(abs(layer.weights), abs(layer.bias) + 1) for layer in network.layers]
    inputs = np.random.default_rng(seed).normal(size=(16, network.sizes[0]))
    return LayeredNetwork(layers, activation="identity").forward(abs(inputs)).max()


@given(seeds, activations, parts)
def test_function_is_unchanged(seed, activation, readout):
    network = small_network(seed, activation=activation, max_readout=2)
    clean, _ = percolation.remove_disconnected(network, readout=readout)
    np.testing.assert_allclose(outputs(clean, seed), outputs(network, seed), rtol=1e-9, atol=1e-9)


@given(seeds, activations, parts)
def test_function_is_unchanged_in_single_precision(seed, activation, readout):
    network = small_network(seed, activation=activation, max_readout=2, dtype=np.float32)
    clean, _ = percolation.remove_disconnected(network, readout=readout)
    assert clean.dtype == np.float32
    error = np.abs(outputs(clean, seed) - outputs(network, seed)).max()
    assert error <= 1e-6 * largest_term(network, seed)


@given(seeds, parts)
def test_second_call_changes_nothing(seed, readout):
    clean, _ = percolation.remove_disconnected(small_network(seed, max_readout=2), readout=readout)
    again, report = percolation.remove_disconnected(clean, readout=readout)
    assert again == clean
    assert report.is_empty
    assert sum(report.links_removed) == 0
    assert not any(cleared.any() for cleared in report.bias_cleared)


@given(seeds)
def test_active_neurons_and_their_links_stay(seed):
    network = small_network(seed)
    active = percolation.active_neurons(network)
    clean, _ = percolation.remove_disconnected(network, readout=True)
    for index, (old, new) in enumerate(zip(network.layers, clean.layers, strict=True)):
        expected = {
            (r, c): w
            for r, c, w in zip(old.rows, old.columns, old.weights, strict=True)
            if active[index][r] and active[index + 1][c]
        }
        assert dict(zip(zip(new.rows, new.columns, strict=True), new.weights, strict=True)) == expected
        assert old.shape == new.shape
    for before, after in zip(active, percolation.active_neurons(clean), strict=True):
        np.testing.assert_array_equal(before, after)


@given(seeds)
def test_disconnected_hidden_neurons_have_no_bias_and_outputs_keep_theirs(seed):
    network = small_network(seed)
    active = percolation.active_neurons(network)
    clean, _ = percolation.remove_disconnected(network, readout=True)
    for layer, on in zip(clean.layers[:-1], active[1:-1], strict=True):
        assert not layer.bias[~on].any()
    silent = clean.layers[-1].bias[~active[-1]]
    np.testing.assert_allclose(silent, outputs(network, seed)[0, ~active[-1]], rtol=1e-9, atol=1e-9)


@given(seeds, parts)
def test_report_says_what_changed(seed, readout):
    network = small_network(seed, max_readout=2)
    active = percolation.active_neurons(network)
    clean, report = percolation.remove_disconnected(network, readout=readout)
    touched = [np.zeros(size, dtype=bool) for size in network.sizes]
    for index, (old, new) in enumerate(zip(network.layers, clean.layers, strict=True)):
        kept = np.delete(np.arange(old.n_links), report.removed_links[index])
        np.testing.assert_array_equal(old.weights[kept], new.weights)
        np.testing.assert_array_equal(old.rows[kept], new.rows)
        np.testing.assert_array_equal(old.columns[kept], new.columns)
        assert report.links_removed[index] == old.n_links - new.n_links
        for link in report.removed_links[index]:
            touched[index][old.rows[link]] = touched[index + 1][old.columns[link]] = True
        hidden = index < len(network.layers) - 1
        expected = (old.bias != 0) & ~active[index + 1] & hidden
        np.testing.assert_array_equal(report.bias_cleared[index], expected)
        assert not new.bias[expected].any()
        touched[index + 1] |= expected
    for ours, on, lost in zip(report.neurons, active, touched, strict=True):
        np.testing.assert_array_equal(ours, lost & ~on)


@given(seeds)
def test_the_readout_keeps_its_links_unless_it_takes_part(seed):
    network = small_network(seed, max_readout=2)
    clean, report = percolation.remove_disconnected(network)
    first = len(network.layers) - network.readout
    for old, new in zip(network.layers[first:], clean.layers[first:], strict=True):
        assert old.same_topology(new)
        np.testing.assert_array_equal(old.weights, new.weights)
    assert not any(report.links_removed[first:])


@pytest.mark.parametrize("keep", [False, True])
def test_keep_readout_is_the_deprecated_opposite(keep):
    network = small_network(3, max_readout=2)
    with pytest.warns(DeprecationWarning, match="^keep_readout is deprecated: say readout, its opposite$"):
        old, _ = percolation.remove_disconnected(network, keep_readout=keep)
    assert network.readout and old == percolation.remove_disconnected(network, readout=not keep)[0]
    assert old != percolation.remove_disconnected(network, readout=keep)[0]


def test_constants_fold_in_a_chain():
    """Neither hidden neuron hears an input: the second one's constant contains the first one's."""
    first = BipartiteLayer.from_links([], [], np.zeros(0), shape=(1, 1), bias=[2.0])
    second = BipartiteLayer.from_links([0], [0], [3.0], shape=(1, 1), bias=[-1.0])
    last = BipartiteLayer.from_links([0], [0], [0.5], shape=(1, 1), bias=[0.25])
    clean, report = percolation.remove_disconnected(LayeredNetwork([first, second, last]))
    assert clean.layers[2].bias == [0.25 + 0.5 * (3.0 * 2.0 - 1.0)]
    assert clean.n_links == 0
    assert report.neurons_removed == (0, 1, 1, 1)  # the input had nothing to lose
    assert [cleared.tolist() for cleared in report.bias_cleared] == [[True], [True], [False]]


def test_sigmoid_at_rest_is_not_folded_twice():
    """With the readout kept, the silenced neuron still emits sigmoid(0) = 0.5 through it."""
    first = BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 2), bias=[0.0, 2.0])
    readout = BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 3.0], shape=(2, 1))
    network = LayeredNetwork([first, readout], readout=1, activation="sigmoid")
    clean, _ = percolation.remove_disconnected(network)
    assert clean.layers[1].bias[0] == pytest.approx(3 * (1 / (1 + np.exp(-2.0)) - 0.5))


def test_a_dead_end_loses_links_and_bias():
    first = BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2), bias=[0.5, 0.5])
    second = BipartiteLayer.from_links([0], [0], [1.0], shape=(2, 1))
    clean, report = percolation.remove_disconnected(LayeredNetwork([first, second]))
    assert clean.layers[0].columns.tolist() == [0]
    assert clean.layers[0].bias.tolist() == [0.5, 0.0]
    assert report.removed_links[0].tolist() == [1]
    assert repr(report) == "DisconnectedReport(neurons_removed=(0, 1, 0), links_removed=(1, 0))"


def test_untouched_layers_are_shared():
    layer = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    network = LayeredNetwork([layer, layer])
    clean, report = percolation.remove_disconnected(network)
    assert clean.layers[0] is layer
    assert report.is_empty


def partly_frozen(network, seed, share=0.3):
    """Return the network with random links and biases frozen."""
    rng = np.random.default_rng(seed)
    return network.with_layers(
        layer.freeze(
            links=np.flatnonzero(rng.random(layer.n_links) < share),
            biases=np.flatnonzero(rng.random(layer.shape[1]) < share),
        )
        for layer in network.layers
    )


@given(seeds, activations, parts, st.lists(st.integers(0, 1)))
def test_frozen_links_and_biases_stay_and_the_function_too(seed, activation, readout, kept_layers):
    network = partly_frozen(small_network(seed, activation=activation, max_readout=2), seed)
    kept_layers = [index for index in kept_layers if index < len(network.layers)]
    clean, report = percolation.remove_disconnected(network, readout=readout, keep_layers=kept_layers)
    np.testing.assert_allclose(outputs(clean, seed), outputs(network, seed), rtol=1e-9, atol=1e-9)
    for index, (layer, new, gone) in enumerate(zip(network.layers, clean.layers, report.removed_links, strict=True)):
        marks = np.zeros(layer.n_links, bool) if layer.frozen_links is None else layer.frozen_links
        assert not marks[gone].any()
        assert np.array_equal(new.weights[marks[np.delete(np.arange(marks.size), gone)]], layer.weights[marks])
        if layer.frozen_biases is not None:
            np.testing.assert_array_equal(new.frozen_biases, layer.frozen_biases)
            np.testing.assert_array_equal(new.bias[layer.frozen_biases], layer.bias[layer.frozen_biases])
        if index in kept_layers:
            assert not gone.size


@given(seeds, activations, parts)
def test_frozen_links_and_biases_go_where_that_is_asked_for(seed, activation, readout):
    network = small_network(seed, activation=activation, max_readout=2)
    clean, report = percolation.remove_disconnected(network, readout=readout)
    asked, report_asked = percolation.remove_disconnected(partly_frozen(network, seed), readout=readout, frozen=True)
    assert asked.thaw() == clean
    assert repr(report_asked) == repr(report)


@given(seeds)
def test_with_everything_frozen_nothing_changes(seed):
    network = partly_frozen(small_network(seed, max_readout=2), seed, share=1.1)
    clean, report = percolation.remove_disconnected(network)
    assert clean == network
    assert report.is_empty
