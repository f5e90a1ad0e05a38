"""Tiny named layers with every awkward feature, for tests that every measure must pass."""

from __future__ import annotations

import numpy as np

from netsparse import BipartiteLayer
from tests.measures.oracle import from_pairs


def _layers() -> dict[str, BipartiteLayer]:
    every = [(i, j) for i in range(3) for j in range(4)]
    blocks = [(0, 0), (0, 1), (1, 0), (1, 1), (3, 3), (3, 4), (4, 3), (4, 4)]
    layers = {
        "empty": from_pairs([], (3, 4)),
        "one neuron a side": from_pairs([], (1, 1)),
        "one link": from_pairs([(1, 2)], (3, 4)),
        "single link alone": from_pairs([(0, 0)], (1, 1)),
        "full": from_pairs(every, (3, 4)),
        "disconnected": from_pairs(blocks, (5, 5)),
        "star": from_pairs([(0, j) for j in range(6)], (1, 6)),
        "star upright": from_pairs([(i, 0) for i in range(6)], (6, 1)),
        "matching": from_pairs([(i, i) for i in range(5)], (5, 5)),
        "square": from_pairs([(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 2), (0, 2)], (3, 3)),
        "isolated": from_pairs([(0, 0), (0, 1), (1, 1), (3, 0)], (5, 4)),
    }
    rng = np.random.default_rng(0)
    rows, columns = np.nonzero(rng.random((8, 6)) < 0.5)
    weights = rng.normal(size=rows.size)
    weights[::3] = 0.0
    layers["stored zeros"] = BipartiteLayer.from_links(rows, columns, weights, (8, 6), rng.normal(size=6))
    layers["all zero"] = BipartiteLayer.from_links(rows, columns, np.zeros(rows.size), (8, 6))
    layers["float32"] = BipartiteLayer.from_links(rows, columns, weights.astype(np.float32), (8, 6))
    return layers


LAYERS = _layers()


def relabelled(layer: BipartiteLayer, seed: int) -> BipartiteLayer:
    """Return the layer with its rows and columns in another order."""
    rng = np.random.default_rng(seed)
    rows, columns = (rng.permutation(size) for size in layer.shape)
    bias = np.empty_like(layer.bias)
    bias[columns] = layer.bias
    return BipartiteLayer.from_links(rows[layer.rows], columns[layer.columns], layer.weights, layer.shape, bias)


def padded(layer: BipartiteLayer) -> BipartiteLayer:
    """Return the layer with an isolated row and an isolated column more."""
    shape = (layer.shape[0] + 1, layer.shape[1] + 1)
    return BipartiteLayer.from_links(layer.rows, layer.columns, layer.weights, shape, [*layer.bias, 0.0])
