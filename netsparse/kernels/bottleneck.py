"""Widest-path values pushed across one layer."""

from __future__ import annotations

from netsparse.kernels.compile import compiled


@compiled()
def spread(sources, targets, ranks, before, after):
    """Raise after[target, t] to min(before[source, t], rank) over all links, for each terminal t.

    Two reads and a comparison per link and terminal: bound by the scattered access to `after`. Swapping
    `sources` and `targets` runs it backward through the layer.
    """
    n_terminals = before.shape[1]
    for link in range(ranks.shape[0]):
        source, target, rank = sources[link], targets[link], ranks[link]
        for terminal in range(n_terminals):
            value = min(before[source, terminal], rank)
            if value > after[target, terminal]:
                after[target, terminal] = value
