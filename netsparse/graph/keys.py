"""A link as one integer, its key ``row * columns + column``: sorted keys are CSR order."""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph.canonical import assembled
from netsparse.graph.freezable import NOTHING_FROZEN, Frozen
from netsparse.graph.layer import BipartiteLayer

LARGEST_KEY = np.iinfo(np.int64).max


def check_shape(shape: tuple[int, int]) -> None:
    """Refuse a layer so large that its keys do not fit into 64 bits."""
    if int(shape[0]) * int(shape[1]) > LARGEST_KEY:
        raise InvalidValue(f"a layer of {shape[0]} x {shape[1]} has more than 2**63 possible links")


def to_keys(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return the int64 key of each link."""
    return np.asarray(rows, dtype=np.int64) * shape[1] + columns


def from_keys(keys: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return row and column of each key, int64."""
    rows = keys // shape[1]
    return rows, keys - rows * shape[1]


def layer_keys(layer: BipartiteLayer) -> np.ndarray:
    """Return the keys of a layer's links, ascending: entry k is link k."""
    starts = np.arange(layer.shape[0], dtype=np.int64) * layer.shape[1]
    keys = np.repeat(starts, np.diff(layer.indptr))
    keys += layer.columns
    return keys


def layer_from_keys(
    keys: np.ndarray, weights: np.ndarray, shape: tuple[int, int], bias=None, frozen: Frozen = NOTHING_FROZEN
) -> BipartiteLayer:
    """Build a layer from ascending keys, without the sort a list of pairs would need; O(links + rows).

    A key that stands there twice, or out of order, is refused.
    """
    if not (keys[1:] > keys[:-1]).all():
        raise InvalidValue("links are given more than once, or out of order")
    rows, columns = from_keys(keys, shape)
    index_dtype = np.int32 if max(*shape, keys.size) <= np.iinfo(np.int32).max else np.int64
    indptr = np.zeros(shape[0] + 1, dtype=index_dtype)
    np.cumsum(np.bincount(rows, minlength=shape[0]), out=indptr[1:])
    matrix = assembled(np.array(weights), columns.astype(index_dtype), indptr, shape)
    return BipartiteLayer._of_matrix(matrix, bias, frozen)
