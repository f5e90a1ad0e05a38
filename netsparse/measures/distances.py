"""Path lengths and efficiency of a layer, by kind of pair."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import check_count
from netsparse.graph import BipartiteLayer
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import block

PAIRS = ("row-row", "row-column", "column-column")
LARGE, SOURCES = 5000, 500
"""Neurons from which on `paths` starts from some of them only, and from how many."""


class PathLengths(NamedTuple):
    """Distances of the pairs of one kind.

    Attributes
    ----------
    length : float
        Mean distance of the pairs with a path; NaN if there is none.
    efficiency : float
        Mean of 1 / distance over all pairs, 0 where there is no path; NaN if there is no pair.
    reachable : float
        Share of the pairs that have a path; NaN if there is no pair.
    diameter : float
        Largest distance found; NaN if no pair has a path.
    """

    length: float
    efficiency: float
    reachable: float
    diameter: float


def path_lengths(layer: BipartiteLayer, *, sources: int | None = None, rng=None) -> dict[str, PathLengths]:
    """Return path lengths of unordered pairs of different neurons: by kind of pair, and of all pairs.

    Parameters
    ----------
    layer : BipartiteLayer
    sources : int, optional
        Start from so many neurons drawn at random; all by default, which is exact.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    dict of PathLengths
        'row-row', 'row-column', 'column-column', 'all'.

    Notes
    -----
    Breadth-first searches from 64 sources at a time, O(sources x links / 64) where distances are short.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 2))
    >>> ns.measures.path_lengths(layer)["row-column"]
    PathLengths(length=1.0, efficiency=0.5, reachable=0.5, diameter=1.0)
    """
    from netsparse.kernels.distances import count_distances

    graph, n = block(layer), sum(layer.shape)
    start = np.arange(n)
    if sources is not None and check_count("sources", sources, at_least=1) < n:
        start = np.sort(np.random.default_rng(rng).choice(n, sources, replace=False))
    counts = count_distances(graph.indptr.astype(np.int64), graph.indices.astype(np.int64), layer.shape[0], start)
    drawn = np.bincount(start >= layer.shape[0], minlength=2)
    pairs = drawn[:, None] * (np.array(layer.shape)[None, :] - np.eye(2, dtype=int))  # ordered, from the sources
    kinds = {"row-row": [(0, 0)], "row-column": [(0, 1), (1, 0)], "column-column": [(1, 1)]}
    kinds["all"] = [kind for members in kinds.values() for kind in members]
    return {
        name: _summary(sum(counts[kind] for kind in members), int(sum(pairs[kind] for kind in members)))
        for name, members in kinds.items()
    }


def _summary(counts: np.ndarray, pairs: int) -> PathLengths:
    distances, reached = np.arange(1, counts.size + 1), int(counts.sum())
    if not pairs:
        return PathLengths(np.nan, np.nan, np.nan, np.nan)
    efficiency = float((counts / distances).sum() / pairs)
    if not reached:
        return PathLengths(np.nan, efficiency, 0.0, np.nan)
    farthest = float(distances[counts > 0].max())
    return PathLengths(float(counts @ distances / reached), efficiency, reached / pairs, farthest)


@register(
    "paths",
    of="layer",
    formula="mean distance over pairs with a path (length), mean of 1 / distance over all pairs (efficiency)",
    bounds="length at least 1 (row-row and column-column: 2), efficiency 0 to 1",
    undefined="no pair, or no pair with a path: NaN",
    reads={"links"},
    cost="searches from every neuron, 64 at a time; from 500 neurons on layers of more than 5000",
    seconds=lambda layer: 4e-10 * min(sum(layer.shape), _sources(layer) or np.inf) * (2 * layer.n_links + 5000),
)
def paths(layer: BipartiteLayer, *, rng=None) -> dict[str, Value]:
    """Return path length and efficiency by kind of pair, with the fraction of pairs that have a path.

    A layer that falls apart has short paths among few pairs: the fraction belongs to the number.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 2))
    >>> ns.measures.paths(layer)["length-row-row"]
    Value(value=2.0, note='', reachable=1.0)

    References
    ----------
    .. [1] V. Latora, M. Marchiori, Efficient behavior of small-world networks, Phys. Rev. Lett. 87, 198701 (2001).
    """
    sources = _sources(layer)
    note = f"from {sources} of {sum(layer.shape)} neurons" if sources else ""
    values = {}
    for kind, found in path_lengths(layer, sources=sources, rng=rng).items():
        suffix = "" if kind == "all" else f"-{kind}"
        values[f"length{suffix}"] = _value(found.length, found, "no pair of neurons with a path", note)
        values[f"efficiency{suffix}"] = _value(found.efficiency, found, "no pair of neurons", note)
    return values


def _sources(layer: BipartiteLayer) -> int | None:
    return SOURCES if sum(layer.shape) > LARGE else None


def _value(number: float, found: PathLengths, reason: str, note: str) -> Value:
    if np.isnan(number):
        return undefined("no pair of neurons" if np.isnan(found.reachable) else reason, reachable=found.reachable)
    return Value(number, note, found.reachable)
