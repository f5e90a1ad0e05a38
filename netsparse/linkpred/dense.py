"""Scores of the linked core of a layer as a dense matrix, for layers that are small and dense."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from netsparse.linkpred.candidates import Candidates, from_matrix
from netsparse.linkpred.topology import Topology


def from_core(topology: Topology, score: Callable[[Topology], np.ndarray]) -> Iterator[Candidates]:
    """Yield the positive scores of a layer whose core is scored by a kernel; the wider side of it are its columns."""
    core, rows, columns = topology.core()
    found = score(core) if rows.size <= columns.size else score(core.transposed()).T
    for batch in from_matrix(found):
        row, column = np.divmod(batch.pairs, max(columns.size, 1))
        yield Candidates(rows[row] * topology.shape[1] + columns[column], batch.scores)
