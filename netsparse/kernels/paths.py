"""Scores of the non-links of a bipartite layer, summed over its paths u - a - b - v without storing one.

u and b are rows, a and v columns. A path's weight is ``f(d_a, i_a) * g(d_b, i_b)``: d a degree, ``i_a`` the number
of rows linked to both a and v, ``i_b`` the number of columns linked to both b and u. Both factors are looked up in
tables (netsparse/linkpred/weights.py), whose entry is 0 where i = d: there every path ends in a link of u.

Both kernels work row by row, from row `start` to the first that might not fit into the output, and return the
row to go on with and the number of candidates written. Their memory is the workspace, whatever the number of paths.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

COPYING_PAYS = 2  # walks per entry to copy from which on rows between hubs are pruned first; measured


class Workspace(NamedTuple):
    """Buffers for one row u. A kernel finds and leaves the first three all zero, the others in any state."""

    near_sum: np.ndarray  # per row: columns shared with u, or the sum of their factors
    reach: np.ndarray  # per column v, for the current (u, a): number of rows b, sum of g over them
    total: np.ndarray  # per column v: score so far
    factor: np.ndarray  # per row b: g
    near: np.ndarray  # rows that share a column with u
    reached: np.ndarray  # columns v reached from (u, a)
    scored: np.ndarray  # columns v reached from u
    starts: np.ndarray  # per row: where its part of `pool` starts and ends
    ends: np.ndarray
    pool: np.ndarray  # columns of the rows near u, those of u left out

    @classmethod
    def empty(cls, rows: int, columns: int, links: int) -> Workspace:
        """Allocate buffers of the lengths of a row, of a column and, for the pool, of the links."""
        zeros = np.zeros(rows), np.zeros((columns, 2)), np.zeros(columns)
        lists = np.empty(rows + 1, np.int32), np.empty(columns + 1, np.int32), np.empty(columns + 1, np.int32)
        pruned = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(links, np.int32)
        return cls(*zeros, np.empty(rows), *lists, *pruned)


@numba.njit(cache=True, nogil=True)
def walk_rows(start, work, pairs, scores, row_ptr, row_ids, col_ptr, col_ids, row_slot, row_table, col_slot, col_table):
    """Walk all paths of length 3: for weights that depend on the internal degrees.

    One visit of the walks from u over a yields, for every v they reach, both the sum of g over b and i_a, the number
    of b: no co-degree is stored. A row costs its paths plus the degrees of the rows near it, about 3 ns each on a
    sparse layer (each v is reached about once from (u, a)), 1.5 ns between hubs.
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    one_each = np.ones(columns)
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        near = _near_rows(mine, one_each, col_ptr, col_ids, work)
        lists = _lists_of_near(mine, near, row_ptr, row_ids, work)
        for b in near:
            work.factor[b] = row_table[row_slot[b] + int(work.near_sum[b])]
            work.near_sum[b] = 0.0
        n_scored = 0
        for a in mine:
            reached = _reach(col_ids[col_ptr[a] : col_ptr[a + 1]], lists, work)
            n_scored = _add_up(reached, col_table[col_slot[a] :], n_scored, work)
        written = _emit(u, mine, work.scored[:n_scored], work.total, pairs, scores, written)
        u += 1
    return u, written


@numba.njit(cache=True, nogil=True)
def product_rows(start, work, pairs, scores, row_ptr, row_ids, col_ptr, col_ids, row_factor, col_factor):
    """Push through the layer three times: for weights f(d_a) g(d_b), whose sum over paths is a product of matrices.

    A row costs the degrees of its columns and those of the distinct rows they reach: at most all links.
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        near = _near_rows(mine, col_factor, col_ptr, col_ids, work)
        work.near_sum[u] = 0.0
        n_scored = 0
        for b in near:
            g = work.near_sum[b] * row_factor[b]
            work.near_sum[b] = 0.0
            if g > 0.0:
                for v in row_ids[row_ptr[b] : row_ptr[b + 1]]:
                    work.scored[n_scored] = v
                    n_scored += work.total[v] == 0.0
                    work.total[v] += g
        written = _emit(u, mine, work.scored[:n_scored], work.total, pairs, scores, written)
        u += 1
    return u, written


@numba.njit(cache=True, nogil=True)
def _near_rows(mine, weight, col_ptr, col_ids, work):
    """List the rows that share columns with u, and sum the weights of these columns for each."""
    n_near = 0
    for a in mine:
        for b in col_ids[col_ptr[a] : col_ptr[a + 1]]:
            work.near[n_near] = b  # kept only if b is new
            n_near += work.near_sum[b] == 0.0
            work.near_sum[b] += weight[a]
    return work.near[:n_near]


@numba.njit(cache=True, nogil=True)
def _lists_of_near(mine, near, row_ptr, row_ids, work):
    """Return starts, ends and columns of the rows near u, without those of u where leaving them out pays.

    On a sparse layer nearly every walk leads to a non-link of u. Between hubs most lead to links.
    """
    walks, entries = 0.0, 0
    for b in near:
        degree = row_ptr[b + 1] - row_ptr[b]
        walks += work.near_sum[b] * degree
        entries += degree
    if walks < COPYING_PAYS * entries:
        return row_ptr[:-1], row_ptr[1:], row_ids
    for v in mine:
        work.total[v] = 1.0
    size = 0
    for b in near:
        work.starts[b] = size
        for v in row_ids[row_ptr[b] : row_ptr[b + 1]]:
            work.pool[size] = v
            size += work.total[v] == 0.0
        work.ends[b] = size
    for v in mine:
        work.total[v] = 0.0
    return work.starts, work.ends, work.pool


@numba.njit(cache=True, nogil=True)
def _reach(others, lists, work):
    """List the columns v that the rows b of one column a of u link to, with the number of b and their sum of g."""
    starts, ends, ids = lists
    n_reached = 0
    for b in others:
        g = work.factor[b]
        if g > 0.0:  # else all columns of b are linked to u, as for b = u
            for v in ids[starts[b] : ends[b]]:
                work.reached[n_reached] = v
                n_reached += work.reach[v, 0] == 0.0
                work.reach[v, 0] += 1.0
                work.reach[v, 1] += g
    return work.reached[:n_reached]


@numba.njit(cache=True, nogil=True)
def _add_up(reached, table, n_scored, work):
    """Add f(i_a) times the sum of g to the score of each v reached from (u, a)."""
    for v in reached:
        work.scored[n_scored] = v
        n_scored += work.total[v] == 0.0
        work.total[v] += table[int(work.reach[v, 0])] * work.reach[v, 1]
        work.reach[v, 0] = 0.0
        work.reach[v, 1] = 0.0
    return n_scored


@numba.njit(cache=True, nogil=True)
def _emit(u, mine, scored, total, pairs, scores, written):
    """Write the scores of the non-links of u, and clear them."""
    first_pair = u * total.size
    for v in mine:
        total[v] = 0.0
    for v in scored:
        pairs[written] = first_pair + v
        scores[written] = total[v]
        written += total[v] > 0.0
        total[v] = 0.0
    return written
