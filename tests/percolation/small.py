"""Small random networks that hold every awkward case: isolated neurons, empty layers, stored zeros."""

from __future__ import annotations

import itertools

import numpy as np

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
