"""Ids of links and neurons, layer by layer, against counting them one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from netsparse.graph.numbering import links_by_layer, neurons_by_layer
from tests.strategies import networks


@given(networks())
def test_ids_count_links_in_csr_order_and_neurons_from_the_inputs_on(network):
    ends = [(d, r, c) for d, layer in enumerate(network.layers) for r, c in zip(layer.rows, layer.columns, strict=True)]
    for depth, (layer, ids) in enumerate(
        zip(network.layers, links_by_layer(network, np.arange(network.n_links)), strict=True)
    ):
        assert [ends[i] for i in ids] == [(depth, r, c) for r, c in zip(layer.rows, layer.columns, strict=True)]
    neurons = [(depth, place) for depth, size in enumerate(network.sizes) for place in range(size)]
    for depth, ids in enumerate(neurons_by_layer(network, np.arange(sum(network.sizes)))):
        assert [neurons[i] for i in ids] == [(depth, place) for place in range(network.sizes[depth])]


@given(networks())
def test_neurons_are_cut_along_any_axis(network):
    values = np.arange(3 * sum(network.sizes)).reshape(3, -1)
    parts = neurons_by_layer(network, values, axis=1)
    assert [part.shape for part in parts] == [(3, size) for size in network.sizes]
    assert np.array_equal(np.concatenate(parts, axis=1), values)
