"""Greedy routing: every node passes on to the neighbour that is nearest to the target."""

from __future__ import annotations

import math

import numpy as np

from netsparse.kernels.compile import compiled


@compiled()
def route(ptr, ids, angles, radii):
    """Return the number of steps from each source to each target, 0 where the walk turns back; O(nodes x links).

    Distances are hyperbolic; of equally near neighbours the first is taken. The neighbour that a node passes on to
    depends on the target alone, so that it is found once for each target.
    """
    n = ptr.size - 1
    steps, near, following = np.zeros((n, n), np.int64), np.empty(n), np.empty(n, np.int64)
    for target in range(n):
        for node in range(n):
            near[node] = _distance(angles[node], radii[node], angles[target], radii[target])
        near[target] = -1.0  # a neighbour of the target passes on to it even if another one lies there too
        for node in range(n):
            best = ids[ptr[node]]
            for other in ids[ptr[node] : ptr[node + 1]]:
                if near[other] < near[best]:
                    best = other
            following[node] = best
        for source in range(n):
            node, count = source, 0
            while node != target and count < n:
                after = following[node]
                count += 1
                if after != target and following[after] == node:
                    count = n
                node = after
            if node == target:
                steps[source, target] = count
    return steps


@compiled()
def _distance(angle, radius, other_angle, other_radius):
    apart = math.pi - abs(math.pi - abs(angle - other_angle))
    cosine = math.cosh(radius) * math.cosh(other_radius) - math.sinh(radius) * math.sinh(other_radius) * math.cos(apart)
    return math.acosh(max(cosine, 1.0))
