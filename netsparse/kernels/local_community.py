"""Scores of pairs of nodes of a monopartite graph by the local community of their paths u - a - b - v.

The community of u and v are all nodes a and b on such paths. The internal degree of one is its number of links to
others of it, the external degree that of links to neither it nor u nor v; what it contributes stands in a table for
nodes linked to one of u and v, and in another for those linked to both. A link between u and v is not looked at, so
that a link is scored as if it were absent.

For a node u it is noted once which of its neighbours a each other node b is linked to. A pair then costs its paths, the
degree of v, and for each node of the community the links that lead up, to nodes of higher degree: these are few even
for hubs, and each link within the community leads up from one of its ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.compile import compiled


class Communities(NamedTuple):
    """Buffers for one node u, and for one pair. All marks and counts are cleared after use."""

    of_u: np.ndarray  # whether a node is linked to u
    n_shared: np.ndarray  # per node b other than u: neighbours of u that it is linked to
    near: np.ndarray  # the nodes b that have any
    starts: np.ndarray  # where those of b start in `shared`
    shared: np.ndarray
    seen: np.ndarray  # whether a node is among the candidates v
    candidates: np.ndarray
    of_v: np.ndarray  # whether a node is linked to v
    inside: np.ndarray  # whether a node is in the community
    members: np.ndarray
    internal: np.ndarray  # internal degree of a node of the community
    factor: np.ndarray  # what it contributes

    @classmethod
    def empty(cls, nodes: int, links: int) -> Communities:
        """Allocate buffers for a graph of this size: O(nodes + links)."""
        marks = [np.zeros(nodes, np.bool_) for _ in range(4)]
        lists = [np.empty(nodes, np.int64) for _ in range(4)]
        counts = [np.zeros(nodes, np.int64) for _ in range(2)]
        of_near = counts[0], lists[0], lists[1], np.empty(2 * links, np.int32)
        of_pair = marks[2], marks[3], lists[3], counts[1], np.zeros(nodes)
        return cls(marks[0], *of_near, marks[1], lists[2], *of_pair)


@compiled()
def community_rows(start, work, pairs, scores, ptr, ids, up_ptr, up_ids, first, one_end, both_ends, of_paths):
    """Score the non-links of node `start` and on to nodes v > u, as long as the output has room for all of a node.

    Return the node to go on with and the number of pairs written: u n + v - (u + 1)(u + 2) / 2, counted from 0.
    """
    n = ptr.size - 1
    written = 0
    u = start
    while u < n and written + n <= pairs.size:
        n_near = _find_near(u, ptr, ids, work)
        n_candidates = _find_candidates(u, n_near, ptr, ids, work)
        base = u * n - (u + 1) * (u + 2) // 2
        for k in range(n_candidates):
            v = work.candidates[k]
            pairs[written] = base + v
            scores[written] = _score(u, v, ptr, ids, up_ptr, up_ids, first, one_end, both_ends, of_paths, work)
            written += 1
        _forget(u, n_near, ptr, ids, work)
        u += 1
    return u, written


@compiled()
def community_pairs(us, vs, scores, work, ptr, ids, up_ptr, up_ids, first, one_end, both_ends, of_paths):
    """Score given pairs, links or not; those of one u should follow each other."""
    k = 0
    while k < us.size:
        u = us[k]
        n_near = _find_near(u, ptr, ids, work)
        while k < us.size and us[k] == u:
            scores[k] = _score(u, vs[k], ptr, ids, up_ptr, up_ids, first, one_end, both_ends, of_paths, work)
            k += 1
        _forget(u, n_near, ptr, ids, work)


@compiled()
def _find_near(u, ptr, ids, work):
    """Mark the neighbours of u, list the nodes linked to them, and for each of these, to which."""
    n_near = 0
    for a in ids[ptr[u] : ptr[u + 1]]:
        work.of_u[a] = True
        for b in ids[ptr[a] : ptr[a + 1]]:
            if b != u:
                work.near[n_near] = b
                n_near += work.n_shared[b] == 0
                work.n_shared[b] += 1
    size = 0
    for b in work.near[:n_near]:
        work.starts[b] = size
        size += work.n_shared[b]
        work.n_shared[b] = 0
    for a in ids[ptr[u] : ptr[u + 1]]:
        for b in ids[ptr[a] : ptr[a + 1]]:
            if b != u:
                work.shared[work.starts[b] + work.n_shared[b]] = a
                work.n_shared[b] += 1
    return n_near


@compiled()
def _find_candidates(u, n_near, ptr, ids, work):
    """List the nodes v > u that are linked to a near node and not to u."""
    n_candidates = 0
    for b in work.near[:n_near]:
        for v in ids[ptr[b] : ptr[b + 1]]:
            if v > u and not work.of_u[v] and not work.seen[v]:
                work.seen[v] = True
                work.candidates[n_candidates] = v
                n_candidates += 1
    for v in work.candidates[:n_candidates]:
        work.seen[v] = False
    return n_candidates


@compiled()
def _forget(u, n_near, ptr, ids, work):
    for a in ids[ptr[u] : ptr[u + 1]]:
        work.of_u[a] = False
    for b in work.near[:n_near]:
        work.n_shared[b] = 0


@compiled()
def _score(u, v, ptr, ids, up_ptr, up_ids, first, one_end, both_ends, of_paths, work):
    """Sum over the paths from u to v the products of their two factors, or over their nodes the factors."""
    n_members = _find_community(u, v, ptr, ids, work)
    members = work.members[:n_members]
    for z in members:
        for other in up_ids[up_ptr[z] : up_ptr[z + 1]]:
            linked = work.inside[other]  # a branch would be mispredicted
            work.internal[z] += linked
            work.internal[other] += linked
    total = 0.0
    for z in members:
        table = both_ends if work.of_u[z] and work.of_v[z] else one_end
        work.factor[z] = table[first[ptr[z + 1] - ptr[z]] + work.internal[z]]
        total += work.factor[z]
    if of_paths:
        total = _sum_paths(u, v, ptr, ids, work)
    for z in members:
        work.inside[z] = False
        work.internal[z] = 0
    for b in ids[ptr[v] : ptr[v + 1]]:
        work.of_v[b] = False
    return total


@compiled()
def _find_community(u, v, ptr, ids, work):
    """Mark the neighbours of v, and mark and list the nodes on paths from u to v."""
    n_members = 0
    for b in ids[ptr[v] : ptr[v + 1]]:
        work.of_v[b] = True
        if b == u:
            continue
        on_path = False
        for a in work.shared[work.starts[b] : work.starts[b] + work.n_shared[b]]:
            if a != v:
                on_path = True
                if not work.inside[a]:
                    work.inside[a] = True
                    work.members[n_members] = a
                    n_members += 1
        if on_path and not work.inside[b]:
            work.inside[b] = True
            work.members[n_members] = b
            n_members += 1
    return n_members


@compiled()
def _sum_paths(u, v, ptr, ids, work):
    total = 0.0
    for b in ids[ptr[v] : ptr[v + 1]]:
        if b != u and work.n_shared[b] > 0:
            into = 0.0
            for a in work.shared[work.starts[b] : work.starts[b] + work.n_shared[b]]:
                if a != v:
                    into += work.factor[a]
            total += into * work.factor[b]
    return total
