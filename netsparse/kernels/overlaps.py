"""What the shared neighbours of two neurons on one side of a layer add up to, without storing a pair.

Both kernels go neuron by neuron and count, in an array as long as the side, how many neighbours each other neuron
shares with this one. The time is that of the walks of length 2, the memory that of the side.
"""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled

SHARED_PAIRS, DOT, MINIMUM, MAXIMUM, NEAR, NESTED = range(6)


@compiled()
def overlap_sums(ptr, ids, other_ptr, other_ids):
    """Return per neuron six sums over the other neurons that share s > 0 neighbours with it, shape (neurons, 6).

    SHARED_PAIRS: s (s - 1) / 2. DOT, MINIMUM, MAXIMUM: s over the size of the union, the smaller and the larger
    degree. NEAR: 1. NESTED: s / d_k over those of smaller degree d_k.
    """
    n = ptr.size - 1
    sums = np.zeros((n, 6))
    shared, near = np.zeros(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        own = ptr[i + 1] - ptr[i]
        for k in range(_count_shared(i, ptr, ids, other_ptr, other_ids, shared, near)):
            s, degree = shared[near[k]], ptr[near[k] + 1] - ptr[near[k]]
            shared[near[k]] = 0
            if near[k] == i:
                continue
            sums[i, SHARED_PAIRS] += s * (s - 1) // 2
            sums[i, DOT] += s / (own + degree - s)
            sums[i, MINIMUM] += s / min(own, degree)
            sums[i, MAXIMUM] += s / max(own, degree)
            sums[i, NEAR] += 1
            if own > degree:
                sums[i, NESTED] += s / degree
    return sums


@compiled()
def local_communities(ptr, ids, other_ptr, other_ids):
    """Return per link (i, j) how many neurons on i's side lie on a path of length 3 to j, and the paths' middle links.

    Neuron b of j's neighbours is on such a path where it shares a neighbour other than j with i; it then has as many
    links to i's other neighbours as they share in excess of j.
    """
    n = ptr.size - 1
    neurons, links = np.zeros(ids.size, np.int64), np.zeros(ids.size, np.int64)
    shared, near = np.zeros(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        n_near = _count_shared(i, ptr, ids, other_ptr, other_ids, shared, near)
        for link in range(ptr[i], ptr[i + 1]):
            for b in other_ids[other_ptr[ids[link]] : other_ptr[ids[link] + 1]]:
                if b != i and shared[b] > 1:
                    neurons[link] += 1
                    links[link] += shared[b] - 1
        for k in range(n_near):
            shared[near[k]] = 0
    return neurons, links


@compiled()
def _count_shared(i, ptr, ids, other_ptr, other_ids, shared, near):
    """Count the neighbours that i shares with every neuron of its side; list those where there are any."""
    n_near = 0
    for a in ids[ptr[i] : ptr[i + 1]]:
        for j in other_ids[other_ptr[a] : other_ptr[a + 1]]:
            if shared[j] == 0:
                near[n_near] = j
                n_near += 1
            shared[j] += 1
    return n_near
