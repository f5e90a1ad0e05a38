"""Structural consistency: how well links that are taken away can be told from the structure of the others."""

from __future__ import annotations

import numpy as np

from netsparse.errors import check_count, check_positions
from netsparse.graph import BipartiteLayer
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import pattern

REMOVALS = 100
"""Random removals that the registered measure averages."""

_DEGENERATE, _TIED = 1e-11, 1e-9


def removal_count(n_links: int) -> int:
    """Return a tenth of the links, halves rounded up.

    Examples
    --------
    >>> removal_count(25), removal_count(4)
    (3, 0)
    """
    return (n_links + 5) // 10


def perturbed_scores(layer: BipartiteLayer, removed) -> np.ndarray:
    r"""Return the pattern without some links, perturbed to first order by their return, shape (rows, columns).

    With :math:`B = U S V^T` the pattern without them and dB theirs,

    .. math:: \sum_g U_g \bigl(s_g I + \mathrm{sym}(U_g^T \, dB \, V_g)\bigr) V_g^T + U_0 U_0^T \, dB \, V_0 V_0^T,

    over the groups of equal singular values above 0, inside which the vectors are those that diagonalise the
    perturbation, and the two null spaces.

    Parameters
    ----------
    layer : BipartiteLayer
    removed : array_like of int
        Positions of the links that are taken away, in CSR order.

    Returns
    -------
    numpy.ndarray of float64, shape (rows, columns)

    Notes
    -----
    A full singular value decomposition: small layers only.

    Examples
    --------
    >>> import netsparse as ns
    >>> full = ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4, shape=(2, 2))
    >>> ns.measures.perturbed_scores(full, [3]).round(4).tolist()
    [[1.4, 0.8], [0.8, 0.6]]
    """
    removed = check_positions("removed", removed, layer.n_links)
    taken = np.zeros(layer.shape)
    taken[layer.rows[removed], layer.columns[removed]] = 1.0
    u, s, vt = np.linalg.svd(pattern(layer).toarray() - taken)
    rank = int((s > _DEGENERATE).sum())
    null_rows, null_columns = u[:, rank:], vt[rank:]
    scores = null_rows @ (null_rows.T @ taken @ null_columns.T) @ null_columns
    starts = np.flatnonzero(np.append(True, -np.diff(s[:rank]) > _DEGENERATE))
    for start, stop in zip(starts, np.append(starts[1:], rank), strict=True):
        own_u, own_v = u[:, start:stop], vt[start:stop].T
        change = own_u.T @ taken @ own_v
        scores += own_u @ (np.diag(s[start:stop]) + (change + change.T) / 2) @ own_v.T
    return scores


def consistency_of_removal(layer: BipartiteLayer, removed) -> float:
    """Return the share of removed links among as many non-links of the rest with the largest perturbed scores.

    Pairs of a row and a column compete; scores within 1e-9 of the last place share it, in expectation.

    Examples
    --------
    >>> import netsparse as ns
    >>> full = ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4, shape=(2, 2))
    >>> ns.measures.consistency_of_removal(full, [3])
    1.0
    """
    removed = np.asarray(removed)
    scores = perturbed_scores(layer, removed)
    left, gone = np.zeros(layer.shape, dtype=bool), np.zeros(layer.shape, dtype=bool)
    left[layer.rows, layer.columns] = True
    gone[layer.rows[removed], layer.columns[removed]] = True
    candidates = ~left | gone
    scores, gone, n = scores[candidates], gone[candidates], removed.size
    last = np.partition(scores, scores.size - n)[scores.size - n]
    above, tied = scores > last + _TIED, np.abs(scores - last) <= _TIED
    shared = (n - above.sum()) * gone[tied].mean()
    return float((gone[above].sum() + shared) / n)


@register(
    "structural-consistency",
    of="layer",
    formula="share of a removed tenth of the links among the top non-links by first-order perturbation, mean of 100",
    bounds="0 to 1",
    undefined="fewer than 5 links: NaN",
    reads={"links"},
    cost="a full singular value decomposition per removal, cubic",
    seconds=lambda layer: REMOVALS * (4e-9 * max(layer.shape) ** 2 * min(layer.shape) + 1e-8 * np.prod(layer.shape)),
    usual=False,
)
def structural_consistency(layer: BipartiteLayer, *, removals: int = REMOVALS, rng=None) -> Value:
    """Return the structural consistency of a layer: how regular, hence predictable, its links are.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((12, 10), 0.3, readout=0, rng=0).layers[0]
    >>> 0 < ns.measures.structural_consistency(layer, removals=5, rng=0).value < 1
    True

    References
    ----------
    .. [1] L. Lü et al., Toward link predictability of complex networks, PNAS 112, 2325 (2015).
    """
    n, removals = removal_count(layer.n_links), check_count("removals", removals, at_least=1)
    if n == 0:
        return undefined("fewer than 5 links: a tenth is none")
    rng = np.random.default_rng(rng)
    draws = (rng.choice(layer.n_links, n, replace=False) for _ in range(removals))
    values = [consistency_of_removal(layer, removed) for removed in draws]
    return Value(float(np.mean(values)), f"mean of {removals} removals")
