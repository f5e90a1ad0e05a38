"""The tiny networks of all tests, each named after the one thing that makes it awkward."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork, generate
from netsparse.datasets import Samples
from netsparse.graph import ACTIVATIONS


def layer(pattern, weights=None, dtype=np.float64, bias=None) -> BipartiteLayer:
    """Return a layer whose links are where `pattern` is 1; weights 1, -2, 3, ... by default."""
    pattern = np.array(pattern)
    rows, columns = np.nonzero(pattern)
    if weights is None:
        weights = np.arange(1, rows.size + 1) * (-1.0) ** np.arange(rows.size)
    return BipartiteLayer.from_links(rows, columns, np.asarray(weights, dtype=dtype), pattern.shape, bias)


def _hub() -> LayeredNetwork:
    """Hidden neuron 0 has all inputs and outputs, the others one input each and the same output."""
    first, second = np.eye(4, 5, 1), np.zeros((5, 3))
    first[:, 0] = second[0] = second[1:, 0] = 1
    return LayeredNetwork([layer(first), layer(second, bias=[0.5, -0.5, 0.0])])


def _disconnected() -> LayeredNetwork:
    """Two paths that share nothing, a neuron without an output, one without an input, each with a bias."""
    first = layer([[1, 0, 1, 0], [0, 1, 0, 0]], bias=[0.1, -0.2, 0.3, 0.4])
    return LayeredNetwork([first, layer([[1, 0], [0, 1], [0, 0], [1, 0]])], activation="tanh")


TINY = {
    "one link": LayeredNetwork([layer([[1]])]),
    "no link": LayeredNetwork([layer(np.zeros((2, 3))), layer(np.zeros((3, 2)))]),
    "empty layer": LayeredNetwork([layer(np.ones((2, 3))), layer(np.zeros((3, 3))), layer(np.ones((3, 2)))], readout=1),
    "full": LayeredNetwork([layer(np.ones((3, 4))), layer(np.ones((4, 2)))]),
    "stored zeros": LayeredNetwork([layer([[1, 1, 0], [0, 1, 1]], [0.0] * 4), layer(np.ones((3, 2)))], readout=1),
    "equal weights": LayeredNetwork([layer([[1, 1], [1, 0]], [2.0] * 3), layer([[1, 0], [1, 1]], [2.0] * 3)]),
    "isolated neurons": LayeredNetwork([layer([[1, 0, 0], [0, 0, 0]]), layer([[1, 1], [0, 0], [0, 0]])], readout=1),
    "readout only": LayeredNetwork([layer(np.ones((3, 2)))], readout=1),
    "square": LayeredNetwork([layer([[0, 1, 0], [0, 0, 1], [1, 0, 1]]), layer([[1, 1, 0], [0, 1, 0], [0, 0, 1]])]),
    "hub": _hub(),
    "star": LayeredNetwork([layer(np.ones((5, 1))), layer(np.ones((1, 4)))], activation="sigmoid"),
    "matching": LayeredNetwork([layer(np.eye(4)), layer(np.eye(4)[::-1])], activation="identity"),
    "disconnected": _disconnected(),
    "float32": generate.erdos_renyi((6, 7, 5, 3), density=0.4, rng=0),
    "tanh, float64": generate.erdos_renyi((6, 7, 5, 3), 0.4, activation="tanh", dtype=np.float64, rng=1),
}

on_tiny = pytest.mark.parametrize("network", TINY.values(), ids=TINY)
"""Runs a test on every tiny network."""


def images(network: LayeredNetwork, n: int = 12, seed: int = 0) -> Samples:
    """Return random pixels with random classes, standardised by mean 0.4 and deviation 0.5."""
    rng = np.random.default_rng(seed)
    pixels = rng.random((n, network.sizes[0])).astype(network.dtype)
    labels = rng.integers(network.sizes[-1], size=n)
    return Samples((pixels - 0.4) / 0.5, labels, 0.4, 0.5)


def small_network(seed, *, dtype=np.float64, activation=None, bias_scale=1.0, max_readout=1, largest=5):
    """Return a random network of two to five neuron layers of 1 to `largest` neurons; density from empty to full."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, largest + 1, size=rng.integers(2, 6))
    readout = int(rng.integers(0, min(max_readout, len(sizes) - 1) + 1))
    layers = []
    for index, shape in enumerate(itertools.pairwise(sizes)):
        dense = index >= len(sizes) - 1 - readout
        density = 1.0 if dense else rng.choice([0.0, 0.3, 0.6, 1.0], p=[0.1, 0.5, 0.3, 0.1])
        pattern = rng.random(shape) < density
        n_links = int(pattern.sum())
        weights = rng.normal(size=n_links) * (rng.random(n_links) > 0.1)  # a tenth are stored zeros
        layers.append(layer(pattern, weights, dtype, bias_scale * rng.normal(size=shape[1])))
    return LayeredNetwork(layers, readout, activation or str(rng.choice(sorted(ACTIVATIONS))))
