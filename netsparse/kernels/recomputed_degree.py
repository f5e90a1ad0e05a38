"""Always take the item of largest current degree: lazy heaps over keys that only fall.

A heap orders items by (key, tie), largest first. Keys are refreshed at the top only: an item whose key is out of
date sinks to its place, one whose key holds is the largest indeed. Each removal costs O(log items) plus the
refreshes, which no item needs more often than its key falls. Bound by the scattered access to degrees.
"""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled


@compiled()
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


@compiled()
def is_above(a, b, keys, ties):
    """Whether item a comes before item b."""
    return keys[a] > keys[b] or (keys[a] == keys[b] and ties[a] > ties[b])


@compiled()
def build_heaps(members, starts, keys, ties):
    """Return the members with each group arranged as a heap, and the group sizes."""
    heap = members.copy()
    sizes = np.diff(starts)
    for group in range(sizes.size):
        for position in range(sizes[group] // 2 - 1, -1, -1):
            sink(heap, starts[group], sizes[group], position, keys, ties)
    return heap, sizes


@compiled()
def pop(heap, first, sizes, group, keys, ties):
    """Take the top item of a group's heap away."""
    top = heap[first]
    sizes[group] -= 1
    heap[first] = heap[first + sizes[group]]
    if sizes[group]:
        sink(heap, first, sizes[group], 0, keys, ties)
    return top


@compiled()
def best_in_row(row, starts, counts, links, targets, degrees, ties):
    """Return the position in `links` of the row's link of largest (target degree, tie)."""
    best = starts[row]
    for position in range(starts[row] + 1, starts[row] + counts[row]):
        link, leader = links[position], links[best]
        ahead = degrees[targets[link]] - degrees[targets[leader]]
        if ahead > 0 or (ahead == 0 and ties[link] > ties[leader]):
            best = position
    return best


@compiled()
def order_links(row_starts, targets, degrees, rows, group_starts, turns, ties):
    """Return the removal order of links by degree(source) x degree(target), the group turns[t] losing one at step t.

    The heaps hold rows, that is sources: the key of a row is that of its best link, found by a scan. Scanning
    the row costs O(its links) and brings all of them up to date at once. `degrees` is used up.
    """
    links, counts = np.arange(targets.size), np.diff(row_starts)
    keys, row_ties = np.zeros(counts.size, dtype=np.int64), np.zeros(counts.size, dtype=np.int64)
    for row in rows:
        link = links[best_in_row(row, row_starts, counts, links, targets, degrees, ties)]
        keys[row], row_ties[row] = degrees[row] * degrees[targets[link]], ties[link]
    heap, sizes = build_heaps(rows, group_starts, keys, row_ties)
    order = np.empty(turns.size, dtype=np.int64)
    for step in range(turns.size):
        group = turns[step]
        first = group_starts[group]
        while True:
            row = heap[first]
            best = best_in_row(row, row_starts, counts, links, targets, degrees, ties)
            link = links[best]
            key = degrees[row] * degrees[targets[link]]
            if key == keys[row] and ties[link] == row_ties[row]:
                break
            keys[row], row_ties[row] = key, ties[link]
            sink(heap, first, sizes[group], 0, keys, row_ties)
        order[step] = link
        degrees[row] -= 1
        degrees[targets[link]] -= 1
        counts[row] -= 1
        links[best] = links[row_starts[row] + counts[row]]
        if counts[row] == 0:
            pop(heap, first, sizes, group, keys, row_ties)
    return order


@compiled()
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
