"""A small trained network for all tests of attacks, and links as pairs."""

from __future__ import annotations

import functools

from netsparse import LayeredNetwork
from netsparse.datasets import Samples


@functools.cache
def trained() -> tuple[LayeredNetwork, Samples]:
    """Return a network that has learned three clusters of 12 pixels, and their test images."""
    from netsparse import train
    from tests.train.small import clusters, settings, start_of

    own = settings(epochs=12, regrowth="static")
    data = clusters(n_train=300, n_test=120)
    network = train.fit(start_of(own), data, own, progress=False).network
    return network, data.standardised().test


def links_of(network: LayeredNetwork) -> list[set[tuple[int, int]]]:
    """Return the links of each layer as pairs."""
    return [set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True)) for layer in network.layers]
