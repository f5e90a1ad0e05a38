import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork
from tests import tiny
from tests.strategies import networks


def dense_layer(weights, bias=None):
    weights = np.asarray(weights, dtype=float)
    return tiny.layer(np.ones(weights.shape), weights.ravel(), bias=bias)


def plain_forward(network, inputs):
    """Neuron by neuron, link by link."""
    nonlinear = {
        "relu": lambda x: max(0.0, x),
        "tanh": np.tanh,
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "identity": lambda x: x,
    }[network.activation]
    outputs = []
    for sample in np.asarray(inputs, dtype=float):
        signal = list(sample)
        for depth, layer in enumerate(network.layers):
            after = [float(b) for b in layer.bias]
            for row, column, weight in zip(layer.rows, layer.columns, layer.weights, strict=True):
                after[column] += signal[row] * float(weight)
            last = depth == len(network.layers) - 1
            signal = after if last else [nonlinear(value) for value in after]
        outputs.append(signal)
    return np.array(outputs)


def test_sizes_links_density_and_readout():
    network = LayeredNetwork([dense_layer(np.ones((4, 3))), dense_layer(np.ones((3, 2)))], readout=1)
    assert network.sizes == (4, 3, 2)
    assert network.n_links == 18
    assert network.density == 1.0
    assert network.sparse_layers == network.layers[:1]
    assert LayeredNetwork(network.layers).sparse_layers == network.layers


def test_the_activation_stands_between_layers_not_after_the_last():
    network = LayeredNetwork([dense_layer([[1.0, -1.0]]), dense_layer([[-1.0], [-1.0]])])
    assert network.forward([[3.0]]).tolist() == [[-3.0]]


@given(networks(), st.sampled_from(["relu", "tanh", "sigmoid", "identity"]), st.integers(0, 5))
def test_forward_equals_plain_loop(network, activation, samples):
    network = LayeredNetwork(network.layers, network.readout, activation)
    inputs = np.random.default_rng(samples).normal(size=(samples, network.sizes[0]))
    expected = plain_forward(network, inputs).reshape(samples, network.sizes[-1])
    np.testing.assert_allclose(network.forward(inputs), expected, atol=1e-12)
    if samples:
        assert np.array_equal(network.predict(inputs), network.forward(inputs).argmax(axis=1))


@given(networks(dtype=np.float32))
def test_forward_keeps_the_dtype(network):
    assert network.forward(np.ones((2, network.sizes[0]))).dtype == np.float32


@given(networks(), st.randoms(use_true_random=False))
def test_relabelling_hidden_neurons_changes_nothing(network, random):
    labels = [np.arange(network.sizes[0])]
    labels += [np.array(random.sample(range(size), size)) for size in network.sizes[1:-1]]
    labels += [np.arange(network.sizes[-1])]
    relabelled = network.with_layers(
        BipartiteLayer.from_links(
            before[layer.rows], after[layer.columns], layer.weights, layer.shape, layer.bias[np.argsort(after)]
        )
        for layer, before, after in zip(network.layers, labels, labels[1:], strict=False)
    )
    inputs = np.random.default_rng(0).normal(size=(3, network.sizes[0]))
    np.testing.assert_allclose(relabelled.forward(inputs), network.forward(inputs), atol=1e-12)
    assert relabelled.n_links == network.n_links


@given(networks())
def test_compact_keeps_the_function_and_all_links(network):
    compact = network.compact()
    assert compact.n_links == network.n_links
    assert compact.sizes[0] == network.sizes[0]
    assert compact.sizes[-1] == network.sizes[-1]
    inputs = np.random.default_rng(0).normal(size=(3, network.sizes[0]))
    np.testing.assert_allclose(compact.forward(inputs), network.forward(inputs), atol=1e-12)
    assert compact.compact() == compact
    for before, after in zip(compact.layers, compact.layers[1:], strict=False):
        isolated = (before.column_degrees == 0) & (after.row_degrees == 0)
        assert not isolated.any() or isolated.size == 1


@given(networks())
def test_equality_and_pickle(network):
    assert pickle.loads(pickle.dumps(network)) == network
    assert network.with_layers(network.layers) == network
    assert LayeredNetwork(network.layers, network.readout, "tanh") != network


def test_repr_is_readable():
    network = LayeredNetwork([dense_layer(np.ones((4, 3))), dense_layer(np.ones((3, 2)))], readout=1)
    assert repr(network).splitlines() == [
        "LayeredNetwork(4-3-2, 18 links, density 1, 1 readout layer, relu, float64)",
        "  0  4 x 3, 12 links, density 1",
        "  1  3 x 2, 6 links, density 1 (readout)",
    ]


def test_to_frame_names_the_layer_of_each_link():
    frame = LayeredNetwork([dense_layer([[1.0, 2.0]]), dense_layer([[3.0], [4.0]])]).to_frame()
    assert frame.to_numpy().tolist() == [[0, 0, 0, 1], [0, 0, 1, 2], [1, 0, 0, 3], [1, 1, 0, 4]]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([],), ValueError, "at least one layer"),
        ((["layer"],), TypeError, "must be BipartiteLayer"),
        (([dense_layer([[1.0, 2.0]]), dense_layer([[1.0]])],), ValueError, "layer 0 has 2 columns, but layer 1 has 1"),
        (([dense_layer([[1.0]])], 2), ValueError, "readout is 2"),
        (([dense_layer([[1.0]])], -1), ValueError, "readout must be at least 0"),
        (([dense_layer([[1.0]])], 0, "softmax"), ValueError, "unknown activation 'softmax'; known: identity, relu"),
    ],
)
def test_bad_networks(arguments, error, words):
    with pytest.raises(error, match=words):
        LayeredNetwork(*arguments)


@pytest.mark.parametrize("inputs", [np.ones(3), np.ones((2, 4)), [[np.nan, 0, 0]], [[np.inf, 0, 0]]])
def test_bad_inputs(inputs):
    network = LayeredNetwork([dense_layer(np.ones((3, 2)))])
    with pytest.raises(ValueError, match="inputs"):
        network.forward(inputs)


def test_complex_inputs_are_refused():
    network = LayeredNetwork([dense_layer(np.ones((3, 2)))])
    with pytest.raises(TypeError, match="inputs must be real"):
        network.forward(np.ones((1, 3)) * 1j)
