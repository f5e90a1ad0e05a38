"""How many of the possible links there are, and how unequal their weights."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer, check_layer
from netsparse.measures.pq import pq_index_of
from netsparse.measures.registry import Value, register, undefined

_NO_LINKS = "no links"
_ALL_ZERO = "all weights are 0"


@register(
    "density",
    of="layer",
    formula="m / (rows x columns)",
    bounds="0 to 1",
    reads={"size"},
    cost="O(1)",
)
def density(layer: BipartiteLayer) -> Value:
    """Return the share of the possible links that are present.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 2], [0.5, 1.0], shape=(2, 4))
    >>> ns.measures.density(layer).value
    0.25

    References
    ----------
    .. [1] S. Wasserman, K. Faust, Social network analysis, Cambridge University Press (1994), chapter 8.
    """
    check_layer(layer)
    return Value(layer.density)


@register(
    "gini",
    of="layer",
    formula="sum over k of (2 k - m - 1) w_k / (m sum w), w_1 to w_m the sorted abs(w)",
    bounds="0 (all equal) to 1 - 1/m",
    undefined="no links, or all weights 0: NaN",
    reads={"weights"},
    cost="O(m log m)",
    seconds=lambda layer: 1e-7 * layer.n_links,
)
def gini(layer: BipartiteLayer) -> Value:
    """Return the Gini coefficient of the absolute weights.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, -3.0], shape=(2, 2))
    >>> ns.measures.gini(layer).value
    0.25

    References
    ----------
    .. [1] N. Hurley, S. Rickard, Comparing measures of sparsity, IEEE Transactions on Information Theory 55, 4723
       (2009).
    """
    sizes = np.sort(np.abs(_weights(layer)))
    if not sizes.any():
        return undefined(_NO_LINKS if not sizes.size else _ALL_ZERO)
    places = 2 * np.arange(1, sizes.size + 1) - sizes.size - 1
    return Value(float(places @ sizes / (sizes.size * sizes.sum())))


@register(
    "pq-index",
    of="layer",
    formula="1 - m^(1/q - 1/p) norm_p(w) / norm_q(w) with p = 1/2, q = 1",
    bounds="0 (all equal) to 1 - 1/m",
    undefined="no links: NaN; all weights 0: 0",
    reads={"weights"},
    cost="O(m)",
    seconds=lambda layer: 1e-8 * layer.n_links,
)
def pq_index(layer: BipartiteLayer, *, p: float = 0.5, q: float = 1.0) -> Value:
    """Return the PQ index of the weights, which is large where a few of them hold most of the norm.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, -9.0], shape=(2, 2))
    >>> round(ns.measures.pq_index(layer).value, 6)
    0.2

    References
    ----------
    .. [1] E. Diao et al., Pruning deep neural networks from a sparsity perspective, ICLR 2023.
    """
    weights = _weights(layer)
    if not weights.size:
        return undefined(_NO_LINKS)
    return Value(pq_index_of(weights, p, q), "" if weights.any() else _ALL_ZERO)


def _weights(layer: BipartiteLayer) -> np.ndarray:
    check_layer(layer)
    return layer.weights.astype(np.float64)
