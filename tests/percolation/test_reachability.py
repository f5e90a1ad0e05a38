from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, percolation
from tests.tiny import small_network

seeds = st.integers(0, 2**32 - 1)


def digraph(network):
    graph = nx.DiGraph()
    for index, size in enumerate(network.sizes):
        graph.add_nodes_from((index, neuron) for neuron in range(size))
    for index, layer in enumerate(network.layers):
        links = zip(layer.rows, layer.columns, strict=True)
        graph.add_edges_from(((index, r), (index + 1, c)) for r, c in links)
    return graph


def active_by_networkx(network):
    graph, last = digraph(network), len(network.layers)
    inputs = [(0, neuron) for neuron in range(network.sizes[0])]
    outputs = [(last, neuron) for neuron in range(network.sizes[-1])]
    heard = set(inputs).union(*(nx.descendants(graph, neuron) for neuron in inputs))
    heeded = set(outputs).union(*(nx.ancestors(graph, neuron) for neuron in outputs))
    return [
        np.array([(index, neuron) in heard & heeded for neuron in range(size)])
        for index, size in enumerate(network.sizes)
    ]


@given(seeds)
def test_equals_networkx_descendants_and_ancestors(seed):
    network = small_network(seed)
    for ours, theirs in zip(percolation.active_neurons(network), active_by_networkx(network), strict=True):
        assert ours.dtype == bool
        np.testing.assert_array_equal(ours, theirs)


@given(seeds)
def test_relabelling_neurons_relabels_the_result(seed):
    network = small_network(seed)
    rng = np.random.default_rng(seed)
    labels = [rng.permutation(size) for size in network.sizes]
    relabelled = network.with_layers(
        BipartiteLayer.from_links(
            labels[index][layer.rows], labels[index + 1][layer.columns], layer.weights, layer.shape
        )
        for index, layer in enumerate(network.layers)
    )
    for label, before, after in zip(
        labels, percolation.active_neurons(network), percolation.active_neurons(relabelled), strict=True
    ):
        np.testing.assert_array_equal(after[label], before)


def test_a_stored_zero_carries_a_path():
    layer = BipartiteLayer.from_links([0], [0], [0.0], shape=(1, 1))
    assert all(active.all() for active in percolation.active_neurons(LayeredNetwork([layer, layer])))


def test_refuses_what_is_not_a_network():
    with pytest.raises(TypeError, match=r"a network is needed: .* got list"):
        percolation.active_neurons([[1.0]])


def test_a_layer_is_the_network_of_this_layer():
    layer = BipartiteLayer.from_links([0], [1], [1.0], shape=(2, 2))
    assert [active.tolist() for active in percolation.active_neurons(layer)] == [[True, False], [False, True]]
