"""Neuron layers of a directed graph that does not say them: never guessed, by a rule if one is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidValue, unknown

if TYPE_CHECKING:
    from netsparse.graph.convert import GraphContent

LAYERINGS = ("longest-path",)


def with_layers(content: GraphContent, layering: str | None) -> GraphContent:
    """Return what a graph says, with the layers that a rule gives its nodes; None leaves it as it is.

    Raises
    ------
    ValueError
        If the rule is unknown, nodes have layers already, or the graph is undirected or has a cycle.
    """
    if layering is None:
        return content
    if layering not in LAYERINGS:
        raise unknown("layering", layering, LAYERINGS)
    if any(side is not None for side in content.sides):
        raise InvalidValue(
            f"layering must be left out: nodes have the attribute {content.side!r}", parameter="layering"
        )
    if not content.directed:
        raise InvalidValue("layering needs a directed graph", parameter="layering")
    return replace(content, sides=longest_paths(len(content.sides), content.source, content.target).tolist())


def longest_paths(n_nodes: int, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the number of links of the longest directed path that ends in each node.

    Raises
    ------
    ValueError
        If there is a cycle.

    Notes
    -----
    A node is reached once all before it are; O(nodes + links).

    Examples
    --------
    >>> longest_paths(4, np.array([0, 0, 1, 2]), np.array([1, 3, 2, 3]))
    array([0, 1, 2, 3])
    """
    ones = np.ones(len(sources), dtype=np.int8)
    following = sparse.coo_array((ones, (sources, targets)), shape=(n_nodes, n_nodes)).tocsr()
    waiting = np.bincount(following.indices, minlength=n_nodes)
    lengths = np.full(n_nodes, -1)
    reached, length = np.flatnonzero(waiting == 0), 0
    while reached.size:
        lengths[reached] = length
        heads, counts = np.unique(following[reached].indices, return_counts=True)
        waiting[heads] -= counts
        reached, length = heads[waiting[heads] == 0], length + 1
    if (lengths < 0).any():
        raise InvalidValue("layering needs a graph without cycles: this one has a directed cycle", parameter="layering")
    return lengths
