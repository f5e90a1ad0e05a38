"""Coalescent embedding: nodes on a hyperbolic disc, from lengths of links that tell how far their ends are apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from netsparse.errors import unknown
from netsparse.graph import BipartiteLayer
from netsparse.measures.adjacency import as_adjacency
from netsparse.measures.power_laws import grid_power_law
from netsparse.measures.sides import block
from netsparse.registry import Registry

ADJUSTMENTS, TIES = ("equidistant", "original"), ("mean", "index")

_COINCIDE, _ALIKE = 1e-9, 9  # relative difference of singular values; decimals of angles that order nodes

LENGTHS: Registry[Callable[[sparse.csr_array], sparse.csr_array]] = Registry("length of links")
"""Lengths of links before an embedding: ``rule(adjacency)`` returns them in the places of the links."""

REDUCTIONS: Registry[Callable[[np.ndarray], Reduced]] = Registry("reduction")
"""Embeddings of link lengths: ``rule(distances)`` returns ``Reduced`` coordinates."""


class Reduced(NamedTuple):
    """Coordinates of the nodes, a row each, and why they are not defined, if they are not."""

    coordinates: np.ndarray
    reason: str = ""


class Embedding(NamedTuple):
    """Nodes on a hyperbolic disc.

    Attributes
    ----------
    angles, radii : numpy.ndarray, shape (nodes,)
        NaN outside the largest component, and everywhere where no embedding is defined.
    fraction : float
        The share of the nodes in the largest component.
    note : str
        Why there is no embedding, empty if there is one.
    """

    angles: np.ndarray
    radii: np.ndarray
    fraction: float
    note: str = ""


def coalescent_embedding(
    graph: BipartiteLayer | sparse.sparray,
    *,
    lengths: str = "ra2",
    reduction: str = "ncisomap",
    adjustment: str = "equidistant",
    ties: str = "mean",
) -> Embedding:
    r"""Embed the largest component of a layer or graph in a hyperbolic disc.

    Links get a length, nodes the shortest distances over them (or over a minimum spanning tree of them), and angles
    from the leading singular vectors; radii follow the rank of the degrees,

    .. math:: r_i = \max\bigl(0,\; 2 \beta \ln i + 2 (1 - \beta) \ln n\bigr), \qquad \beta = 1 / (\gamma - 1),

    with :math:`\gamma` of the power law that the degrees of all n nodes of the component follow best.

    Parameters
    ----------
    graph : BipartiteLayer or symmetric scipy sparse adjacency
        Nodes of a layer are its rows, then its columns.
    lengths : {'ra2', 'ra1'}
    reduction : {'ncisomap', 'isomap', 'ncmce', 'mce', 'laplacian'}
        Isomap and minimum curvilinear embedding, not centred (nc) or centred; Laplacian eigenmaps.
    adjustment : {'equidistant', 'original'}
        Nodes at equal angles from each other, in their order, or where the coordinates put them.
    ties : {'mean', 'index'}
        Nodes of one degree get the mean of their radii, or, as in the published code, each its own by index.

    Returns
    -------
    Embedding
        Angles up to rotation and reflection.

    Raises
    ------
    ValueError
        If a name is unknown.

    Notes
    -----
    Cubic: a singular value decomposition. A layer's linked ends share no neighbour, so that RA1 is
    :math:`d_i + d_j + d_i d_j` and RA2 :math:`d_i d_j`. Minimum spanning trees are not unique, hence neither is 'mce'.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((12, 10), 0.3, readout=0, rng=0).layers[0]
    >>> embedding = ns.measures.coalescent_embedding(layer)
    >>> embedding.angles.shape, embedding.note
    ((22,), '')

    References
    ----------
    .. [1] A. Muscoloni et al., Machine learning meets complex networks via coalescent embedding in the hyperbolic
       space, Nat. Commun. 8, 1615 (2017).
    """
    for name, value, known in (("adjustment", adjustment, ADJUSTMENTS), ("ties", ties, TIES)):
        if value not in known:
            raise unknown(name, value, known)
    length_rule, reduce = LENGTHS[lengths], REDUCTIONS[reduction]
    adjacency, nodes = largest_component(graph)
    n = sum(graph.shape) if isinstance(graph, BipartiteLayer) else graph.shape[0]
    angles, radii = np.full(n, np.nan), np.full(n, np.nan)
    fraction = nodes.size / n
    degrees = np.diff(adjacency.indptr)
    if nodes.size < 3:
        return Embedding(angles, radii, fraction, "the largest component has fewer than three nodes")
    if degrees.min() == degrees.max():
        return Embedding(angles, radii, fraction, "all nodes of the largest component have one degree")
    reduced = reduce(length_rule(adjacency))
    if reduced.reason:
        return Embedding(angles, radii, fraction, reduced.reason)
    angles[nodes] = _angles(reduced.coordinates, adjustment)
    radii[nodes] = disc_radii(degrees, ties=ties)
    return Embedding(angles, radii, fraction)


def largest_component(graph: BipartiteLayer | sparse.sparray) -> tuple[sparse.csr_array, np.ndarray]:
    """Return the adjacency of the largest component, the first of equals, and its nodes.

    Examples
    --------
    >>> import netsparse as ns
    >>> largest_component(ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(2, 2)))[1].tolist()
    [0, 2, 3]
    """
    adjacency = block(graph) if isinstance(graph, BipartiteLayer) else as_adjacency(graph)
    labels = csgraph.connected_components(adjacency, directed=False)[1]
    nodes = np.flatnonzero(labels == np.bincount(labels).argmax())
    component = sparse.csr_array(adjacency[nodes][:, nodes])
    component.sort_indices()
    return component, nodes


def _lengths_of(adjacency: sparse.csr_array, rule: Callable[..., np.ndarray]) -> sparse.csr_array:
    degrees = np.diff(adjacency.indptr).astype(float)
    rows = np.repeat(np.arange(degrees.size), np.diff(adjacency.indptr))
    common = np.asarray((adjacency @ adjacency).toarray()[rows, adjacency.indices])
    weights = rule(degrees[rows], degrees[adjacency.indices], common)
    return sparse.csr_array((weights, adjacency.indices, adjacency.indptr), shape=adjacency.shape)


@LENGTHS.register("ra1")
def repulsion_attraction_1(adjacency: sparse.csr_array) -> sparse.csr_array:
    """Return (d_i + d_j + d_i d_j) / (1 + common neighbours)."""
    return _lengths_of(adjacency, lambda a, b, common: (a + b + a * b) / (1 + common))


@LENGTHS.register("ra2")
def repulsion_attraction_2(adjacency: sparse.csr_array) -> sparse.csr_array:
    """Return (1 + e_i) (1 + e_j) / (1 + common neighbours), e the links to neither the other end nor those."""
    return _lengths_of(adjacency, lambda a, b, common: (a - common) * (b - common) / (1 + common))


@REDUCTIONS.register("ncisomap")
def noncentred_isomap(lengths: sparse.csr_array) -> Reduced:
    """Return two dimensions of the shortest distances, the first left out."""
    return _leading(csgraph.shortest_path(lengths, directed=False), (1, 2))


@REDUCTIONS.register("isomap")
def isomap(lengths: sparse.csr_array) -> Reduced:
    """Return two dimensions of the centred squares of the shortest distances."""
    return _leading(_centred(csgraph.shortest_path(lengths, directed=False)), (0, 1))


@REDUCTIONS.register("ncmce")
def noncentred_minimum_curvilinear(lengths: sparse.csr_array) -> Reduced:
    """Return the second dimension of the distances over a minimum spanning tree."""
    return _leading(tree_distances(csgraph.minimum_spanning_tree(lengths)), (1,))


@REDUCTIONS.register("mce")
def minimum_curvilinear(lengths: sparse.csr_array) -> Reduced:
    """Return the first dimension of the centred squares of the distances over a minimum spanning tree."""
    return _leading(_centred(tree_distances(csgraph.minimum_spanning_tree(lengths))), (0,))


@REDUCTIONS.register("laplacian")
def laplacian_eigenmap(lengths: sparse.csr_array) -> Reduced:
    """Return the second and third generalised eigenvector of the Laplacian of similarities exp(-(w / mean w)^2)."""
    from scipy.linalg import eigh

    similarity = lengths.copy()
    similarity.data = np.exp(-((lengths.data / lengths.data.mean()) ** 2))
    dense, sums = similarity.toarray(), np.asarray(similarity.sum(axis=1)).ravel()
    values, vectors = eigh(np.diag(sums) - dense, np.diag(sums), subset_by_index=[0, min(3, sums.size - 1)])
    if (np.diff(values) <= _COINCIDE).any():
        return Reduced(np.empty((0, 0)), "eigenvalues that are needed coincide")
    return Reduced(vectors[:, 1:3])


def tree_distances(tree: sparse.sparray) -> np.ndarray:
    """Return the distances between all nodes of a tree, given by either half of its adjacency.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> tree_distances(sp.csr_array([[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]]))[0].tolist()
    [0.0, 2.0, 5.0]
    """
    return csgraph.shortest_path(tree, directed=False)


def _centred(distances: np.ndarray) -> np.ndarray:
    squares = distances**2
    means = squares.mean(axis=0)
    return -(squares - means[:, None] - means[None, :] + means.mean()) / 2


def _leading(matrix: np.ndarray, dimensions: tuple[int, ...]) -> Reduced:
    """Return sqrt(s_k) v_k of the given dimensions; undefined where s_k is 0 or that of another dimension."""
    _, s, vt = np.linalg.svd(matrix)
    for k in dimensions:
        if s[k] <= _COINCIDE * s[0]:
            return Reduced(np.empty((0, 0)), "a singular value that is needed is 0")
        if any(abs(s[k] - s[other]) <= _COINCIDE * s[0] for other in (k - 1, k + 1) if 0 <= other < s.size):
            return Reduced(np.empty((0, 0)), "singular values that are needed coincide")
    coordinates = np.sqrt(s[list(dimensions)]) * vt[list(dimensions)].T
    largest = np.abs(coordinates).argmax(axis=0)
    return Reduced(coordinates * np.sign(coordinates[largest, np.arange(len(dimensions))]))


def _angles(coordinates: np.ndarray, adjustment: str) -> np.ndarray:
    n = len(coordinates)
    if coordinates.shape[1] == 1:
        line = coordinates[:, 0] - coordinates.min()
        angles = line / line.max() * (2 * np.pi * (n - 1) / n)
    else:
        angles = np.arctan2(coordinates[:, 1], coordinates[:, 0]) % (2 * np.pi)
    if adjustment == "original":
        return angles
    ranks = np.empty(n, dtype=np.int64)
    ranks[np.argsort(np.round(angles, _ALIKE), kind="stable")] = np.arange(n)
    return 2 * np.pi * ranks / n


def disc_radii(degrees: np.ndarray, *, ties: str = "mean") -> np.ndarray:
    """Return the radius of each node of a component by the rank of its degree, see :func:`coalescent_embedding`.

    Examples
    --------
    >>> import numpy as np
    >>> disc_radii(np.array([6, 1, 1, 1, 1, 1, 1])).round(3).tolist()
    [1.054, 3.126, 3.126, 3.126, 3.126, 3.126, 3.126]
    """
    gamma, n = grid_power_law(degrees)[0], degrees.size
    beta = 1 / (gamma - 1)
    ranks = np.empty(n)
    ranks[np.argsort(-degrees, kind="stable")] = np.arange(1, n + 1)
    radii = np.maximum(0, 2 * beta * np.log(ranks) + 2 * (1 - beta) * np.log(n))
    if ties == "index":
        return radii
    classes, members = np.unique(degrees, return_inverse=True)
    return (np.bincount(members, radii) / np.bincount(members, minlength=classes.size))[members]
