"""Signals and input gradients against plain loops, and against scipy products at the size of a block."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate
from netsparse.graph import ACTIVATIONS
from netsparse.graph.gradient import input_gradient
from netsparse.kernels.activation import CODES, activate
from netsparse.kernels.batch import load_columns
from netsparse.kernels.dag import chain
from tests.kernels import oracle
from tests.strategies import networks

activations = st.sampled_from(sorted(ACTIVATIONS))


def samples_for(network, n, seed):
    return np.random.default_rng(seed).normal(size=(n, network.sizes[0])).astype(network.dtype)


@given(activations.flatmap(lambda name: networks(activation=name)), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_outputs_are_those_of_plain_loops(network, n, seed):
    x = samples_for(network, n, seed)
    expected = [oracle.signals(network, sample)[-1] for sample in x]
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-12, atol=1e-12)


@given(activations.flatmap(lambda name: networks(activation=name)), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_input_gradients_are_those_of_plain_loops(network, n, seed):
    x = samples_for(network, n, seed)
    y = np.random.default_rng(seed).integers(0, network.sizes[-1], n)
    expected = [oracle.gradients(network, sample, label)[3] for sample, label in zip(x, y, strict=True)]
    np.testing.assert_allclose(input_gradient(network, x, y), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 127, 128, 129, 300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_number_of_samples_gives_the_products_of_scipy(n, dtype):
    network = generate.erdos_renyi((30, 50, 40, 7), 0.2, dtype=dtype, rng=0)
    x = samples_for(network, n, 1)
    expected = x
    for index, layer in enumerate(network.layers):
        expected = expected @ layer.biadjacency + layer.bias
        expected = np.maximum(expected, 0) if index < 2 else expected
    found = network.forward(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 if dtype == np.float32 else 1e-12)


def test_input_gradient_is_the_slope_of_the_loss():
    network = generate.erdos_renyi((5, 8, 3), 0.6, activation="tanh", dtype=np.float64, rng=3)
    x, step = samples_for(network, 1, 4), 1e-6

    def loss(sample):
        return oracle.cross_entropy(network.forward(sample)[0], 2)[0]

    slopes = [(loss(x + move) - loss(x - move)) / (2 * step) for move in step * np.eye(5)]
    np.testing.assert_allclose(input_gradient(network, x, [2])[0], slopes, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("labels", [[3], [-1], [0, 1], [0.5], [True]])
def test_input_gradient_refuses_labels_that_do_not_fit(labels):
    network = generate.erdos_renyi((5, 8, 3), 0.6, rng=3)
    with pytest.raises(ValueError, match=r"labels must be 0 to 2|one whole number per sample"):
        input_gradient(network, np.zeros((1, 5)), labels)


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "identity"])
def test_activations_keep_nan_and_infinity(name):
    row = np.array([np.nan, np.inf, -np.inf, 1.0, 7.0])
    expected = [oracle.FUNCTIONS[name][0](z) for z in (100.0, -100.0, 1.0)]
    activate(CODES[name], row, 4)
    assert np.isnan(row[0])
    np.testing.assert_allclose(row[3], expected[2])
    assert row[4] == 7.0  # past the width: untouched
    if name == "identity":
        assert row[1] == np.inf and row[2] == -np.inf
    else:
        np.testing.assert_allclose(row[2], expected[1], atol=1e-12)
        assert row[1] == np.inf if name == "relu" else row[1] == pytest.approx(1)


@given(networks())
def test_chain_lists_every_link_in_both_orders(network):
    links = chain([layer.biadjacency for layer in network.layers])
    offsets = np.cumsum([0, *network.sizes])
    expected = [
        (offsets[index] + row, offsets[index + 1] + column)
        for index, layer in enumerate(network.layers)
        for row, column, _ in oracle.links(layer)
    ]
    sources = np.repeat(np.arange(offsets[-1]), np.diff(links.indptr))
    assert list(zip(sources, links.targets, strict=True)) == expected
    targets = np.repeat(np.arange(offsets[-1]), np.diff(links.in_indptr))
    by_target = list(zip(links.sources, targets, strict=True))
    assert by_target == [expected[k] for k in links.positions]
    assert sorted(links.positions) == list(range(len(expected)))
    assert links.targets.dtype == links.sources.dtype == links.positions.dtype == np.uint32


@given(st.integers(1, 200), st.integers(0, 9), st.integers(0, 3))
def test_load_columns_is_a_transpose_of_the_chosen_rows(n_features, n, spare):
    samples = np.arange(10.0 * n_features).reshape(10, n_features)
    chosen = np.random.default_rng(n).integers(0, 10, n)
    signals = np.full((n_features + 2, n + spare), -1.0)
    load_columns(samples, chosen, signals)
    assert np.array_equal(signals[:n_features, :n], samples[chosen].T)
    assert (signals[n_features:] == -1).all() and (signals[:, n:] == -1).all()


def test_a_stored_zero_weight_carries_nothing_but_is_there():
    layer = BipartiteLayer.from_links([0, 0], [0, 1], [0.0, 2.0], shape=(1, 3), bias=[1.0, 1.0, 1.0])
    assert LayeredNetwork([layer]).forward([[5.0]]).tolist() == [[1.0, 11.0, 1.0]]
