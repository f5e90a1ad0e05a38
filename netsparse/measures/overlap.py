"""Clustering and nestedness: what neurons of one side share."""

from __future__ import annotations

import numpy as np

from netsparse.errors import unknown
from netsparse.graph import BipartiteLayer
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import sides, walks_of_two

LATAPY_MODES = ("dot", "min", "max")


def _seconds(layer: BipartiteLayer) -> float:
    return 1.5e-8 * walks_of_two(layer)


def four_cycles(layer: BipartiteLayer) -> int:
    """Return the number of cycles of length 4, pairs of rows that share a pair of columns.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.four_cycles(ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4, shape=(2, 2)))
    1
    """
    from netsparse.kernels import overlaps

    links, walks = sides(layer), [float(degrees @ degrees) for degrees in (layer.column_degrees, layer.row_degrees)]
    cheaper = links.from_rows if walks[0] <= walks[1] else links.from_columns  # either side counts every cycle
    return int(overlaps.overlap_sums(*cheaper)[:, overlaps.SHARED_PAIRS].sum()) // 2


def three_paths(layer: BipartiteLayer) -> int:
    """Return the number of paths of length 3: pairs of another link of the row and another of the column of a link.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.three_paths(ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4, shape=(2, 2)))
    4
    """
    rows, columns = layer.row_degrees[layer.rows], layer.column_degrees[layer.columns]
    return int((rows - 1) @ (columns - 1))


@register(
    "robins-alexander",
    of="layer",
    formula="4 C4 / L3, C4 the cycles of length 4, L3 the paths of length 3",
    bounds="0 to 1",
    undefined="no path of length 3: 0, and a note",
    reads={"links"},
    cost="walks of length 2",
    seconds=_seconds,
)
def robins_alexander(layer: BipartiteLayer) -> Value:
    """Return the share of the paths of length 3 that a link closes.

    Examples
    --------
    >>> import netsparse as ns
    >>> full = ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4, shape=(2, 2))
    >>> ns.measures.robins_alexander(full).value
    1.0

    References
    ----------
    .. [1] G. Robins, M. Alexander, Small worlds among interlocking directors, Computational and Mathematical
       Organization Theory 10, 69 (2004).
    """
    cycles, paths = four_cycles(layer), three_paths(layer)
    return Value(4 * cycles / paths) if paths else Value(0.0, "no path of length 3")


def latapy_of_neurons(layer: BipartiteLayer, mode: str = "dot") -> dict[str, np.ndarray]:
    """Return the Latapy clustering of every neuron, per side; 0 where a neuron shares no neighbour with another one.

    Parameters
    ----------
    layer : BipartiteLayer
    mode : {'dot', 'min', 'max'}
        What the number of shared neighbours is divided by: the size of the union of the two neighbourhoods, the
        smaller or the larger degree.

    Raises
    ------
    ValueError
        If the mode is unknown.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> ns.measures.latapy_of_neurons(layer)["rows"]
    array([0.5, 0.5])

    References
    ----------
    .. [1] M. Latapy, C. Magnien, N. Del Vecchio, Basic notions for the analysis of large two-mode networks, Social
       Networks 30, 31 (2008).
    """
    if mode not in LATAPY_MODES:
        raise unknown("mode", mode, LATAPY_MODES)
    return {side: _latapy(sums)[mode] for side, sums in _sums(layer).items()}


@register(
    "latapy",
    of="layer",
    formula="mean over neurons of the mean over those with shared neighbours of s / union (dot), s / min d, s / max d",
    bounds="0 to 1",
    undefined="neurons that share nothing, isolated ones too, count as 0",
    reads={"links"},
    cost="walks of length 2",
    seconds=_seconds,
)
def latapy(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the mean Latapy clustering of rows, of columns and of all neurons, in three modes.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> ns.measures.latapy(layer)["dot"].value
    0.5

    References
    ----------
    .. [1] M. Latapy, C. Magnien, N. Del Vecchio, Basic notions for the analysis of large two-mode networks, Social
       Networks 30, 31 (2008).
    """
    of_sides = {side: _latapy(sums) for side, sums in _sums(layer).items()}
    note = f"mean over all {sum(layer.shape)} neurons"
    values = {}
    for mode in LATAPY_MODES:
        neurons = {side: of_modes[mode] for side, of_modes in of_sides.items()}
        values[mode] = Value(float(np.concatenate(list(neurons.values())).mean()), note)
        values |= {f"{mode}-{side}": Value(float(each.mean())) for side, each in neurons.items()}
    return values


@register(
    "nodf",
    of="layer",
    formula="100 x sum over pairs of one side with d_i > d_k > 0 of s / d_k, over all pairs of rows and of columns",
    bounds="0 to 100; 0 where all degrees of a side are equal",
    undefined="a side of one neuron has no pair; no pair at all: NaN",
    reads={"links"},
    cost="walks of length 2",
    seconds=_seconds,
)
def nodf(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the nestedness by overlap and decreasing fill: of the layer, of its rows and of its columns.

    Pairs with an isolated neuron count in the denominator, so that padding a layer lowers it.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> ns.measures.nodf(layer)[""].value
    100.0

    References
    ----------
    .. [1] M. Almeida-Neto et al., A consistent metric for nestedness analysis in ecological systems, Oikos 117, 1227
       (2008).
    """
    from netsparse.kernels.overlaps import NESTED

    nested = {side: float(sums[:, NESTED].sum()) for side, sums in _sums(layer).items()}
    pairs = {side: n * (n - 1) // 2 for side, n in zip(nested, layer.shape, strict=True)}
    whole = _percent(sum(nested.values()), sum(pairs.values()))
    return {"": whole} | {side: _percent(nested[side], pairs[side]) for side in nested}


def _percent(nested: float, pairs: int) -> Value:
    return Value(100 * nested / pairs) if pairs else undefined("no pair of neurons on one side")


def _sums(layer: BipartiteLayer) -> dict[str, np.ndarray]:
    from netsparse.kernels.overlaps import overlap_sums

    links = sides(layer)
    return {"rows": overlap_sums(*links.from_rows), "columns": overlap_sums(*links.from_columns)}


def _latapy(sums: np.ndarray) -> dict[str, np.ndarray]:
    from netsparse.kernels import overlaps

    near = np.maximum(sums[:, overlaps.NEAR], 1)
    kinds = dict(zip(LATAPY_MODES, (overlaps.DOT, overlaps.MINIMUM, overlaps.MAXIMUM), strict=True))
    return {mode: sums[:, kind] / near for mode, kind in kinds.items()}
