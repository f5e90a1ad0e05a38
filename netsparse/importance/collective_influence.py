"""Collective influence of a neuron: how many links hang at the rim of its neighbourhood."""

from __future__ import annotations

import numpy as np

from netsparse.errors import check_count
from netsparse.graph import Graph, LayeredNetwork
from netsparse.graph.numbering import neurons_by_layer
from netsparse.importance.neighbours import neighbours


def collective_influence(network: LayeredNetwork | Graph, radius: int = 2, *, rng=None) -> list[np.ndarray]:
    r"""Return the collective influence of every neuron in the undirected network of all layers,

    .. math:: CI_\ell(i) = (k_i - 1) \sum_{j: d(i, j) = \ell} (k_j - 1),

    with degrees k and distances d in links.

    Parameters
    ----------
    network : LayeredNetwork or Graph
    radius : int, default 2
        The distance :math:`\ell`, at least 1.
    rng
        Not used.

    Returns
    -------
    list of numpy.ndarray of int64
        One array per neuron layer.

    Raises
    ------
    ValueError
        If `radius` is below 1.

    Notes
    -----
    One breadth-first search per neuron, as far as `radius` - 1: O(links in all those balls) time, O(neurons)
    memory. Values of the intact network; they are not recomputed along a removal.

    Examples
    --------
    >>> import netsparse as ns
    >>> from netsparse.importance.collective_influence import collective_influence
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> collective_influence(ns.LayeredNetwork([layer]), radius=1)  # the path 0 - 0 - 1 - 1
    [array([1, 0]), array([0, 1])]

    References
    ----------
    .. [1] F. Morone, H. A. Makse, Influence maximization in complex networks through optimal percolation, Nature
       524, 65-68, 2015.
    """
    radius = check_count("radius", radius, at_least=1)
    from netsparse.kernels.balls import rim_sums

    indptr, indices = neighbours(network)
    excess = np.diff(indptr) - 1
    return neurons_by_layer(network, excess * rim_sums(indptr, indices, excess, radius))
