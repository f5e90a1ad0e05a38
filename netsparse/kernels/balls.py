"""Sums over the rim of every node's neighbourhood."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled


@compiled()
def rim_sums(indptr, indices, values, radius):
    """Return, for each node, the sum of `values` over the nodes at distance exactly `radius`.

    One breadth-first search a node; `visited` holds the last search that saw a node, so that nothing is cleared
    between searches. Two reads per link inside the ball: bound by the scattered access to `visited`.
    """
    n = indptr.size - 1
    sums = np.zeros(n, dtype=np.int64)
    visited = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    for start in range(n):
        visited[start] = start
        queue[0] = start
        first, last = 0, 1  # queue[first:last] is the rim reached so far
        for _ in range(radius):
            stop = last
            for position in range(first, stop):
                node = queue[position]
                for k in range(indptr[node], indptr[node + 1]):
                    neighbour = indices[k]
                    if visited[neighbour] != start:
                        visited[neighbour] = start
                        queue[last] = neighbour
                        last += 1
            first = stop
        for position in range(first, last):
            sums[start] += values[queue[position]]
    return sums
