"""How many nodes a breadth-first search finds at each distance."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled


@compiled()
def count_distances(ptr, ids, n_first, sources):
    """Return the number of nodes at each distance from the sources, by side of source and of target.

    Nodes below `n_first` are on side 0, the others on side 1. Shape (2, 2, distances), distance 0 left out; the last
    entries may be 0. O(sources x links), an array of a number per node.
    """
    n = ptr.size - 1
    counts = np.zeros((2, 2, 16), np.int64)
    distance, queue = np.full(n, -1), np.empty(n, np.int64)
    for source in sources:
        side = int(source >= n_first)
        distance[source], queue[0] = 0, source
        head, tail = 0, 1
        while head < tail:
            node = queue[head]
            head += 1
            for other in ids[ptr[node] : ptr[node + 1]]:
                if distance[other] < 0:
                    distance[other] = distance[node] + 1
                    queue[tail] = other
                    tail += 1
        farthest = distance[queue[tail - 1]]
        if farthest > counts.shape[2]:
            larger = np.zeros((2, 2, 2 * farthest), np.int64)
            larger[:, :, : counts.shape[2]] = counts
            counts = larger
        for k in range(1, tail):
            counts[side, int(queue[k] >= n_first), distance[queue[k]] - 1] += 1
        for k in range(tail):
            distance[queue[k]] = -1
    return counts
