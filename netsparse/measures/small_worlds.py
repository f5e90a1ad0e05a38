"""Small-worldness: as clustered as a lattice, as short as chance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from netsparse.generate import NULL_MODELS
from netsparse.graph import BipartiteLayer
from netsparse.measures.distances import LARGE, SOURCES, path_lengths
from netsparse.measures.overlap import latapy, robins_alexander
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import walks_of_two

SAMPLES = 20
"""Null samples of the registered measure."""


class SmallWorldness(NamedTuple):
    """Small-worldness of a layer.

    Attributes
    ----------
    robins_alexander, latapy : float
        sigma with either clustering; NaN where the null samples have none, or no path.
    reachable, null_reachable : float
        The share of pairs with a path, of the layer and on average of the null samples: path lengths of other shares
        are not of the same kind.
    """

    robins_alexander: float
    latapy: float
    reachable: float
    null_reachable: float


def small_worldness(layer: BipartiteLayer, nulls: Iterable[BipartiteLayer], *, rng=None) -> SmallWorldness:
    r"""Return the small-worldness of a layer against null samples.

    .. math:: \sigma = \frac{C / \bar C_{null}}{L / \bar L_{null}},

    with C the Robins-Alexander or Latapy (dot) clustering and L the mean path length over pairs with a path. The two
    clusterings may give opposite verdicts.

    Parameters
    ----------
    layer : BipartiteLayer
    nulls : iterable of BipartiteLayer
    rng : numpy.random.Generator or seed, optional
        For the sources of paths on layers of more than 5000 neurons.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((30, 20), 0.2, readout=0, rng=0).layers[0]
    >>> nulls = ns.generate.NULL_MODELS["curveball"].samples(layer, 5, rng=0)
    >>> 0.8 < ns.measures.small_worldness(layer, nulls).robins_alexander < 1.2
    True

    References
    ----------
    .. [1] M. D. Humphries, K. Gurney, Network 'small-world-ness', PLoS ONE 3, e0002051 (2008).
    """
    rng = np.random.default_rng(rng)
    own = _numbers(layer, rng)
    means = np.mean([_numbers(null, rng) for null in nulls], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = (own[:2] / means[:2]) / (own[2] / means[2])
    sigma = np.where((means[:2] > 0) & np.isfinite(sigma), sigma, np.nan)
    return SmallWorldness(*map(float, (*sigma, own[3], means[3])))


def _numbers(layer: BipartiteLayer, rng: np.random.Generator) -> np.ndarray:
    """Return both clusterings, path length and reachable fraction."""
    sources = SOURCES if sum(layer.shape) > LARGE else None
    found = path_lengths(layer, sources=sources, rng=rng)["all"]
    return np.array([robins_alexander(layer).value, latapy(layer)["dot"].value, found.length, found.reachable])


@register(
    "small-worldness",
    of="layer",
    formula="(C / mean C_null) / (L / mean L_null), 20 curveball samples; C Robins-Alexander, in part latapy Latapy",
    bounds="at least 0; above 1 a small world",
    undefined="null samples without clustering, or no path: NaN",
    reads={"links"},
    cost="clustering and paths of 21 layers",
    seconds=lambda layer: SAMPLES * (4e-8 * walks_of_two(layer) + 1e-6 * layer.n_links + 1e-9 * sum(layer.shape) ** 2),
    usual=False,
)
def small_world(layer: BipartiteLayer, *, rng=None) -> dict[str, Value]:
    """Return the small-worldness of a layer against degree-preserving samples of its own.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((30, 20), 0.2, readout=0, rng=0).layers[0]
    >>> 0.8 < ns.measures.small_world(layer, rng=0)[""].value < 1.2
    True

    References
    ----------
    .. [1] M. D. Humphries, K. Gurney, Network 'small-world-ness', PLoS ONE 3, e0002051 (2008).
    """
    rng = np.random.default_rng(rng)
    found = small_worldness(layer, NULL_MODELS["curveball"].samples(layer, SAMPLES, rng=rng), rng=rng)
    note = f"C is Robins-Alexander's; {found.null_reachable:.0%} of pairs reachable in null samples"
    values = {"": found.robins_alexander, "latapy": found.latapy}
    return {
        part: undefined("null samples without clustering, or no path", reachable=found.reachable)
        if np.isnan(number)
        else Value(number, note.replace("Robins-Alexander", "Latapy") if part else note, found.reachable)
        for part, number in values.items()
    }
