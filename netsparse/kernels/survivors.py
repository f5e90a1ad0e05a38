"""How many lives reach each age."""

from __future__ import annotations

from netsparse.kernels.compile import compiled


@compiled()
def add_survivors(lives, counts):
    """Write how many lives are at least k into counts[k]; `counts` is zero before, and no life is longer than it."""
    for life in lives:
        if life >= 0:
            counts[life] += 1
    alive = 0
    for k in range(counts.size - 1, -1, -1):
        alive += counts[k]
        counts[k] = alive
