"""Candidates: non-links with a positive score, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netsparse.linkpred.topology import Topology

BATCH = 1 << 16  # two arrays of this size fit into a core's second-level cache
SIGNIFICANT_BITS = 36


class Candidates(NamedTuple):
    """A batch of candidates; the arrays may be reused for the next batch, so copy what you keep."""

    pairs: np.ndarray  # row * columns + column
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


def from_kernel(kernel, topology: Topology, *factors: np.ndarray) -> Iterator[Candidates]:
    """Run a kernel of netsparse/kernels/paths.py over all rows, a batch at a time."""
    from netsparse.kernels.paths import Workspace

    rows, columns = topology.shape
    work = Workspace.empty(rows, columns, topology.n_links)
    size = columns + BATCH  # the kernels leave room for a row of candidates
    pairs, scores = np.empty(size, np.int64), np.empty(size)
    row = 0
    while row < rows:
        row, written = kernel(row, work, pairs, scores, *topology, *factors)
        yield Candidates(pairs[:written], scores[:written])
