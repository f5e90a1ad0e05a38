"""Link prediction the slow way: a loop over every path of every pair, on sets."""

from __future__ import annotations

from math import sqrt

import numpy as np

# A path's factor for one of its two intermediate nodes: internal degree i, degree d (ALGORITHMS of the methods).
FACTORS = {
    "l3": lambda i, d: 1.0,
    "ra-l3": lambda i, d: 1 / sqrt(d),
    "ch3-l3": lambda i, d: 1 / sqrt(1 + (d - 1 - i)),
    "ch1-l3": lambda i, d: sqrt(i) / sqrt(d),
    "ch2-l3": lambda i, d: sqrt(1 + i) / sqrt(1 + (d - 1 - i)),
    "ilcl-l3": lambda i, d: sqrt(i) / sqrt(1 + i),
}


def plain_scores(layer, method: str) -> np.ndarray:
    """Return the scores as a dense array, 0 at links."""
    factor = FACTORS[method]
    links = set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))
    of_row = {u: {c for r, c in links if r == u} for u in range(layer.shape[0])}
    of_column = {v: {r for r, c in links if c == v} for v in range(layer.shape[1])}
    scores = np.zeros(layer.shape)
    for u in of_row:
        for v in of_column:
            if (u, v) in links:
                continue
            for a in of_row[u]:
                for b in of_column[v]:
                    if (b, a) in links:
                        i_a = len(of_column[a] & of_column[v])
                        i_b = len(of_row[b] & of_row[u])
                        scores[u, v] += factor(i_a, len(of_column[a])) * factor(i_b, len(of_row[b]))
    return scores
