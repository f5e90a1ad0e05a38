"""The missing links of largest dense gradient, without the dense gradient of a large layer."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import numpy as np

from netsparse.graph import BipartiteLayer
from netsparse.linkpred.best import Best
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.top import best_links

WHOLE = 1 << 20  # places: the dense gradient of a layer with no more is computed in one piece
TILE = 512, 1024  # rows and columns of it at a time, else: with its factors, what a core's caches hold


def largest_gradients(
    layer: BipartiteLayer, n: int, signals: np.ndarray, deltas: np.ndarray, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the `n` non-links of largest absolute dense gradient :math:`|X^T D|`, ties at random.

    Parameters
    ----------
    layer : BipartiteLayer
        Only its links matter: they are no candidates.
    n : int
    signals, deltas : numpy.ndarray, shapes (samples, rows) and (samples, columns)
        X and D; see :func:`netsparse.graph.backpropagation.backpropagate`.
    rng : numpy.random.Generator

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        Largest first. Where fewer than `n` gradients differ from 0, the rest is drawn from the other non-links.

    Notes
    -----
    2 x rows x columns x samples floating-point operations, by BLAS on tiles, one core each; O(links + n) memory and
    some megabytes a core. What is returned depends neither on the number of cores nor on their speed.
    """
    rows, columns, _ = best_links(layer, n, lambda best: _candidates(layer, signals, deltas, best), rng=rng)
    return rows, columns


class _Tile(NamedTuple):
    """A block of rows and columns of a layer, and the links of its rows: their row in the block, and their column."""

    rows: slice
    columns: slice
    link_rows: np.ndarray
    link_columns: np.ndarray


class _Room(threading.local):
    """Memory of a thread: a tile of the gradient, and the positions found in it; the system clears new memory first."""

    def __init__(self, size: int, dtype: np.dtype):
        self.gradient, self.found = np.empty(size, dtype), np.empty(size, np.int64)


def _candidates(layer: BipartiteLayer, signals: np.ndarray, deltas: np.ndarray, best: Best) -> Iterator[Candidates]:
    """Yield the non-links whose gradient is not 0 and may be among the best, a tile at a time."""
    import joblib

    n_places = layer.shape[0] * layer.shape[1]
    tile = layer.shape if n_places <= WHOLE else TILE
    room = _Room(min(n_places, tile[0] * tile[1]), np.result_type(signals, deltas))
    cores = joblib.cpu_count() if n_places > WHOLE else 1
    pending: deque[Future] = deque()  # few: what they find is large as long as there is no floor
    with _one_thread_each(cores), ThreadPoolExecutor(cores) as pool:
        for part in _tiles(layer, *tile):
            pending.append(pool.submit(_of_tile, layer, signals, deltas, part, best.floor, room))
            if len(pending) > 2 * cores:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _one_thread_each(cores: int) -> AbstractContextManager:
    """Return what keeps BLAS from splitting each product among the cores as well, which are all busy."""
    if cores == 1:
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")


def _tiles(layer: BipartiteLayer, height: int, width: int) -> Iterator[_Tile]:
    n_rows, n_columns = layer.shape
    for top in range(0, n_rows, height):
        starts = layer.indptr[top : top + height + 1]
        links = np.repeat(np.arange(starts.size - 1), np.diff(starts)), layer.columns[starts[0] : starts[-1]]
        rows = slice(top, top + starts.size - 1)
        for left in range(0, n_columns, width):
            yield _Tile(rows, slice(left, min(left + width, n_columns)), *links)


def _of_tile(
    layer: BipartiteLayer, signals: np.ndarray, deltas: np.ndarray, tile: _Tile, floor: float, room: _Room
) -> Candidates:
    """Return the non-links of a tile whose gradient is of size `floor` or more, and not 0."""
    from netsparse.kernels.largest import at_least

    left, right = tile.columns.start, tile.columns.stop
    shape = tile.rows.stop - tile.rows.start, right - left
    values = room.gradient[: shape[0] * shape[1]]
    gradient = np.matmul(signals[:, tile.rows].T, deltas[:, tile.columns], out=values.reshape(shape))
    inside = np.flatnonzero((tile.link_columns >= left) & (tile.link_columns < right))
    gradient[tile.link_rows[inside], tile.link_columns[inside] - left] = 0
    smallest = np.finfo(values.dtype).smallest_subnormal
    found = room.found[: at_least(values, max(values.dtype.type(floor), smallest), room.found)]
    rows, columns = np.divmod(found, shape[1])
    pairs = (rows + tile.rows.start) * layer.shape[1] + columns + left
    return Candidates(pairs, np.abs(values[found]).astype(np.float64))
