"""Whether neurons of high degree are linked to neurons of high degree."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer, check_layer
from netsparse.measures.registry import Value, register, undefined


@register(
    "assortativity",
    of="layer",
    formula="Pearson correlation over links of (degree of the row, degree of the column)",
    bounds="-1 to 1",
    undefined="no links, or a side whose linked neurons all have one degree: NaN",
    reads={"links"},
    cost="O(m)",
    seconds=lambda layer: 3e-8 * layer.n_links,
)
def assortativity(layer: BipartiteLayer) -> Value:
    """Return the correlation of the degrees at the two ends of a link.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> round(ns.measures.assortativity(layer).value, 6)
    -0.5

    References
    ----------
    .. [1] M. E. J. Newman, Mixing patterns in networks, Phys. Rev. E 67, 026126 (2003).
    """
    rows, columns = _degrees_of_ends(layer)
    return pearson(rows, columns, "a side whose linked neurons all have one degree")


@register(
    "assortativity-symmetric",
    of="layer",
    formula="the same over both orientations of each link, Newman's coefficient of the block graph",
    bounds="-1 to 1; -1 on a star or a complete layer of unequal sides",
    undefined="no links, or all linked neurons of one degree: NaN",
    reads={"links"},
    cost="O(m)",
    seconds=lambda layer: 3e-8 * layer.n_links,
)
def assortativity_symmetric(layer: BipartiteLayer) -> Value:
    """Return Newman's coefficient, which on a layer says mostly how far the two sides' mean degrees are apart.

    Examples
    --------
    >>> import netsparse as ns
    >>> star = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> round(ns.measures.assortativity_symmetric(star).value, 6)
    -1.0

    References
    ----------
    .. [1] M. E. J. Newman, Assortative mixing in networks, Phys. Rev. Lett. 89, 208701 (2002).
    """
    rows, columns = _degrees_of_ends(layer)
    both = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    return pearson(*both, "all linked neurons have one degree")


def pearson(x: np.ndarray, y: np.ndarray, constant: str) -> Value:
    """Return the correlation of whole numbers, exact up to the last step; NaN and the reason where one is constant.

    Sums of whole numbers are exact, so that nothing depends on the order of links, and 0/0 is seen for what it is.

    Examples
    --------
    >>> import numpy as np
    >>> pearson(np.array([1, 2, 3]), np.array([2, 4, 6]), "constant").value
    1.0
    """
    if not x.size:
        return undefined("no links")
    n, sum_x, sum_y = x.size, int(x.sum()), int(y.sum())
    covariance = n * int(x @ y) - sum_x * sum_y
    spread = (n * int(x @ x) - sum_x**2) * (n * int(y @ y) - sum_y**2)
    return Value(covariance / spread**0.5) if spread else undefined(constant)


def _degrees_of_ends(layer: BipartiteLayer) -> tuple[np.ndarray, np.ndarray]:
    check_layer(layer)
    return layer.row_degrees[layer.rows], layer.column_degrees[layer.columns]
