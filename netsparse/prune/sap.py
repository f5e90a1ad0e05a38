"""How many weights sparsity-informed adaptive pruning takes."""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple

import numpy as np

from netsparse.errors import check_number
from netsparse.measures.pq import checked_exponents, pq_index_of

GUARD = 1e-9
"""Relative error of powers of floats: a bound that is a whole number but for it is that number."""


class SapCount(NamedTuple):
    """What adaptive pruning says of some weights.

    Attributes
    ----------
    count : int
        How many to prune.
    index : float
        Their PQ index.
    bound : int
        How many are kept at the least if the index is to hold its promise, the m of the paper.
    is_zero : bool
        Whether there is nothing to tell apart: no weights, or all are 0.
    """

    count: int
    index: float
    bound: int
    is_zero: bool


def sap_count(
    weights, *, p: float = 0.5, q: float = 1.0, eta: float = 0.0, gamma: float = 1.0, beta: float = 0.9
) -> SapCount:
    r"""Return how many weights adaptive pruning takes [1]_.

    .. math:: r = d (1 + \eta)^{-q/(q-p)} (1 - I)^{pq/(q-p)}, \quad m = \lceil r \rceil, \quad
        c = \lfloor \max(0, \min(\gamma (d - m), \beta d)) \rfloor

    with I the PQ index (:func:`netsparse.measures.pq_index_of`) of the d weights; both roundings forgive a relative
    error of 1e-9.

    Parameters
    ----------
    weights : array_like
        The d weights that are left.
    p, q : float
        Exponents, 0 < p < q.
    eta : float
        How much is risked: the larger, the more is pruned; at least 0.
    gamma : float
        Share of the weights beyond the bound that are pruned; may exceed 1.
    beta : float
        Share of all weights that is pruned at the most, in [0, 1].

    Returns
    -------
    SapCount
        A count of 0 where the weights are all equally large: then the bound is d, and pruning makes no progress.

    Raises
    ------
    ValueError
        If a number is out of its range, or a weight not finite.

    References
    ----------
    .. [1] E. Diao et al., Pruning deep neural networks from a sparsity perspective, ICLR 2023.

    Examples
    --------
    >>> from netsparse import prune
    >>> prune.sap_count([1, 2, 3, 4, 5, 6, 7, 8], eta=1.0)
    SapCount(count=6, index=0.0767..., bound=2, is_zero=False)
    """
    p, q = checked_exponents(p, q)
    eta = check_number("eta", eta, at_least=0)
    gamma = check_number("gamma", gamma, at_least=0)
    beta = check_number("beta", beta, at_least=0, at_most=1)
    weights = np.asarray(weights)
    d, index = weights.size, pq_index_of(weights, p, q)
    if not weights.any():
        return SapCount(0, 0.0, d, True)
    bound = ceil(d * (1 + eta) ** (-q / (q - p)) * (1 - index) ** (p * q / (q - p)) * (1 - GUARD))
    count = floor(max(0.0, min(gamma * (d - bound), beta * d)) * (1 + GUARD))
    return SapCount(count, index, bound, False)
