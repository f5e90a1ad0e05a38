"""Taking links out of a layer and putting links in, by merging sorted keys."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from netsparse.generate.keys import layer_from_keys, layer_keys, to_keys
from netsparse.graph.layer import BipartiteLayer


def without_links(layer: BipartiteLayer, links: np.ndarray) -> BipartiteLayer:
    """Return the layer without the links at these positions; biases stay. O(links)."""
    if not links.size:
        return layer
    keep = np.ones(layer.n_links, dtype=bool)
    keep[links] = False
    kept_before = np.concatenate([[0], np.cumsum(keep)])  # of each link and, at the end, of all
    matrix = (layer.weights[keep], layer.columns[keep], kept_before[layer.indptr])
    return BipartiteLayer(sparse.csr_array(matrix, shape=layer.shape), layer.bias)


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
