"""Scores of the non-links of a bipartite layer, summed over its paths u - a - b - v without storing one.

u and b are rows, a and v columns. A path's weight is ``f(d_a, i_a) * g(d_b, i_b)``: d a degree, ``i_a`` the number
of rows linked to both a and v, ``i_b`` the number of columns linked to both b and u.

The kernels work row by row, from row `start` to the first that might not fit into the output, and return the
row to go on with and the number of candidates written. For a row u they first copy its surroundings: the rows
near u (those that share a column with it), each with its columns that are not linked to u. All later work is on
these copies, with rows and columns numbered as they come (numbering.py), so that it stays in the cache however large
the layer, and is spared the walks that end in a link of u, which between hubs are most. Memory is the workspace,
whatever the number of paths.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.compile import compiled
from netsparse.kernels.numbering import OWN_SLOTS, UNSEEN, Numbers, choose_shift, find_slot, forget

LINKED = -2  # stands for the number of a column linked to u


class Workspace(NamedTuple):
    """Buffers for the surroundings of one row u. "Near" and "candidate" number rows and columns as they come."""

    near_of_row: Numbers  # near numbers of rows
    candidate_of_column: Numbers  # candidate numbers of columns, LINKED for those linked to u
    near_rows: np.ndarray  # per near number: the row
    near_sum: np.ndarray  # columns it shares with u, or the sum of their factors
    factor: np.ndarray  # g
    starts: np.ndarray  # where its part of `lists` starts
    lists: np.ndarray  # candidates linked to each near row
    steps: np.ndarray  # near rows of all walks u - a - b, in the order of a
    candidates: np.ndarray  # per candidate number: the column
    total: np.ndarray  # its score so far; zero before and after each row u
    reach: np.ndarray  # for the current (u, a): number of near rows b, sum of g over them; zero before and after
    reached: np.ndarray  # candidates reached from (u, a)

    @classmethod
    def empty(cls, rows: int, columns: int, links: int) -> Workspace:
        """Allocate buffers for a layer of this size: O(rows + columns + links)."""
        numbers = Numbers.empty(rows), Numbers.empty(columns)
        near = np.empty(rows + 1, np.int32), np.empty(rows + 1), np.empty(rows + 1), np.empty(rows + 1, np.int64)
        lists = np.empty(links + 1, np.int32), np.empty(links + 1, np.int32), np.empty(columns + 1, np.int32)
        return cls(*numbers, *near, *lists, np.zeros(columns), np.zeros((columns, 2)), np.empty(columns + 1, np.int32))


@compiled()
def walk_rows(
    start, work, pairs, scores, row_ptr, row_ids, col_ptr, col_ids, row_first, row_table, col_first, col_table
):
    """Walk all paths of length 3: for weights that depend on the internal degrees.

    One visit of the walks from u over a yields, for every v they reach, both the sum of g over b and i_a, the number
    of b: no co-degree is stored. A row costs its paths plus the degrees of its near rows, about 4 ns each on a
    sparse layer, 1.5 ns between hubs.
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    one_each = np.ones(columns)
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        n_near = _find_near(mine, one_each, col_ptr, col_ids, work)
        n_candidates = _copy_lists(mine, n_near, row_ptr, row_ids, work)
        for k in range(n_near):
            b = work.near_rows[k]
            work.factor[k] = row_table[row_first[row_ptr[b + 1] - row_ptr[b]] + int(work.near_sum[k])]
        step = 0
        for a in mine:
            degree = col_ptr[a + 1] - col_ptr[a]
            reached = _reach(work.steps[step : step + degree], work)
            _add_up(reached, col_table[col_first[degree] :], work)
            step += degree
        written = _emit(u * columns, n_candidates, work, pairs, scores, written)
        u += 1
    return u, written


@compiled()
def node_rows(
    start, work, pairs, scores, row_ptr, row_ids, col_ptr, col_ids, row_first, row_table, col_first, col_table
):
    """Walk all paths, but sum what their nodes contribute, each node once: g over all b and f over all a.

    A row costs what :func:`walk_rows` takes for it.
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    one_each = np.ones(columns)
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        n_near = _find_near(mine, one_each, col_ptr, col_ids, work)
        n_candidates = _copy_lists(mine, n_near, row_ptr, row_ids, work)
        for k in range(n_near):
            b = work.near_rows[k]
            weight = row_table[row_first[row_ptr[b + 1] - row_ptr[b]] + int(work.near_sum[k])]
            for c in work.lists[work.starts[k] : work.starts[k + 1]]:
                work.total[c] += weight
            work.factor[k] = 0.0
        step = 0
        for a in mine:
            degree = col_ptr[a + 1] - col_ptr[a]
            for c in _reach(work.steps[step : step + degree], work):
                work.total[c] += col_table[col_first[degree] + int(work.reach[c, 0])]
                work.reach[c, 0] = 0.0
            step += degree
        written = _emit(u * columns, n_candidates, work, pairs, scores, written)
        u += 1
    return u, written


@compiled()
def product_rows(start, work, pairs, scores, row_ptr, row_ids, col_ptr, col_ids, row_factor, col_factor):
    """Push through the layer three times: for weights f(d_a) g(d_b), whose sum over paths is a product of matrices.

    A row costs the degrees of its columns and those of its near rows: at most all links.
    """
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    written = 0
    u = start
    while u < rows and written + columns <= pairs.size:
        mine = row_ids[row_ptr[u] : row_ptr[u + 1]]
        n_near = _find_near(mine, col_factor, col_ptr, col_ids, work)
        n_candidates = _copy_lists(mine, n_near, row_ptr, row_ids, work)
        for k in range(n_near):
            weight = work.near_sum[k] * row_factor[work.near_rows[k]]
            for c in work.lists[work.starts[k] : work.starts[k + 1]]:
                work.total[c] += weight
        written = _emit(u * columns, n_candidates, work, pairs, scores, written)
        u += 1
    return u, written


@compiled()
def _find_near(mine, weight, col_ptr, col_ids, work):
    """Number the rows near u, sum the weights of the columns each shares with u, and note every step a - b."""
    numbers = work.near_of_row
    shift = choose_shift(_fetch_lists(mine, col_ptr, col_ids, work), numbers)
    n_near, step = 0, 0
    for a in mine:
        for b in col_ids[col_ptr[a] : col_ptr[a + 1]]:
            slot = find_slot(b, numbers, shift)
            k = numbers.slots[slot]
            if k == UNSEEN:
                k = n_near
                numbers.slots[slot] = k
                work.near_rows[k] = b
                work.near_sum[k] = 0.0
                n_near += 1
            work.near_sum[k] += weight[a]
            work.steps[step] = k
            step += 1
    forget(work.near_rows[:n_near], numbers, shift)
    return n_near


@compiled()
def _fetch_lists(nodes, ptr, ids, work):
    """Ask memory for all these lists at once, as on a large layer each is a cache miss; return their joint length."""
    length, ends = 0, 0
    for node in nodes:
        first, last = ptr[node], ptr[node + 1] - 1
        length += last + 1 - first
        ends ^= ids[first] ^ ids[last]
    work.starts[0] = ends  # otherwise the compiler would drop the reading
    return length


@compiled()
def _copy_lists(mine, n_near, row_ptr, row_ids, work):
    """Copy the columns of the near rows, those linked to u left out, and number these candidates."""
    near, numbers = work.near_rows[:n_near], work.candidate_of_column
    shift = choose_shift(mine.size + _fetch_lists(near, row_ptr, row_ids, work), numbers)
    for v in mine:
        numbers.slots[find_slot(v, numbers, shift)] = LINKED
    n_candidates, size = 0, 0
    for k in range(n_near):
        b = near[k]
        work.starts[k] = size
        for v in row_ids[row_ptr[b] : row_ptr[b + 1]]:
            slot = find_slot(v, numbers, shift)
            c = numbers.slots[slot]
            work.candidates[n_candidates] = v  # kept only if v is new; a branch would be mispredicted
            c = n_candidates if c == UNSEEN else c
            numbers.slots[slot] = c
            n_candidates += c == n_candidates
            work.lists[size] = c
            size += c != LINKED
    work.starts[n_near] = size
    forget(work.candidates[:n_candidates], numbers, shift)
    if shift == OWN_SLOTS:  # hashed, they are forgotten already
        forget(mine, numbers, shift)
    return n_candidates


@compiled()
def _reach(steps, work):
    """List the candidates linked to the rows b of one column a of u, with the number of b and their sum of g."""
    n_reached = 0
    for k in steps:
        g = work.factor[k]
        for c in work.lists[work.starts[k] : work.starts[k + 1]]:
            work.reached[n_reached] = c  # kept only if c is new
            n_reached += work.reach[c, 0] == 0.0
            work.reach[c, 0] += 1.0
            work.reach[c, 1] += g
    return work.reached[:n_reached]


@compiled()
def _add_up(reached, table, work):
    """Add f(i_a) times the sum of g to the score of each candidate reached from (u, a)."""
    for c in reached:
        work.total[c] += table[int(work.reach[c, 0])] * work.reach[c, 1]
        work.reach[c, 0] = 0.0
        work.reach[c, 1] = 0.0


@compiled()
def _emit(first_pair, n_candidates, work, pairs, scores, written):
    """Write the candidates of u with their scores, and clear the scores."""
    for c in range(n_candidates):
        pairs[written] = first_pair + work.candidates[c]
        scores[written] = work.total[c]
        work.total[c] = 0.0
        written += 1
    return written
