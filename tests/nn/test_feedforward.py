"""Networks to modules and back."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate, nn
from netsparse.graph import ACTIVATIONS
from tests.strategies import networks

activations = st.sampled_from(sorted(ACTIVATIONS))


@given(activations.flatmap(lambda name: networks(activation=name)), st.sampled_from(["sparse", "masked"]))
def test_the_network_comes_back_exactly_and_computes_the_same(network, backend):
    module = nn.to_module(network, backend)
    assert nn.to_network(module) == network
    x = np.random.default_rng(0).normal(size=(5, network.sizes[0]))
    outputs = module(torch.as_tensor(x)).detach().numpy()
    np.testing.assert_allclose(outputs, network.forward(x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_readout_activation_and_zero_weights_survive(backend, dtype):
    layer = BipartiteLayer.from_links([0, 1], [0, 0], np.zeros(2, dtype), shape=(2, 1))
    network = LayeredNetwork([layer, layer.from_links([0], [1], np.ones(1, dtype), (1, 2))], 1, "tanh")
    module = nn.to_module(network, backend)
    for same in (module, copy.deepcopy(module)):
        back = nn.to_network(same)
        assert back == network and back.dtype == dtype and back.readout == 1 and back.activation == "tanh"
    shifted = network.with_layers(layer.with_weights(layer.weights + 1) for layer in network.layers)
    other = nn.to_module(shifted, backend)
    other.load_state_dict(module.state_dict())
    assert nn.to_network(other) == network


def test_auto_is_sparse_where_that_is_faster():
    assert nn.choose_backend(generate.erdos_renyi((50, 60, 5), 0.05, rng=0)) == "sparse"
    assert nn.choose_backend(generate.erdos_renyi((50, 60, 5), 0.9, rng=0)) == "masked"
    kinds = {type(layer) for layer in nn.to_module(generate.erdos_renyi((50, 60, 5), 0.05, rng=0)).layers}
    assert kinds == {nn.SparseLinear}


def test_unknown_names_and_foreign_modules_are_refused():
    network = generate.erdos_renyi((4, 3), 1.0, rng=0)
    with pytest.raises(ValueError, match="unknown backend 'dense'; known: auto, masked, sparse"):
        nn.to_module(network, "dense")
    with pytest.raises(TypeError, match="got Linear"):
        nn.to_network(torch.nn.Linear(2, 2))
