"""The missing links of largest dense gradient, without the dense gradient of a large layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netsparse.graph import BipartiteLayer
from netsparse.linkpred.best import Best
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.top import best_links

BLOCK_BYTES = 1 << 25  # of the dense gradient at a time


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
    2 x rows x columns x samples floating-point operations, by BLAS on blocks of rows; O(links + n + block) memory.
    """
    rows, columns, _ = best_links(layer, n, lambda best: _blocks(layer, signals, deltas, best), rng=rng)
    return rows, columns


def _blocks(layer: BipartiteLayer, signals: np.ndarray, deltas: np.ndarray, best: Best) -> Iterator[Candidates]:
    """Yield the non-links whose gradient is not 0 and may be among the best, a block of rows at a time."""
    n_rows, n_columns = layer.shape
    height = max(1, BLOCK_BYTES // (n_columns * signals.itemsize))
    for first in range(0, n_rows, height):
        last = min(first + height, n_rows)
        gradient = signals[:, first:last].T @ deltas
        np.abs(gradient, out=gradient)
        links = slice(layer.indptr[first], layer.indptr[last])
        rows = np.repeat(np.arange(last - first), np.diff(layer.indptr[first : last + 1]))
        gradient[rows, layer.columns[links]] = 0
        pairs = np.flatnonzero(gradient >= best.floor if best.floor else gradient)
        yield Candidates(pairs + first * n_columns, gradient.ravel()[pairs].astype(np.float64))
