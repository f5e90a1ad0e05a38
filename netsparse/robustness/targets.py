"""What an attack changes, and how many links a strength stands for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.errors import check_number
from netsparse.graph import BipartiteLayer, LayeredNetwork


def map_weights(
    network: LayeredNetwork, change: Callable[[np.ndarray], np.ndarray], *, readout: bool
) -> LayeredNetwork:
    """Return the network with ``change(weights)`` for the weights, not frozen, of each layer that takes part."""
    n_attacked = len(network.taking_part(readout=readout))
    return network.with_layers(
        _changed(layer, change) if index < n_attacked else layer for index, layer in enumerate(network.layers)
    )


def _changed(layer: BipartiteLayer, change: Callable[[np.ndarray], np.ndarray]) -> BipartiteLayer:
    free = layer.free_links
    if not free.size:
        return layer
    weights = layer.weights.copy()
    weights[free] = change(weights[free])
    return layer.with_weights(weights)


def share(fraction: float, n: int) -> int:
    """Return `fraction` of `n` as a count, halves rounded up.

    That is the number of i = 0, 1, ... with (i + 1/2) / n at most the fraction, in this very arithmetic, so that
    the count agrees with an order of :mod:`netsparse.importance`, where layers take turns by these quotients.

    Examples
    --------
    >>> share(0.25, 10), share(0.24, 10), share(1.0, 10)
    (3, 2, 10)
    """
    count = int(fraction * n + 0.5)
    if count < n and (count + 0.5) / n <= fraction:
        return count + 1
    if count > 0 and (count - 0.5) / n > fraction:
        return count - 1
    return count


def check_strength(strength: float, highest: float) -> float:
    """Return `strength` as a float between 0 and `highest`, or raise a `ValueError` that says so."""
    return check_number("strength", strength, at_least=0, at_most=highest)
