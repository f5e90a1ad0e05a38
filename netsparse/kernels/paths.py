"""Scores of the non-links of a bipartite layer, summed over its paths u - a - b - v without storing one.

u and b are rows, a and v columns. A path's weight is ``f(d_a, i_a) * g(d_b, i_b)``: d a degree, ``i_a`` the number
of rows linked to both a and v, ``i_b`` the number of columns linked to both b and u. Both factors come from tables
(see netsparse/linkpred/weights.py), whose entry is 0 where i = d: there every path ends in a link of u.

Both kernels work row by row, resume at row `start`, stop before a row that might not fit into the output, and
return the row to go on with and the number of candidates written. Their memory is a few buffers of a row's or a
column's length, whatever the number of paths.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def walk_rows(start, row_ptr, row_ids, col_ptr, col_ids, row_slot, row_table, col_slot, col_table, pairs, scores):
    """Walk all paths of length 3: for weights that depend on the internal degrees.

    One visit of the walks u - a - b - v of a pair (u, a) yields both the sum of g over b and, by counting, i_a for
    every v it reaches: no co-degree is stored. About 3 ns a walk (two adjacent cells of `reach`, bound by the
    first two cache levels) and 3 ns for each distinct (u, a, v).
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    common, factor = np.zeros(rows, np.int64), np.zeros(rows)
    near = np.empty(rows + 1, np.int64)  # rows that share a column with u
    reach = np.zeros((columns, 2))  # for the current (u, a): number of b, sum of g over them
    ends = np.empty(columns + 1, np.int64)
    total = np.zeros(columns)
    scored = np.empty(columns + 1, np.int64)
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        n_near = _count_common(mine, col_ptr, col_ids, common, near)
        for k in range(n_near):
            b = near[k]
            factor[b] = row_table[row_slot[b] + common[b]]
            common[b] = 0
        n_scored = 0
        for a in mine:
            n_ends = 0
            for b in col_ids[col_ptr[a] : col_ptr[a + 1]]:
                g = factor[b]
                if g > 0.0:  # else all columns of b are linked to u, as for b = u
                    for v in row_ids[row_ptr[b] : row_ptr[b + 1]]:
                        ends[n_ends] = v
                        n_ends += reach[v, 0] == 0.0
                        reach[v, 0] += 1.0
                        reach[v, 1] += g
            for k in range(n_ends):
                v = ends[k]
                scored[n_scored] = v
                n_scored += total[v] == 0.0
                total[v] += col_table[col_slot[a] + int(reach[v, 0])] * reach[v, 1]
                reach[v, 0] = 0.0
                reach[v, 1] = 0.0
        written = _emit(u, mine, scored[:n_scored], total, pairs, scores, written)
        u += 1
    return u, written


@numba.njit(cache=True, nogil=True)
def product_rows(start, row_ptr, row_ids, col_ptr, col_ids, row_factor, col_factor, pairs, scores):
    """Push through the layer three times: for weights f(d_a) g(d_b), whose sum over paths is a product of matrices.

    A row costs the degrees of its columns plus the degrees of the distinct rows they reach: at most all links.
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    middle = np.zeros(rows)
    near = np.empty(rows + 1, np.int64)
    total = np.zeros(columns)
    scored = np.empty(columns + 1, np.int64)
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        n_near = 0
        for a in mine:
            for b in col_ids[col_ptr[a] : col_ptr[a + 1]]:
                near[n_near] = b
                n_near += middle[b] == 0.0
                middle[b] += col_factor[a]
        middle[u] = 0.0
        n_scored = 0
        for k in range(n_near):
            b = near[k]
            g = middle[b] * row_factor[b]
            middle[b] = 0.0
            if g > 0.0:
                for v in row_ids[row_ptr[b] : row_ptr[b + 1]]:
                    scored[n_scored] = v
                    n_scored += total[v] == 0.0
                    total[v] += g
        written = _emit(u, mine, scored[:n_scored], total, pairs, scores, written)
        u += 1
    return u, written


@numba.njit(cache=True, nogil=True)
def _count_common(mine, col_ptr, col_ids, common, near):
    """Count for every row the columns it shares with u; list the rows that share one."""
    n_near = 0
    for a in mine:
        for b in col_ids[col_ptr[a] : col_ptr[a + 1]]:
            near[n_near] = b
            n_near += common[b] == 0
            common[b] += 1
    return n_near


@numba.njit(cache=True, nogil=True)
def _emit(u, mine, scored, total, pairs, scores, written):
    """Write the positive scores of the non-links of u, and clear the row's buffer."""
    columns = total.size
    for v in mine:
        total[v] = 0.0
    for v in scored:
        pairs[written] = u * columns + v
        scores[written] = total[v]
        written += total[v] > 0.0
        total[v] = 0.0
    return written
