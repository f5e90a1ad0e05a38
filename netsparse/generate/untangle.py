"""Links that stand twice, exchanged with others so that all degrees stay."""

from __future__ import annotations

import numpy as np

from netsparse.graph.keys import to_keys

_ATTEMPTS = 50


def untangled(
    rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Let links that stand there already exchange columns with random others.

    A few may stay where hubs are linked to nearly all nodes, or the layer is nearly half full.

    Examples
    --------
    >>> rows, columns = untangled(np.array([0, 0, 1]), np.array([1, 1, 0]), (2, 2), np.random.default_rng(0))
    >>> sorted(zip(rows.tolist(), columns.tolist()))
    [(0, 0), (0, 1), (1, 1)]
    """
    columns = columns.copy()
    for _ in range(_ATTEMPTS):
        _, first = np.unique(to_keys(rows, columns, shape), return_index=True)
        again = np.setdiff1d(np.arange(rows.size), first, assume_unique=True)
        if not again.size:
            break
        some = np.union1d(again, rng.choice(rows.size, again.size, replace=False))
        columns[some] = columns[rng.permutation(some)]
    return rows, columns
