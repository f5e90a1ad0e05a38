"""Scores of pairs of nodes of a monopartite graph, summed over their common neighbours.

The internal degree of a common neighbour is its number of links to others of them. A link between the two nodes is not
looked at, so that a link is scored as if it were absent. A pair costs the degrees of its common neighbours and of v.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.compile import compiled


class Neighbours(NamedTuple):
    """Buffers for one node u, and for one pair. All marks are cleared after use."""

    of_u: np.ndarray  # whether a node is linked to u
    seen: np.ndarray  # whether a node is among the candidates v
    candidates: np.ndarray
    common: np.ndarray  # whether a node is linked to both
    members: np.ndarray

    @classmethod
    def empty(cls, nodes: int) -> Neighbours:
        """Allocate buffers for a graph of so many nodes."""
        marks = [np.zeros(nodes, np.bool_) for _ in range(3)]
        return cls(marks[0], marks[1], np.empty(nodes, np.int64), marks[2], np.empty(nodes, np.int64))


@compiled()
def neighbour_rows(start, work, pairs, scores, ptr, ids, first, table, counts_links):
    """Score the non-links of node `start` and on, as :func:`netsparse.kernels.local_community.community_rows` does."""
    n = ptr.size - 1
    written = 0
    u = start
    while u < n and written + n <= pairs.size:
        mine = ids[ptr[u] : ptr[u + 1]]
        _mark(mine, work.of_u, True)
        n_candidates = _find_candidates(u, mine, ptr, ids, work)
        base = u * n - (u + 1) * (u + 2) // 2
        for k in range(n_candidates):
            v = work.candidates[k]
            pairs[written] = base + v
            scores[written] = _score(v, ptr, ids, first, table, counts_links, work)
            written += 1
        _mark(mine, work.of_u, False)
        u += 1
    return u, written


@compiled()
def neighbour_pairs(us, vs, scores, work, ptr, ids, first, table, counts_links):
    """Score given pairs, links or not; those of one u should follow each other."""
    k = 0
    while k < us.size:
        u = us[k]
        mine = ids[ptr[u] : ptr[u + 1]]
        _mark(mine, work.of_u, True)
        while k < us.size and us[k] == u:
            scores[k] = _score(vs[k], ptr, ids, first, table, counts_links, work)
            k += 1
        _mark(mine, work.of_u, False)


@compiled()
def _mark(nodes, marks, value):
    for node in nodes:
        marks[node] = value


@compiled()
def _find_candidates(u, mine, ptr, ids, work):
    """List the nodes v > u that share a neighbour with u and are not linked to it."""
    n_candidates = 0
    for z in mine:
        for v in ids[ptr[z] : ptr[z + 1]]:
            if v > u and not work.of_u[v] and not work.seen[v]:
                work.seen[v] = True
                work.candidates[n_candidates] = v
                n_candidates += 1
    _mark(work.candidates[:n_candidates], work.seen, False)
    return n_candidates


@compiled()
def _score(v, ptr, ids, first, table, counts_links, work):
    """Sum what the common neighbours of u and v contribute; their links are counted only if it depends on them."""
    n_members = 0
    for z in ids[ptr[v] : ptr[v + 1]]:
        work.common[z] = work.of_u[z]
        work.members[n_members] = z
        n_members += work.of_u[z]
    members = work.members[:n_members]
    total = 0.0
    for z in members:
        internal = 0
        if counts_links:
            for other in ids[ptr[z] : ptr[z + 1]]:
                internal += work.common[other]
        total += table[first[ptr[z + 1] - ptr[z]] + internal]
    _mark(members, work.common, False)
    return total
