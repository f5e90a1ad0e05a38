"""The PQ index: how unequal the sizes of some numbers are."""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue, check_number


def pq_index_of(weights, p: float = 0.5, q: float = 1.0) -> float:
    r"""Return the PQ index of some weights: 0 if all are equally large, towards 1 the fewer carry all of the norm [1]_.

    .. math:: I = \max\left(0, 1 - d^{1/q - 1/p} \frac{\lVert w \rVert_p}{\lVert w \rVert_q}\right)

    Parameters
    ----------
    weights : array_like
        The d weights that are left, of any shape; those that were pruned are not among them.
    p, q : float
        Exponents of the norms, 0 < p < q.

    Returns
    -------
    float
        In [0, 1); 0 if there are no weights, or all are 0.

    Raises
    ------
    ValueError
        If the exponents are in no order, or a weight is not finite.

    Notes
    -----
    O(d), in float64.

    References
    ----------
    .. [1] E. Diao et al., Pruning deep neural networks from a sparsity perspective, ICLR 2023.

    Examples
    --------
    >>> from netsparse.measures import pq_index_of
    >>> pq_index_of([1, -1, 1]), round(pq_index_of([0, 0, 5, 0, 0]), 12)
    (0.0, 0.8)
    """
    p, q = checked_exponents(p, q)
    sizes = np.abs(np.asarray(weights, dtype=np.float64)).ravel()
    if not np.isfinite(sizes).all():
        raise InvalidValue(f"weights: {np.sum(~np.isfinite(sizes))} are NaN or infinite", parameter="weights")
    if not sizes.any():
        return 0.0
    sizes = sizes / sizes.max()  # the index knows no scale, and powers neither over- nor underflow
    norms = [np.sum(sizes**exponent) ** (1 / exponent) for exponent in (p, q)]
    return max(0.0, float(1 - sizes.size ** (1 / q - 1 / p) * norms[0] / norms[1]))


def checked_exponents(p: float, q: float) -> tuple[float, float]:
    """Return the exponents as floats, or raise an error unless 0 < p < q.

    >>> checked_exponents(1, 2)
    (1.0, 2.0)
    """
    p = check_number("p", p, above=0)
    return p, check_number("q", q, above=p)
