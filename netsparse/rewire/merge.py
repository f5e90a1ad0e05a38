"""Putting links into a layer by merging sorted keys."""

from __future__ import annotations

import numpy as np

from netsparse.graph.keys import layer_from_keys, layer_keys, to_keys
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
    frozen = layer.frozen.at(old_to, keys.size)
    return layer_from_keys(keys, merged, layer.shape, layer.bias, frozen), old_to


def positions_of(layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the position of each pair among the links of the layer, -1 where it is no link; O(new log links)."""
    links, wanted = layer_keys(layer), to_keys(rows, columns, layer.shape)
    found = np.searchsorted(links, wanted)
    is_link = found < links.size
    is_link[is_link] = links[found[is_link]] == wanted[is_link]
    return np.where(is_link, found, -1)
