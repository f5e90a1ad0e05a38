"""Layers in a chain: what makes them fit, and parts of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.names import named_throughout


def checked_chain(layers: Iterable[BipartiteLayer]) -> tuple[BipartiteLayer, ...]:
    """Return layers as a tuple, with common names, or raise an error unless each fits the one before it."""
    layers = tuple(layers)
    if not layers:
        raise InvalidValue("a network needs at least one layer")
    for layer in layers:
        if not isinstance(layer, BipartiteLayer):
            raise InvalidType(f"layers must be BipartiteLayer, got {type(layer).__name__}")
    for index, (before, after) in enumerate(zip(layers, layers[1:], strict=False)):
        if before.shape[1] != after.shape[0]:
            raise InvalidValue(
                f"layer {index} has {before.shape[1]} columns, but layer {index + 1} has {after.shape[0]} rows"
            )
        if before.dtype != after.dtype:
            raise InvalidValue(f"layer {index} is {before.dtype}, but layer {index + 1} is {after.dtype}")
    return named_throughout(layers)


def between(layer: BipartiteLayer, earlier: np.ndarray, later: np.ndarray) -> BipartiteLayer:
    """Return the layer of some neurons, in ascending order, which are all that have links."""
    biases = layer.frozen_biases
    names = (
        None if one is None else [one[place] for place in kept.tolist()]
        for one, kept in zip(layer.names, (earlier, later), strict=True)
    )
    matrix = layer.biadjacency[earlier][:, later]
    marks = layer.frozen_links, None if biases is None else biases[later]
    return BipartiteLayer(matrix, layer.bias[later], *marks, *names)
