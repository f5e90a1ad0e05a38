"""Small random networks that hold every awkward case: isolated neurons, empty layers, stored zeros."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork
from netsparse.graph import ACTIVATIONS


def small_network(seed, *, dtype=np.float64, activation=None, bias_scale=1.0, max_readout=1, largest=5):
    """Return a network of two to five neuron layers of 1 to `largest` neurons; density from empty to full."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, largest + 1, size=rng.integers(2, 6))
    readout = int(rng.integers(0, min(max_readout, len(sizes) - 1) + 1))
    layers = []
    for index, shape in enumerate(itertools.pairwise(sizes)):
        dense = index >= len(sizes) - 1 - readout
        density = 1.0 if dense else rng.choice([0.0, 0.3, 0.6, 1.0], p=[0.1, 0.5, 0.3, 0.1])
        pattern = rng.random(shape) < density
        rows, columns = np.nonzero(pattern)
        weights = rng.normal(size=rows.size) * (rng.random(rows.size) > 0.1)  # a tenth are stored zeros
        bias = bias_scale * rng.normal(size=shape[1])
        layers.append(BipartiteLayer.from_links(rows, columns, weights.astype(dtype), shape, bias))
    return LayeredNetwork(layers, readout, activation or str(rng.choice(sorted(ACTIVATIONS))))


@pytest.fixture(scope="session")
def make_network():
    return small_network


def links_as_pairs(network):
    """Return every link, by id, as a pair of (layer, neuron) nodes."""
    return [
        ((index, int(row)), (index + 1, int(column)))
        for index, layer in enumerate(network.layers)
        for row, column in zip(layer.rows, layer.columns, strict=True)
    ]


def nodes_of(network):
    """Return every neuron, by id, as a (layer, neuron) node."""
    return [(index, neuron) for index, size in enumerate(network.sizes) for neuron in range(size)]


def reach(starts, links):
    """Return the nodes that directed paths lead to, by repeated sweeps over all links."""
    reached = set(starts)
    while True:
        new = {b for a, b in links if a in reached and b not in reached}
        if not new:
            return reached
        reached |= new


def component_sizes(nodes, links):
    """Return the sizes of the components of the undirected graph."""
    both_ways = links + [(b, a) for a, b in links]
    left, sizes = set(nodes), []
    while left:
        component = reach([min(left)], both_ways)
        sizes.append(len(component))
        left -= component
    return sizes


def state_after(network, removed, kind):
    """Recompute all percolation quantities without the given ids, from their definitions."""
    removed, last = set(map(int, removed)), len(network.layers)
    nodes, links = nodes_of(network), links_as_pairs(network)
    if kind == "links":
        links = [link for id, link in enumerate(links) if id not in removed]
    else:
        nodes = [node for id, node in enumerate(nodes) if id not in removed]
        links = [(a, b) for a, b in links if a in nodes and b in nodes]
    inputs = [node for node in nodes if node[0] == 0]
    outputs = [node for node in nodes if node[0] == last]
    heard, heeded = reach(inputs, links), reach(outputs, [(b, a) for a, b in links])
    sizes = component_sizes(nodes, links)
    return {
        "active_neurons": [sum(n[0] == layer for n in heard & heeded) for layer in range(last + 1)],
        "active_links": sum(a in heard and b in heeded for a, b in links),
        "largest_component": max(sizes, default=0),
        "second_moment": (sum(s * s for s in sizes) - max(sizes, default=0) ** 2) / sum(network.sizes),
        "connected_pairs": sum(o in reach([i], links) for i in inputs for o in outputs),
    }


@pytest.fixture(scope="session")
def brute_force():
    return state_after
