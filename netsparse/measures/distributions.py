"""Degrees and strengths of the two sides of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from netsparse.graph import BipartiteLayer, check_layer
from netsparse.measures.registry import Value, register

if TYPE_CHECKING:
    import pandas

SIDES = ("rows", "columns")


def degrees(layer: BipartiteLayer) -> dict[str, np.ndarray]:
    """Return the number of links of each neuron, per side.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 2], [0.5, 1.0], shape=(2, 3))
    >>> ns.measures.degrees(layer)
    {'rows': array([2, 0]), 'columns': array([1, 0, 1])}
    """
    check_layer(layer)
    return {"rows": layer.row_degrees, "columns": layer.column_degrees}


def strengths(layer: BipartiteLayer) -> dict[str, np.ndarray]:
    """Return the sum of abs(w) over the links of each neuron, per side.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 2], [0.5, -1.0], shape=(2, 3))
    >>> ns.measures.strengths(layer)["rows"].tolist()
    [1.5, 0.0]
    """
    check_layer(layer)
    sizes = np.abs(layer.weights.astype(np.float64))
    ends = (layer.rows, layer.columns)
    return {side: np.bincount(own, sizes, minlength=n) for side, own, n in zip(SIDES, ends, layer.shape, strict=True)}


def distribution(layer: BipartiteLayer, of: str = "degree") -> pandas.DataFrame:
    r"""Return the distribution of degrees or strengths per side, with the complementary cumulative one.

    Parameters
    ----------
    layer : BipartiteLayer
    of : {'degree', 'strength'}

    Returns
    -------
    pandas.DataFrame
        Tidy, a row per side and distinct value: side, value, count, share, ccdf, the share of neurons whose value is
        at least this one, :math:`P(X \ge x)`.

    Raises
    ------
    ValueError
        If `of` is unknown.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 2], [0.5, 1.0], shape=(2, 3))
    >>> ns.measures.distribution(layer)
          side  value  count     share      ccdf
    0     rows    0.0      1  0.500000  1.000000
    1     rows    2.0      1  0.500000  0.500000
    2  columns    0.0      1  0.333333  1.000000
    3  columns    1.0      2  0.666667  0.666667
    """
    import pandas as pd

    from netsparse.errors import unknown

    if of not in _QUANTITIES:
        raise unknown("of", of, _QUANTITIES)
    frames = []
    for side, values in _QUANTITIES[of](layer).items():
        distinct, counts = np.unique(values.astype(np.float64), return_counts=True)
        at_least = np.cumsum(counts[::-1])[::-1]
        columns = {"value": distinct, "count": counts, "share": counts / values.size, "ccdf": at_least / values.size}
        frames.append(pd.DataFrame({"side": side, **columns}))
    return pd.concat(frames, ignore_index=True)


_QUANTITIES = {"degree": degrees, "strength": strengths}


@register(
    "degree",
    of="layer",
    formula="mean, standard deviation (of the population) and largest degree of rows and of columns",
    bounds="0 to the size of the other side",
    undefined="none: isolated neurons have degree 0",
    reads={"degrees"},
    cost="O(m)",
    seconds=lambda layer: 1e-8 * layer.n_links,
)
def degree(layer: BipartiteLayer) -> dict[str, Value]:
    """Return how degrees are spread on each side.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 2], [0.5, 1.0], shape=(2, 3))
    >>> ns.measures.degree(layer)["mean-rows"].value
    1.0

    References
    ----------
    .. [1] M. E. J. Newman, The structure and function of complex networks, SIAM Review 45, 167 (2003).
    """
    return _spread(degrees(layer))


@register(
    "strength",
    of="layer",
    formula="mean, standard deviation (of the population) and largest sum of abs(w) of rows and of columns",
    bounds="at least 0",
    undefined="none: isolated neurons have strength 0",
    reads={"placement", "links", "weights"},
    cost="O(m)",
    seconds=lambda layer: 1e-8 * layer.n_links,
)
def strength(layer: BipartiteLayer) -> dict[str, Value]:
    """Return how strengths are spread on each side.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 2], [0.5, -1.0], shape=(2, 3))
    >>> ns.measures.strength(layer)["largest-rows"].value
    1.5

    References
    ----------
    .. [1] A. Barrat et al., The architecture of complex weighted networks, PNAS 101, 3747 (2004).
    """
    return _spread(strengths(layer))


def _spread(of_sides: Mapping[str, np.ndarray]) -> dict[str, Value]:
    statistics = {"mean": np.mean, "deviation": np.std, "largest": np.max}
    return {
        f"{name}-{side}": Value(float(statistic(values)))
        for side, values in of_sides.items()
        for name, statistic in statistics.items()
    }
