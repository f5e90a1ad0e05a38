"""Putting links into a layer by merging sorted keys."""

from __future__ import annotations

import numpy as np

from netsparse.generate.keys import layer_from_keys, layer_keys, to_keys
from netsparse.graph.layer import BipartiteLayer


def with_links(
    layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray, weights: np.ndarray
) -> tuple[BipartiteLayer, np.ndarray]:
    """Return the layer with new links, given in any order, and the new positions of its old links.

    Link k of two sorted lists that are merged moves up by the entries of the other list before it; O(links +
    new log new).
    """
    old = layer_keys(layer)
    new = to_keys(rows, columns, layer.shape)
    by_key = np.argsort(new)
    new = new[by_key]
    old_to = np.arange(old.size) + np.searchsorted(new, old)
    new_to = np.arange(new.size) + np.searchsorted(old, new)
    keys = np.empty(old.size + new.size, dtype=np.int64)
    keys[old_to], keys[new_to] = old, new
    merged = np.empty(keys.size, dtype=layer.dtype)
    merged[old_to], merged[new_to] = layer.weights, weights[by_key]
    return layer_from_keys(keys, merged, layer.shape, layer.bias), old_to


def count_present(layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray) -> int:
    """Return how many of the given pairs are links of the layer."""
    return int(np.isin(to_keys(rows, columns, layer.shape), layer_keys(layer), assume_unique=True).sum())
