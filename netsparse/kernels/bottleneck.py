"""Widest-path values carried across one layer: how long each neuron is heard or heeded while links disappear."""

from __future__ import annotations

from netsparse.kernels.compile import compiled


@compiled()
def push(indptr, columns, ranks, before, after):
    """Raise after[column] to min(before[row], rank) over all links.

    A read and a comparison per link: bound by the scattered access to `after`.
    """
    for row in range(indptr.size - 1):
        value = before[row]
        for link in range(indptr[row], indptr[row + 1]):
            column, width = columns[link], min(value, ranks[link])
            if width > after[column]:
                after[column] = width


@compiled()
def pull(indptr, columns, ranks, before, after, heard, lives):
    """Raise before[row] to min(after[column], rank) over all links, and write min(heard[row], that) for each link.

    The converse of `push`: `after` says how long a column reaches the outputs, `heard` how long an input reaches a
    row, and the life of a link is the least of both and its rank.
    """
    for row in range(indptr.size - 1):
        best, value = before[row], heard[row]
        for link in range(indptr[row], indptr[row + 1]):
            width = min(after[columns[link]], ranks[link])
            lives[link] = min(value, width)
            best = max(best, width)
        before[row] = best


@compiled()
def spread(sources, targets, ranks, before, after):
    """Raise after[target, t] to min(before[source, t], rank) over all links, for each terminal t.

    As `push`, of many values at once, and in either direction: swapping `sources` and `targets` runs it backward
    through the layer.
    """
    n_terminals = before.shape[1]
    for link in range(ranks.shape[0]):
        source, target, rank = sources[link], targets[link], ranks[link]
        for terminal in range(n_terminals):
            value = min(before[source, terminal], rank)
            if value > after[target, terminal]:
                after[target, terminal] = value
