"""Numbers for the nodes of a small set, given as they come, whatever the range the nodes are from.

A number is kept in a slot. With an array of one slot per node, a set of a thousand nodes spread over a million costs
a thousand cache misses; so where the set is far smaller than the range, a node's slot is found by hashing, in the
first part of the array, as small as the set. Where it is not, every node has the slot of its own index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.compile import compiled

UNSEEN = -1
OWN_SLOTS = 0  # the shift that stands for: no hashing
SLOTS_PER_NODE = 2  # at least; then a search looks at 1.5 slots on average, at 2.5 for a new node
LEAST_SAVING = 8  # hash where this makes the slots so many times fewer: below, the array is in the cache anyway
BITS = 32
LOW_BITS = (1 << BITS) - 1
GOLDEN_RATIO = 0x9E3779B1  # 2**32 / 1.618: the low bits of its multiples spread evenly (Fibonacci hashing)


class Numbers(NamedTuple):
    """Two arrays as long as the range of nodes."""

    slots: np.ndarray  # numbers; UNSEEN before and after each set
    nodes: np.ndarray  # whose number a slot holds, where hashed

    @classmethod
    def empty(cls, nodes: int) -> Numbers:
        """Allocate the slots of nodes 0, ..., nodes - 1."""
        return cls(np.full(nodes, UNSEEN, np.int32), np.empty(nodes, np.int32))


@compiled()
def choose_shift(size, numbers):
    """Return how to find slots for a set of at most `size` nodes: by their own index, or by a hash and its shift."""
    bits = 4
    while (1 << bits) < SLOTS_PER_NODE * size:
        bits += 1
    return BITS - bits if LEAST_SAVING << bits <= numbers.slots.size else OWN_SLOTS


@compiled()
def find_slot(node, numbers, shift):
    """Return the slot of a node; the caller puts its number there if it is UNSEEN."""
    if shift == OWN_SLOTS:
        return np.int64(node)
    last = (1 << (BITS - shift)) - 1
    slot = ((np.int64(node) * GOLDEN_RATIO) & LOW_BITS) >> shift
    while numbers.slots[slot] != UNSEEN and numbers.nodes[slot] != node:
        slot = (slot + 1) & last
    numbers.nodes[slot] = node
    return slot


@compiled()
def forget(nodes, numbers, shift):
    """Make the slots of these nodes UNSEEN; where hashed, all slots."""
    if shift == OWN_SLOTS:
        for node in nodes:
            numbers.slots[node] = UNSEEN
    else:
        numbers.slots[: 1 << (BITS - shift)] = UNSEEN
