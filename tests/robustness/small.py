"""Tiny named networks with awkward features, and a small trained one, for all tests of attacks."""

from __future__ import annotations

import functools

import numpy as np

from netsparse import BipartiteLayer, LayeredNetwork, generate
from netsparse.robustness.evaluation import Samples


def layer(pattern, weights=None, dtype=np.float64) -> BipartiteLayer:
    """Return a layer whose links are where `pattern` is 1; weights 1, -2, 3, ... by default."""
    pattern = np.array(pattern)
    rows, columns = np.nonzero(pattern)
    if weights is None:
        weights = np.arange(1, rows.size + 1) * (-1.0) ** np.arange(rows.size)
    return BipartiteLayer.from_links(rows, columns, np.asarray(weights, dtype=dtype), pattern.shape)


def _stored_zeros() -> LayeredNetwork:
    first = layer([[1, 1, 0], [0, 1, 1]], [0.0, 0.0, 0.0, 0.0])
    return LayeredNetwork([first, layer(np.ones((3, 2)))], readout=1)


TINY = {
    "one link": LayeredNetwork([layer([[1]])]),
    "no link": LayeredNetwork([layer(np.zeros((2, 3))), layer(np.zeros((3, 2)))]),
    "stored zeros": _stored_zeros(),
    "equal weights": LayeredNetwork([layer([[1, 1], [1, 0]], [2.0, 2.0, 2.0]), layer([[1, 0], [1, 1]], [2.0] * 3)]),
    "isolated neurons": LayeredNetwork([layer([[1, 0, 0], [0, 0, 0]]), layer([[1, 1], [0, 0], [0, 0]])], readout=1),
    "readout only": LayeredNetwork([layer(np.ones((3, 2)))], readout=1),
    "float32": generate.erdos_renyi((6, 7, 5, 3), density=0.4, rng=0),
    "tanh, float64": generate.erdos_renyi((6, 7, 5, 3), 0.4, activation="tanh", dtype=np.float64, rng=1),
}


def images(network: LayeredNetwork, n: int = 12, seed: int = 0) -> Samples:
    """Return random pixels with random classes, standardised by mean 0.4 and deviation 0.5."""
    rng = np.random.default_rng(seed)
    pixels = rng.random((n, network.sizes[0])).astype(network.dtype)
    labels = rng.integers(network.sizes[-1], size=n)
    return Samples((pixels - 0.4) / 0.5, labels, 0.4, 0.5)


@functools.cache
def trained() -> tuple[LayeredNetwork, Samples]:
    """Return a network that has learned three clusters of 12 pixels, and their test images."""
    from netsparse import train
    from tests.train.small import clusters, settings, start_of

    own = settings(epochs=12, regrowth="static")
    data = clusters(n_train=300, n_test=120)
    network = train.fit(start_of(own), data, own, progress=False).network
    own_data = data.standardised()
    return network, Samples(own_data.x_test, own_data.y_test, own_data.mean, own_data.deviation)


def links_of(network: LayeredNetwork) -> list[set[tuple[int, int]]]:
    """Return the links of each layer as pairs."""
    return [set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True)) for layer in network.layers]
