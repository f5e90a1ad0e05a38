"""How many nodes a breadth-first search finds at each distance, from 64 sources at a time: a bit of a word for each."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled

WORD = 64
_ONE = np.uint64(1)
_PAIRS, _FOURS, _BYTES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_SUM, _SHIFT = np.uint64(0x0101010101010101), np.uint64(56)


@compiled()
def count_distances(ptr, ids, n_first, sources):
    """Return the number of nodes at each distance from the sources, by side of source and of target.

    Nodes below `n_first` are on side 0, the others on side 1. Shape (2, 2, distances), distance 0 left out; the last
    entries may be 0. O(sources x links / 64) where distances are short, at most O(sources x links).
    """
    n = ptr.size - 1
    counts = np.zeros((2, 2, 16), np.int64)
    seen, now, then = np.zeros(n, np.uint64), np.zeros(n, np.uint64), np.zeros(n, np.uint64)
    active, reached = np.empty(n, np.int64), np.empty(n, np.int64)
    for start in range(0, sources.size, WORD):
        seen[:] = 0
        on_first, n_active, distance = np.uint64(0), 0, 0
        for k in range(min(WORD, sources.size - start)):
            source, bit = sources[start + k], _ONE << np.uint64(k)
            seen[source], now[source], active[n_active] = bit, bit, source
            n_active += 1
            if source < n_first:
                on_first |= bit
        while n_active:
            n_reached = _step(ptr, ids, active[:n_active], reached, seen, now, then)
            if distance == counts.shape[2]:
                longer = np.zeros((2, 2, 2 * distance), np.int64)
                longer[:, :, :distance] = counts
                counts = longer
            for k in range(n_reached):
                node = reached[k]
                seen[node] |= then[node]
                side = int(node >= n_first)
                counts[0, side, distance] += _n_bits(then[node] & on_first)
                counts[1, side, distance] += _n_bits(then[node] & ~on_first)
                now[node], then[node] = then[node], np.uint64(0)
                active[k] = node
            n_active = n_reached
            distance += 1
    return counts


@compiled()
def _step(ptr, ids, active, reached, seen, now, then):
    """Send the bits of the active nodes on to where they are new; list the nodes that get any, and return how many."""
    n_reached = 0
    for node in active:
        bits = now[node]
        now[node] = np.uint64(0)
        for other in ids[ptr[node] : ptr[node + 1]]:
            new = bits & ~seen[other]
            if new:
                if not then[other]:
                    reached[n_reached] = other
                    n_reached += 1
                then[other] |= new
    return n_reached


@compiled()
def _n_bits(word):
    """Return the number of bits set in a word of 64."""
    word -= (word >> _ONE) & _PAIRS
    word = (word & _FOURS) + ((word >> np.uint64(2)) & _FOURS)
    word = (word + (word >> np.uint64(4))) & _BYTES
    return np.int64((word * _SUM) >> _SHIFT)
