"""Candidates: non-links with their scores, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

BATCH = 1 << 16  # two arrays of this size fit into a core's second-level cache
SIGNIFICANT_BITS = 36


class Candidates(NamedTuple):
    """A batch of candidates; the arrays may be reused for the next batch, so copy what you keep."""

    pairs: np.ndarray  # their numbers, see netsparse/linkpred/pairs.py: in a layer row * columns + column
    scores: np.ndarray


def settle_ties(scores: np.ndarray) -> None:
    """Round scores in place to 36 significant bits, a relative 7e-12.

    Equal sums added up in another order differ in their last bits. Rounded they are equal, so that chance decides
    between them and not the order of the additions.
    """
    dropped = np.finfo(np.float64).nmant + 1 - SIGNIFICANT_BITS
    bits = scores.view(np.int64)
    bits += 1 << (dropped - 1)
    bits &= -(1 << dropped)


def from_kernel(kernel: Callable, n_rows: int, most: int, *arguments: Any) -> Iterator[Candidates]:
    """Run a kernel over all rows, a batch at a time.

    It is called with the row to start with, the first of `arguments`, its workspace, and room for a batch; it returns
    the row to go on with and how many candidates it has written, of one row `most` or fewer.
    """
    work, *others = arguments
    size = most + BATCH  # the kernels leave room for a row of candidates
    pairs, scores = np.empty(size, np.int64), np.empty(size)
    row = 0
    while row < n_rows:
        row, written = kernel(row, work, pairs, scores, *others)
        yield Candidates(pairs[:written], scores[:written])


def from_matrix(scores: np.ndarray) -> Iterator[Candidates]:
    """Yield the positive entries of a matrix of scores, numbered row by row, a few rows at a time."""
    rows, columns = scores.shape
    height = max(1, BATCH // max(columns, 1))
    for row in range(0, rows, height):
        block = scores[row : row + height].ravel()
        positive = np.flatnonzero(block > 0)
        yield Candidates(positive + row * columns, block[positive])
