"""Components of a graph that grows link by link."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled


@compiled()
def find_root(parent, node):
    """Return the root of `node`, halving the path to it on the way."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled()
def grow_components(n_neurons, sources, targets, lives, longest_first, present):
    """Return the largest component and the sum of squared component sizes after k removals, k = 0 .. m.

    k runs from m down to 0, and the links of life k, `longest_first` lists them by falling life, join their
    ends. `present[k]` neurons exist after k removals; an absent one has no living link, so that its one-node
    tree only has to be left out of the counts. Two finds per link, bound by cache misses.
    """
    parent = np.arange(n_neurons)
    size = np.ones(n_neurons, dtype=np.int64)
    largest = np.zeros(present.shape[0], dtype=np.int64)
    squares = np.zeros(present.shape[0], dtype=np.int64)
    best, joined, next_link = 1, 0, 0  # joined: what the unions added to the sum of squares
    for k in range(present.shape[0] - 1, -1, -1):
        while next_link < longest_first.shape[0] and lives[longest_first[next_link]] >= k:
            link = longest_first[next_link]
            big, small = find_root(parent, sources[link]), find_root(parent, targets[link])
            if size[big] < size[small]:
                big, small = small, big
            if big != small:
                joined += 2 * size[big] * size[small]
                size[big] += size[small]
                parent[small] = big
                best = max(best, size[big])
            next_link += 1
        largest[k] = best if present[k] > 0 else 0
        squares[k] = present[k] + joined
    return largest, squares
