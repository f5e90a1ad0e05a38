"""The importance of a link to its two neurons: its share of the weight of each."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from netsparse.graph import BipartiteLayer, Graph, LayeredNetwork


@singledispatch
def of_links(network: LayeredNetwork | Graph, *, rng=None) -> list[np.ndarray]:
    r"""Return relative importances, :math:`|w_{ij}| / \sum_k |w_{kj}| + |w_{ij}| / \sum_k |w_{ik}|` [1]_.

    A share of a sum that is 0 is 0.

    References
    ----------
    .. [1] Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025.
    """
    return [relative_weights(layer) for layer in network.layers]


@of_links.register(Graph)
def _(graph, *, rng=None) -> list[np.ndarray]:
    sources, targets, weights = graph.links()
    size = np.abs(weights).astype(np.float64)
    sums = np.bincount(sources, size, graph.n_nodes) + np.bincount(targets, size, graph.n_nodes)
    return [sum(_shares(size, sums[ends]) for ends in (sources, targets))]


def relative_weights(layer: BipartiteLayer) -> np.ndarray:
    """Return the relative importance of each link of a layer, in CSR order, float64.

    Examples
    --------
    >>> layer = BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, -3.0, 1.0], shape=(2, 2))
    >>> relative_weights(layer)
    array([1.25, 1.5 , 1.25])
    """
    size = np.abs(layer.weights).astype(np.float64)
    shares = np.zeros(size.size)
    for ends, n in ((layer.rows, layer.shape[0]), (layer.columns, layer.shape[1])):
        shares += _shares(size, np.bincount(ends, size, n)[ends])
    return shares


def _shares(size: np.ndarray, sums: np.ndarray) -> np.ndarray:
    return np.divide(size, sums, out=np.zeros(size.size), where=sums > 0)
