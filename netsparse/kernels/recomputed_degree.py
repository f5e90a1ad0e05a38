"""Always take the item of largest current degree: lazy heaps over keys that only fall.

A heap orders items by (key, tie), largest first. Keys are refreshed at the top only: an item whose key is out of
date sinks to its place, one whose key holds is the largest indeed. Each removal costs O(log items) plus the
refreshes, which no item needs more often than its key falls. Bound by the scattered access to keys.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def sink(heap, first, size, position, keys, ties):
    """Move the item at `position` of the heap heap[first:first + size] down to where it belongs."""
    item = heap[first + position]
    while 2 * position + 1 < size:
        child = 2 * position + 1
        if child + 1 < size and is_above(heap[first + child + 1], heap[first + child], keys, ties):
            child += 1
        if not is_above(heap[first + child], item, keys, ties):
            break
        heap[first + position] = heap[first + child]
        position = child
    heap[first + position] = item


@njit(cache=True, nogil=True)
def is_above(a, b, keys, ties):
    """Whether item a comes before item b."""
    return keys[a] > keys[b] or (keys[a] == keys[b] and ties[a] > ties[b])


@njit(cache=True, nogil=True)
def build_heaps(members, starts, keys, ties):
    """Return the members with each group arranged as a heap, and the group sizes."""
    heap = members.copy()
    sizes = np.diff(starts)
    for group in range(sizes.size):
        for position in range(sizes[group] // 2 - 1, -1, -1):
            sink(heap, starts[group], sizes[group], position, keys, ties)
    return heap, sizes


@njit(cache=True, nogil=True)
def pop(heap, first, sizes, group, keys, ties):
    """Take the top item of a group's heap away."""
    top = heap[first]
    sizes[group] -= 1
    heap[first] = heap[first + sizes[group]]
    if sizes[group]:
        sink(heap, first, sizes[group], 0, keys, ties)
    return top


@njit(cache=True, nogil=True)
def order_links(sources, targets, degrees, members, starts, turns, ties):
    """Return the removal order of links; at step t the group turns[t] loses one. `degrees` is used up."""
    keys = degrees[sources] * degrees[targets]
    heap, sizes = build_heaps(members, starts, keys, ties)
    order = np.empty(turns.size, dtype=np.int64)
    for step in range(turns.size):
        group = turns[step]
        first = starts[group]
        while True:
            link = heap[first]
            key = degrees[sources[link]] * degrees[targets[link]]
            if key == keys[link]:
                break
            keys[link] = key
            sink(heap, first, sizes[group], 0, keys, ties)
        order[step] = pop(heap, first, sizes, group, keys, ties)
        degrees[sources[link]] -= 1
        degrees[targets[link]] -= 1
    return order


@njit(cache=True, nogil=True)
def order_neurons(indptr, indices, members, starts, turns, ties):
    """Return the removal order of neurons; at step t the group turns[t] loses one."""
    degrees = np.diff(indptr)
    keys = degrees.copy()
    heap, sizes = build_heaps(members, starts, keys, ties)
    order = np.empty(turns.size, dtype=np.int64)
    for step in range(turns.size):
        group = turns[step]
        first = starts[group]
        while keys[heap[first]] != degrees[heap[first]]:
            keys[heap[first]] = degrees[heap[first]]
            sink(heap, first, sizes[group], 0, keys, ties)
        neuron = pop(heap, first, sizes, group, keys, ties)
        order[step] = neuron
        for k in range(indptr[neuron], indptr[neuron + 1]):
            degrees[indices[k]] -= 1
    return order
