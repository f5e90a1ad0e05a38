"""Greedy routing on a hyperbolic disc, and the measures of an embedded layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from netsparse.errors import InvalidValue
from netsparse.graph import BipartiteLayer
from netsparse.measures.community_search import communities
from netsparse.measures.embedding import coalescent_embedding, largest_component
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.separability import angular_separability

PERMUTATIONS = 1000
"""Of the p-value of the registered separability."""


class GreedyRouting(NamedTuple):
    """Greedy routing between all ordered pairs of the nodes of the largest component.

    Attributes
    ----------
    score : float
        Mean of the shortest number of steps over that of the walk, 0 where it fails.
    success : float
        Share of the pairs whose walk arrives.
    steps : float
        Mean number of steps of those; NaN if there is none.
    """

    score: float
    success: float
    steps: float


def greedy_routing(graph: BipartiteLayer | sparse.sparray, angles, radii) -> GreedyRouting:
    """Return how well a graph is navigated by hyperbolic distance alone.

    Every node passes on to the neighbour that is nearest to the target; a walk that steps back has failed.

    Parameters
    ----------
    graph : BipartiteLayer or symmetric scipy sparse adjacency
    angles, radii : array_like, shape (nodes,)
        Of rows, then of columns; those outside the largest component are not looked at.

    Returns
    -------
    GreedyRouting

    Raises
    ------
    ValueError
        If there are not as many coordinates as nodes, or one of the component is not finite.

    Examples
    --------
    >>> import netsparse as ns
    >>> star = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> ns.measures.greedy_routing(star, [0.0, 1.0, 2.0], [0.0, 1.0, 1.0])
    GreedyRouting(score=1.0, success=1.0, steps=1.3333333333333333)

    References
    ----------
    .. [1] M. Boguñá, F. Papadopoulos, D. Krioukov, Sustaining the Internet with hyperbolic mapping, Nat. Commun. 1, 62
       (2010).
    """
    from netsparse.kernels.routing import route

    adjacency, nodes = largest_component(graph)
    n = sum(graph.shape) if isinstance(graph, BipartiteLayer) else graph.shape[0]
    angles, radii = np.asarray(angles, dtype=float), np.asarray(radii, dtype=float)
    if angles.shape != (n,) or radii.shape != (n,):
        raise InvalidValue(f"angles and radii must have shape ({n},), got {angles.shape} and {radii.shape}")
    if not (np.isfinite(angles[nodes]).all() and np.isfinite(radii[nodes]).all()):
        raise InvalidValue("angles and radii of the largest component must be finite", parameter="angles")
    if nodes.size < 2:
        return GreedyRouting(np.nan, np.nan, np.nan)
    steps = route(adjacency.indptr.astype(np.int64), adjacency.indices.astype(np.int64), angles[nodes], radii[nodes])
    shortest = csgraph.shortest_path(adjacency, directed=False, unweighted=True)
    arrived = steps > 0
    pairs = nodes.size * (nodes.size - 1)
    score = float((shortest[arrived] / steps[arrived]).sum() / pairs)
    return GreedyRouting(score, float(arrived.sum() / pairs), float(steps[arrived].mean()) if arrived.any() else np.nan)


def _cubic(layer: BipartiteLayer) -> float:
    return 2e-8 * float(sum(layer.shape)) ** 3


@register(
    "greedy-routing",
    of="layer",
    formula="mean of shortest steps / steps of the walk to the hyperbolically nearest neighbour; RA2, ncIsomap, 2D",
    bounds="0 to 1",
    undefined="no embedding (a star, a full layer, all of one degree, fewer than three nodes): NaN",
    reads={"links"},
    cost="cubic: an embedding",
    seconds=_cubic,
    usual=False,
)
def navigability(layer: BipartiteLayer) -> dict[str, Value]:
    """Return how well a layer's coalescent embedding guides greedy routing, and the share of walks that arrive.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((12, 10), 0.3, readout=0, rng=0).layers[0]
    >>> 0 < ns.measures.navigability(layer)[""].value <= 1
    True

    References
    ----------
    .. [1] A. Muscoloni et al., Machine learning meets complex networks via coalescent embedding in the hyperbolic
       space, Nat. Commun. 8, 1615 (2017).
    """
    embedding = coalescent_embedding(layer)
    if embedding.note:
        return {part: undefined(embedding.note) for part in ("", "success")}
    found = greedy_routing(layer, embedding.angles, embedding.radii)
    note = f"{embedding.fraction:.0%} of the neurons in the largest component" if embedding.fraction < 1 else ""
    return {"": Value(found.score, note), "success": Value(float(found.success), note)}


@register(
    "angular-separability",
    of="layer",
    formula="1 - mistakes / worst of the layer's communities on its embedding (RA2, ncIsomap, 2D)",
    bounds="0 to 1",
    undefined="no embedding, or fewer than two communities: NaN",
    reads={"links"},
    cost="cubic: an embedding",
    seconds=_cubic,
    usual=False,
)
def separability_of_communities(layer: BipartiteLayer, *, rng=None) -> dict[str, Value]:
    """Return how separate the communities of a layer are on its embedding, and the p-value by permutation.

    Communities and angles come from the same links: the index alone is partly circular, hence its p.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((12, 10), 0.3, readout=0, rng=0).layers[0]
    >>> 0 < ns.measures.separability_of_communities(layer, rng=0)[""].value <= 1
    True

    References
    ----------
    .. [1] A. Muscoloni, C. V. Cannistraci, Angular separability of data clusters or network communities in geometrical
       space and its relevance to hyperbolic embedding, arXiv 1907.00025 (2019).
    """
    rng = np.random.default_rng(rng)
    embedding, found = coalescent_embedding(layer), communities(layer, rng=rng)
    if embedding.note:
        return {part: undefined(embedding.note) for part in ("", "p")}
    placed = np.isfinite(embedding.angles)
    labels = np.concatenate([found.rows, found.columns])[placed]
    try:
        index, p, *_ = angular_separability(embedding.angles[placed], labels, repeats=PERMUTATIONS, rng=rng)
    except InvalidValue as error:
        return {part: undefined(str(error)) for part in ("", "p")}
    note = f"of the layer's own communities, p {p:.2g} by permutation"
    return {"": Value(index, note), "p": Value(p)}
