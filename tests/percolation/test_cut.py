from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netsparse as ns
from netsparse import BipartiteLayer, LayeredNetwork, percolation
from tests.percolation.plain import state_after
from tests.tiny import small_network

seeds = st.integers(0, 2**32 - 1)


def disconnects(network, ids, kind):
    return sum(state_after(network, ids, kind)["active_neurons"]) == 0


def removable(network, kind, readout):
    if kind == "neurons":
        return range(network.sizes[0], sum(network.sizes[:-1]))
    layers = network.layers if readout else network.sparse_layers
    return range(sum(layer.n_links for layer in layers))


@pytest.mark.parametrize(("kind", "readout"), [("links", False), ("links", True), ("neurons", False)])
def test_nothing_smaller_disconnects(kind, readout):
    sizes = []
    for seed in range(150):
        network = small_network(seed, largest=3, max_readout=1)
        candidates = removable(network, kind, readout)
        if not candidates:
            continue
        cut = percolation.minimum_cut(network, kind=kind, readout=readout)
        assert set(cut.ids.tolist()) <= set(candidates)
        assert disconnects(network, cut.ids, kind)
        if cut.size and len(candidates) <= 18:
            assert not any(disconnects(network, ids, kind) for ids in combinations(candidates, cut.size - 1))
        sizes.append(cut.size)
    assert max(sizes) >= 2  # the networks were not all trivial


@settings(deadline=None)
@given(seeds, st.booleans())
def test_size_is_that_of_igraph_edge_connectivity(seed, readout):
    import igraph

    network = small_network(seed, largest=12)
    n_free = len(network.layers) if readout else len(network.sparse_layers)
    if not n_free:
        return
    offsets = np.cumsum([0, *network.sizes])
    source, sink = int(offsets[-1]), int(offsets[-1]) + 1
    edges, capacities = [], []
    for index, layer in enumerate(network.layers):
        edges += np.stack([layer.rows + offsets[index], layer.columns + offsets[index + 1]], axis=1).tolist()
        capacities += [1 if index < n_free else 10_000] * layer.n_links
    edges += [(source, neuron) for neuron in range(offsets[1])]
    edges += [(neuron, sink) for neuron in range(offsets[-2], offsets[-1])]
    capacities += [10_000] * (len(edges) - len(capacities))
    flow = igraph.Graph(sink + 1, edges, directed=True).mincut(source, sink, capacities).value
    assert percolation.minimum_cut(network, readout=readout).size == flow


@given(seeds, st.sampled_from(["links", "neurons"]))
def test_no_order_beats_the_cut(seed, kind):
    """Before as many removals as the minimum cut has, something is active, whatever the order."""
    network = small_network(seed, largest=10, max_readout=0)
    if not removable(network, kind, True):
        return
    cut = percolation.minimum_cut(network, kind=kind, readout=True)
    rng = np.random.default_rng(seed)
    others = np.setdiff1d(removable(network, kind, True), cut.ids)
    for order in (rng.permutation(removable(network, kind, True)), np.concatenate([cut.ids, others])):
        active = percolation.curve(network, order, kind=kind, quantities="paths").columns()["active"]
        assert (active[: cut.size] > 0).all()
    assert active[cut.size] == 0  # the cut itself is an order that reaches the bound


def test_by_hand():
    """Three paths in layer 0, two hidden neurons in layer 1, and four readout links."""
    first = BipartiteLayer.from_links([0, 1, 2], [0, 0, 1], np.ones(3), shape=(3, 2))
    second = BipartiteLayer.from_links([0, 1], [0, 1], np.ones(2), shape=(2, 2))
    readout = BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], np.ones(4), shape=(2, 2))
    network = LayeredNetwork([first, second, readout], readout=1)
    assert percolation.minimum_cut(network).size == 2
    assert percolation.minimum_cut(network, kind="neurons").ids.tolist() == [3, 4]
    assert percolation.minimum_cut(network, readout=True).size == 2


def test_readout_may_be_the_weakest_place():
    first = BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], np.ones(4), shape=(2, 2))
    readout = BipartiteLayer.from_links([0], [0], [1.0], shape=(2, 1))
    network = LayeredNetwork([first, readout], readout=1)
    assert percolation.minimum_cut(network).ids.tolist() == [0, 2]
    assert percolation.minimum_cut(network, readout=True).ids.tolist() == [4]


def test_a_disconnected_network_needs_no_cut():
    empty = BipartiteLayer.from_links([], [], np.zeros(0), shape=(2, 2))
    assert percolation.minimum_cut(LayeredNetwork([empty], readout=1)).size == 0
    assert percolation.minimum_cut(LayeredNetwork([empty]), kind="neurons").size == 0


def test_refuses_what_cannot_be_cut():
    layer = ns.generate.erdos_renyi((3, 2), 1.0, readout=1, rng=0)
    with pytest.raises(ValueError, match="every layer is readout"):
        percolation.minimum_cut(layer)
    with pytest.raises(ValueError, match="no hidden neurons"):
        percolation.minimum_cut(layer, kind="neurons")
    with pytest.raises(ValueError, match="unknown kind 'edges'; known: links, neurons"):
        percolation.minimum_cut(layer, kind="edges")
    with pytest.raises(TypeError, match="a network is needed: "):
        percolation.minimum_cut(None)
