"""Which links a layer starts with: rules of the initial topology, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.generate.links import random_links
from netsparse.graph.keys import from_keys, to_keys
from netsparse.registry import Registry, declared

Links = tuple[np.ndarray, np.ndarray]
Shape = tuple[int, int]

STARTS: Registry[Callable[..., Links]] = Registry("start")
"""Initial topologies by name: functions ``(shape, n, *, rng, ...) -> (rows, columns)``, called for each sparse layer.

A rule returns `n` distinct links of a layer of that shape, in any order. Of ``index`` (of the layer, 0 for the one that
the inputs feed), ``shapes`` (of all sparse layers) and options of its own it gets what it declares as keyword
arguments; ``inputs``, the training inputs of shape (samples, rows of layer 0), only if it is registered with
``needs={"inputs"}``.
"""


@STARTS.register("erdos-renyi")
def at_random(shape: Shape, n: int, *, rng: np.random.Generator) -> Links:
    """Links uniformly at random.

    References
    ----------
    .. [1] P. Erdős, A. Rényi, On random graphs I, Publicationes Mathematicae 6, 290-297, 1959.
    """
    return random_links(shape, n, rng=rng)


@STARTS.register("k-regular")
def k_regular(shape: Shape, n: int, *, rng: np.random.Generator) -> Links:
    """Every row has the same number of links, up to rounding, their columns uniformly at random.

    Which rows have one link more than others is drawn too. Each row's links are a uniformly random set of its size.

    Notes
    -----
    O(n log n) time and O(n) memory, whatever the shape.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.generate import STARTS
    >>> rows, columns = STARTS["k-regular"]((4, 100), 10, rng=np.random.default_rng(0))
    >>> np.bincount(rows).tolist()
    [2, 2, 3, 3]
    """
    rows, columns = shape
    degrees = np.full(rows, n // rows)
    degrees[rng.choice(rows, n % rows, replace=False)] += 1
    if 2 * n <= rows * columns:
        return from_keys(_keys_by_row(degrees, columns, rng), shape)
    present = np.ones(rows * columns, dtype=bool)  # fewer than 2 n entries; draw what stays out
    present[_keys_by_row(columns - degrees, columns, rng)] = False
    return from_keys(np.flatnonzero(present), shape)


def draw_start(
    start: str,
    shapes: list[Shape],
    index: int,
    n: int,
    *,
    options: Mapping[str, Any] | None = None,
    inputs: np.ndarray | None = None,
    rng=None,
) -> np.ndarray:
    """Return the links that one sparse layer starts with, as ascending keys.

    Parameters
    ----------
    start : str
        A name in :data:`netsparse.generate.STARTS`.
    shapes : list of (int, int)
        Of all sparse layers.
    index : int
        Which of them.
    n : int
        How many links.
    options : mapping, optional
        Keyword arguments of the rule's own.
    inputs : numpy.ndarray of shape (samples, rows of layer 0), optional
        For rules that need them.
    rng : numpy.random.Generator or seed, optional

    Raises
    ------
    ValueError
        If the rule needs inputs that are not there, or what it returns are not `n` distinct links of the layer.
    """
    entry = STARTS.entry(start)
    if "inputs" in entry.needs and inputs is None:
        raise InvalidValue(f"start {start!r} needs the training inputs: give inputs, or data", parameter="start")
    needed = {"inputs": inputs} if "inputs" in entry.needs else {}
    offered = {"index": index, "shapes": shapes, "rng": np.random.default_rng(rng), **needed, **(options or {})}
    rows, columns = entry.value(shapes[index], n, **declared(entry.value, offered))
    return _checked_keys(start, rows, columns, shapes[index], n)


def _checked_keys(start: str, rows: np.ndarray, columns: np.ndarray, shape: Shape, n: int) -> np.ndarray:
    """Return the links of a rule as ascending keys; rules of the user's own may return anything."""
    rows, columns = np.asarray(rows), np.asarray(columns)
    if rows.shape != (n,) or columns.shape != (n,):
        raise InvalidValue(
            f"start {start!r} was asked for {n} links, got rows and columns of shapes {rows.shape} and {columns.shape}"
        )
    if rows.dtype.kind not in "iu" or columns.dtype.kind not in "iu":
        raise InvalidValue(f"start {start!r} must return whole numbers, got {rows.dtype} and {columns.dtype}")
    if n and (min(rows.min(), columns.min()) < 0 or rows.max() >= shape[0] or columns.max() >= shape[1]):
        raise InvalidValue(f"start {start!r} returned links outside of a layer of {shape[0]} x {shape[1]}")
    keys = np.sort(to_keys(rows, columns, shape))
    if (keys[1:] == keys[:-1]).any():
        raise InvalidValue(f"start {start!r} returned a link twice in a layer of {shape[0]} x {shape[1]}")
    return keys


def _keys_by_row(degrees: np.ndarray, n_columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return the keys, ascending, of so many distinct links of each row; every set of a row is equally likely.

    What is drawn twice is drawn anew. No column is treated differently from another, so that no set is preferred.
    """
    keys, missing = np.empty(0, dtype=np.int64), degrees
    while missing.any():
        rows = np.repeat(np.arange(degrees.size), missing)
        drawn = rows * n_columns + rng.integers(n_columns, size=rows.size)
        keys = np.unique(np.concatenate([keys, drawn]))
        missing = degrees - np.bincount(keys // n_columns, minlength=degrees.size)
    return keys
