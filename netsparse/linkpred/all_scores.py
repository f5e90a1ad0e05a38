"""All scores of a graph's non-links that are not 0."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.methods import METHODS
from netsparse.linkpred.pairs import Pairs, as_graph


def scores(graph: Any, method: str, *, rng=None) -> sparse.csr_array:
    r"""Score the missing links of a layer, or of a monopartite graph, by link prediction.

    Between two nodes u and v that are not linked lie the nodes of the paths u - a - b - v of length 3, or u - z - v of
    length 2: their local community. Each contributes x by its degree d, its number i of links to others of the
    community, and its number e of links to neither it nor u nor v; ``1 + e = d - i`` in a layer [1]_:

    =========================== ===============================================
    ``l3``                      :math:`1`
    ``ra-``                     :math:`1 / d`
    ``ch1-``                    :math:`i / d`
    ``ch2-``                    :math:`(1 + i) / (1 + e)`
    ``ch3-``                    :math:`1 / (1 + e)`
    ``ch3.1-``                  :math:`(1 + i) / (1 + e)^{1 + e / (1 + e)}`
    ``ilcl-``                   :math:`i / (1 + i)`
    =========================== ===============================================

    A score whose name ends in ``l3`` sums :math:`\sqrt{x_a x_b}` over the paths of length 3, one in ``l3n`` sums x over
    the nodes on them, and one in ``l2``, for monopartite graphs, over the common neighbours.
    ``preferential-attachment`` is :math:`d_u d_v`, ``structural-perturbation`` the adjacency as first-order
    perturbation sees it where a tenth of the links was hidden, the mean of ten choices.

    Parameters
    ----------
    graph : BipartiteLayer, or scipy sparse adjacency, networkx.Graph, igraph.Graph
        A layer, in which rows link to columns, or a monopartite graph, in which any two nodes may be linked. Only its
        links matter, not their weights: a link of weight 0.0 is a link.
    method : str
        A name in :data:`netsparse.linkpred.METHODS`.
    rng : numpy.random.Generator or seed, optional
        For methods that choose at random.

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (rows, columns) or (nodes, nodes)
        The scores of the non-links; what is not stored is a link or scores 0. Symmetric for a monopartite graph.

    Raises
    ------
    ValueError
        If the method is unknown or not for graphs of this kind, or the graph directed, not symmetric, or with loops.

    Notes
    -----
    Memory: the result, which on a large graph may be large itself (:func:`top_links` streams). Time: at most the number
    of walks of length 3, in a layer :math:`\sum_{links} (d_a - 1)(d_b - 1)`; structural perturbation is cubic. Scores
    carry 36 significant bits, so that sums of the same terms are equal whatever the order of their addition.

    References
    ----------
    .. [1] A. Muscoloni, U. Michieli, C. V. Cannistraci, "Adaptive network automata modelling of complex networks",
       Preprints 2020, 202012.0808.

    Examples
    --------
    >>> import netsparse as ns
    >>> rows, columns = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 2, 1, 2, 2, 3]
    >>> layer = ns.BipartiteLayer.from_links(rows, columns, [1.0] * 8, shape=(4, 4))
    >>> ns.linkpred.scores(layer, "ch3-l3").toarray().round(4)
    array([[0.    , 0.    , 2.    , 0.    ],
           [0.    , 1.7071, 0.    , 0.7071],
           [1.7071, 0.    , 0.    , 0.7071],
           [0.7071, 0.7071, 0.    , 0.    ]])
    """
    graph = as_graph(graph)
    found = METHODS[method].candidates(graph, rng=np.random.default_rng(rng))
    batches = [(batch.pairs.copy(), batch.scores.copy()) for batch in found]
    pairs = np.concatenate([np.empty(0, np.int64), *(pairs for pairs, _ in batches)])
    values = np.concatenate([np.empty(0), *(values for _, values in batches)])
    first, second = Pairs.of(graph).ends(pairs)
    if isinstance(graph, BipartiteLayer):
        return sparse.coo_array((values, (first, second)), shape=graph.shape).tocsr()
    ends = np.concatenate([first, second]), np.concatenate([second, first])
    return sparse.coo_array((np.tile(values, 2), ends), shape=(graph.n_nodes,) * 2).tocsr()
