"""What a node between two others contributes to their score: a ratio of functions of its degrees.

Of the nodes of a local community, those on the paths that join two nodes, the internal degree i of one counts its links
to others of it, the external degree e those to neither of it nor of the two, and d all. The scores are made of these
ratios x: path-based ones sum the geometric mean of the two x of each path of length 3, node-based ones sum the x of all
nodes on such paths, and those of length 2 the x of the common neighbours.

On a path u - a - b - v of a layer, the internal degree of a is its number of links to rows linked to v, that of b its
number of links to columns linked to u, and ``1 + e = d - i``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Ratio = tuple[np.ndarray, np.ndarray]
Contribution = Callable[[np.ndarray, np.ndarray, np.ndarray], Ratio]
"""Function of internal, external and all links; returns numerator and denominator, positive wherever i >= 1."""


def count(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """L3: 1."""
    return np.ones(degree.shape), np.ones(degree.shape)


def resource_allocation(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """RA: 1 / d."""
    return np.ones(degree.shape), degree


def cannistraci_hebb_1(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """CH1: i / d."""
    return internal, degree


def cannistraci_hebb_2(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """CH2: (1 + i) / (1 + e)."""
    return 1 + internal, 1 + external


def cannistraci_hebb_3(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """CH3: 1 / (1 + e)."""
    return np.ones(degree.shape), 1 + external


def cannistraci_hebb_3_1(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """CH3.1: (1 + i) / (1 + e)^(1 + e / (1 + e))."""
    return 1 + internal, (1.0 + external) ** (1 + external / (1 + external))


def local_community_links(internal: np.ndarray, external: np.ndarray, degree: np.ndarray) -> Ratio:
    """iLCL: i / (1 + i)."""
    return internal, 1 + internal


def tabulate(
    contribution: Contribution, degrees: np.ndarray, *, root: bool = False, ends: int = 1, least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Tabulate a contribution for all degrees that occur, so that kernels look it up and methods need no kernel.

    Parameters
    ----------
    contribution : function
    degrees : numpy.ndarray of int
        Degrees of the nodes.
    root : bool
        Whether to tabulate the square root, of which a path multiplies two.
    ends : int
        How many of the two nodes to be joined a node between them is linked to: e = d - ends - i.
    least : int
        The least internal degree that occurs: on a path of length 3 it is 1.

    Returns
    -------
    first : numpy.ndarray of int64, shape (largest degree + 1,)
        Where the entries of a degree start: a node's factor is ``table[first[degree] + internal degree]``.
    table : numpy.ndarray of float64
        For each degree d that occurs, the factors for i = 0, ..., d; 0 where i is less than `least` and where e would
        be negative, as no path leads there. At most nodes + links entries.
    """
    occurs = np.bincount(degrees) > 0
    ends_of_runs = np.cumsum(occurs * np.arange(1, occurs.size + 1))
    first = ends_of_runs - np.arange(1, occurs.size + 1)
    distinct = np.flatnonzero(occurs)
    degree = np.repeat(distinct, distinct + 1)
    internal = np.arange(degree.size) - first[degree]
    external = degree - ends - internal
    table = np.zeros(degree.size)
    possible = (internal >= least) & (external >= 0)
    numerator, denominator = contribution(internal[possible], external[possible], degree[possible])
    table[possible] = np.sqrt(numerator) / np.sqrt(denominator) if root else numerator / denominator
    return first, table


def by_degree(contribution: Contribution, degrees: np.ndarray, *, root: bool) -> np.ndarray:
    """Return each node's factor, for a contribution that depends on nothing but the degree; 0 for isolated nodes."""
    factors = np.zeros(degrees.shape)
    linked = np.flatnonzero(degrees)
    some = np.ones(linked.size, dtype=np.int64)
    numerator, denominator = contribution(some, some, degrees[linked])
    factors[linked] = np.sqrt(numerator) / np.sqrt(denominator) if root else numerator / denominator
    return factors
