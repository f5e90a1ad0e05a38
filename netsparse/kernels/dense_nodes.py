"""Node-based scores of all pairs of a small, dense layer: two products with its matrix, a strip of columns at a time.

The score of u and v is the sum of g(d_b, i_b) over the rows b of v that share a column with u, plus that of
f(d_a, i_a) over the columns a of u that share a row with v: G A + A F, with G and F looked up by co-degrees. A is
sparse and F is made for one strip of columns v at a time, so that what is added up stays in the cache; the innermost
loops are additions of contiguous numbers.
"""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled
from netsparse.kernels.dense_paths import clear_links, co_degrees

_STRIP = 64  # columns v at a time: 64 scores are a few vector registers, and F of 2000 columns a is a megabyte


@compiled()
def dense_node_scores(row_ptr, row_ids, col_ptr, col_ids, row_first, row_table, col_first, col_table):
    """Return the scores of all pairs, 0 at links, shape (rows, columns). The tables hold 0 for i = 0."""
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    by_row = _looked_up(co_degrees(col_ptr, col_ids, rows), row_ptr, row_first, row_table)
    scores = np.zeros((rows, columns))
    shared, factors = np.empty((columns, _STRIP), np.int32), np.empty((columns, _STRIP))
    from_rows, sums = np.empty((_STRIP, rows)), np.empty(_STRIP)
    for first in range(0, columns, _STRIP):
        width = min(_STRIP, columns - first)
        _add_rows(first, width, col_ptr, col_ids, by_row, from_rows)
        _share(first, width, row_ptr, row_ids, col_ptr, col_ids, shared)
        _look_up(shared, col_ptr, col_first, col_table, factors)
        for u in range(rows):
            sums[:] = 0.0
            for a in row_ids[row_ptr[u] : row_ptr[u + 1]]:
                line = factors[a]
                for j in range(_STRIP):
                    sums[j] += line[j]
            for j in range(width):
                scores[u, first + j] = sums[j] + from_rows[j, u]
    clear_links(scores, row_ptr, row_ids)
    return scores


@compiled()
def _looked_up(shared, ptr, first, table):
    """Return g for every row b and row u, by their co-degree."""
    found = np.zeros(shared.shape)
    for b in range(ptr.size - 1):
        own = table[first[ptr[b + 1] - ptr[b]] :]
        for u in range(ptr.size - 1):
            found[b, u] = own[shared[b, u]]
        found[b, b] = 0.0
    return found


@compiled()
def _add_rows(first, width, col_ptr, col_ids, by_row, into):
    """Set into[j, u] to the sum of g over the rows b of column first + j."""
    for j in range(width):
        line = into[j]
        line[:] = 0.0
        for b in col_ids[col_ptr[first + j] : col_ptr[first + j + 1]]:
            weights = by_row[b]
            for u in range(weights.size):
                line[u] += weights[u]


@compiled()
def _share(first, width, row_ptr, row_ids, col_ptr, col_ids, shared):
    """Count how many rows each column shares with those of a strip."""
    shared[:] = 0
    for j in range(width):
        for b in col_ids[col_ptr[first + j] : col_ptr[first + j + 1]]:
            for a in row_ids[row_ptr[b] : row_ptr[b + 1]]:
                shared[a, j] += 1


@compiled()
def _look_up(shared, col_ptr, col_first, col_table, factors):
    """Set the factors of columns a by what they share with those of a strip."""
    for a in range(shared.shape[0]):
        table = col_table[col_first[col_ptr[a + 1] - col_ptr[a]] :]
        for j in range(shared.shape[1]):
            factors[a, j] = table[shared[a, j]]
