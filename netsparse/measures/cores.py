"""Dense cores and the spectrum of a layer."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer
from netsparse.measures.igraph_graphs import as_igraph
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import pattern

_DENSE = 200  # neurons of the smaller side up to which all singular values are computed: exact, and faster


def core_numbers(layer: BipartiteLayer) -> dict[str, np.ndarray]:
    """Return, per side, the largest k for which each neuron is in the k-core: the part where all have k links or more.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1, 1, 2], [0, 1, 0, 1, 1], [1.0] * 5, shape=(3, 2))
    >>> ns.measures.core_numbers(layer)["rows"].tolist()
    [2, 2, 1]

    References
    ----------
    .. [1] S. B. Seidman, Network structure and minimum degree, Social Networks 5, 269 (1983).
    """
    numbers = np.array(as_igraph(layer).coreness())
    return {"rows": numbers[: layer.shape[0]], "columns": numbers[layer.shape[0] :]}


@register(
    "k-core",
    of="layer",
    formula="the largest k with a k-core, and the share of the neurons in it",
    bounds="0 to the smaller side",
    undefined="no links: 0, all neurons are the core",
    reads={"links"},
    cost="O(m)",
    seconds=lambda layer: 5e-7 * (layer.n_links + sum(layer.shape)),
)
def k_core(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the depth of the innermost core and how many neurons are in it.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1, 1, 2], [0, 1, 0, 1, 1], [1.0] * 5, shape=(3, 2))
    >>> ns.measures.k_core(layer)["share"].value
    0.8

    References
    ----------
    .. [1] S. B. Seidman, Network structure and minimum degree, Social Networks 5, 269 (1983).
    """
    numbers = np.concatenate(list(core_numbers(layer).values()))
    deepest = int(numbers.max())
    return {"": Value(float(deepest)), "share": Value(float((numbers == deepest).mean()))}


def singular_values(layer: BipartiteLayer, k: int = 2) -> np.ndarray:
    """Return the k largest singular values of the pattern, largest first; fewer if a side is smaller.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.singular_values(ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2)))
    array([1., 1.])
    """
    from scipy.sparse.linalg import svds

    links, smaller = pattern(layer), min(layer.shape)
    k = min(k, smaller)
    if smaller <= max(_DENSE, k + 1):
        return np.linalg.svd(links.toarray(), compute_uv=False)[:k]
    start = np.random.default_rng(0).standard_normal(smaller)  # fixed: the same layer gives the same bits
    return np.sort(svds(links, k=k, v0=start, return_singular_vectors=False))[::-1]


@register(
    "spectral-gap",
    of="layer",
    formula="s1 - s2, the two largest singular values of the pattern of 0 and 1",
    bounds="0 to sqrt(m)",
    undefined="one neuron on a side: s2 = 0; no links: 0",
    reads={"links"},
    cost="some 50 products with the layer",
    seconds=lambda layer: 1e-6 * layer.n_links + 0.01,
)
def spectral_gap(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the gap between the largest two singular values, and the largest.

    Examples
    --------
    >>> import netsparse as ns
    >>> star = ns.BipartiteLayer.from_links([0] * 4, [0, 1, 2, 3], [1.0] * 4, shape=(1, 4))
    >>> ns.measures.spectral_gap(star)[""].value
    2.0

    References
    ----------
    .. [1] F. R. K. Chung, Spectral graph theory, American Mathematical Society (1997).
    """
    values = np.append(singular_values(layer), 0.0)
    return {"": Value(float(values[0] - values[1])), "norm": Value(float(values[0]))}


@register(
    "three-walks",
    of="layer",
    formula="sum over links of d_row d_column = 1' A A' A 1",
    bounds="m to rows^2 x columns^2",
    undefined="no links: 0",
    reads={"links"},
    cost="O(m)",
    seconds=lambda layer: 3e-8 * layer.n_links,
)
def three_walks(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the number of walks of length 3 from a row to a column, and of those that are paths.

    A path visits four neurons, a walk may turn back: :math:`\\sum (d_i - 1)(d_j - 1)` of them are paths.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.three_walks(ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2)))[""].value
    4.0

    References
    ----------
    .. [1] I. A. Kovács et al., Network-based prediction of protein interactions, Nat. Commun. 10, 1240 (2019).
    """
    from netsparse.measures.overlap import three_paths

    degrees = layer.row_degrees[layer.rows], layer.column_degrees[layer.columns]
    return {"": Value(float(degrees[0] @ degrees[1])), "paths": Value(float(three_paths(layer)))}


@register(
    "meta-depth-cores",
    of="layer",
    formula="number of different core numbers among the neurons with a link: the k-core shells",
    bounds="1 to the smaller side",
    undefined="no links: NaN",
    reads={"links"},
    cost="O(m)",
    seconds=lambda layer: 5e-7 * (layer.n_links + sum(layer.shape)),
)
def meta_depth_cores(layer: BipartiteLayer) -> Value:
    """Return the number of k-core shells: a depth of the hierarchy of neurons that needs no fit.

    The paper that coined "meta-depth" gives no formula: this number and `meta-depth-radial` are our own readings.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1, 1, 2], [0, 1, 0, 1, 1], [1.0] * 5, shape=(3, 2))
    >>> ns.measures.meta_depth_cores(layer).value
    2.0

    References
    ----------
    .. [1] Y. Zhang et al., Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired
       theory for ultra-sparse advantage in deep learning, ICLR 2024 (the word; the number is ours).
    """
    numbers = np.concatenate(list(core_numbers(layer).values()))
    shells = np.unique(numbers[numbers > 0]).size
    return Value(float(shells)) if shells else undefined("no links")
