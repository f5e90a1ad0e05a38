"""All positive scores of a layer's non-links."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from netsparse.graph.layer import BipartiteLayer, check_layer
from netsparse.linkpred.methods import METHODS


def scores(layer: BipartiteLayer, method: str) -> sparse.csr_array:
    r"""Score the missing links of a layer by link prediction.

    For a row u and a column v that are not linked, each method sums over the paths u - a - b - v of length 3, with a
    a column linked to u and b a row linked to v:

    ========== =================================================
    ``l3``     :math:`1`
    ``ra-l3``  :math:`1 / \sqrt{d_a d_b}`
    ``ch3-l3`` :math:`1 / \sqrt{(1 + e_a)(1 + e_b)}`
    ========== =================================================

    Here d is the degree and e the external degree: the number of links of a to rows that are neither u nor linked
    to v, of b to columns that are neither v nor linked to u [1]_.

    Parameters
    ----------
    layer : BipartiteLayer
        Only its links matter, not their weights: a link of weight 0.0 is a link.
    method : {'ch3-l3', 'ra-l3', 'l3'}

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (rows, columns)
        The positive scores of the non-links; what is not stored is a link or scores 0.

    Raises
    ------
    ValueError
        If the method is unknown.

    Notes
    -----
    Memory: the result, which on a large layer may be large itself (:func:`top_links` streams). Time: at most the
    number of walks of length 3, :math:`\sum_{links} (d_a - 1)(d_b - 1)`. Scores carry 36 significant bits, so that
    sums of the same terms are equal whatever the order of their addition.

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
    check_layer(layer)
    batches = [(batch.pairs.copy(), batch.scores.copy()) for batch in METHODS[method].candidates(layer)]
    pairs = np.concatenate([pairs for pairs, _ in batches])
    values = np.concatenate([values for _, values in batches])
    return sparse.coo_array((values, np.divmod(pairs, layer.shape[1])), shape=layer.shape).tocsr()
