"""Soft removal: links are kept by lot, the more important the likelier."""

from __future__ import annotations

from functools import partial

import numpy as np

from netsparse.errors import check_number
from netsparse.graph import BipartiteLayer
from netsparse.importance.relative_weight import relative_weights
from netsparse.importance.ties import smallest
from netsparse.rewire.removal import REMOVAL

_SOURCE = "Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025."


def soft_removal(
    layer: BipartiteLayer, n: int, *, importance, temperature: float = 1.0, rng: np.random.Generator
) -> np.ndarray:
    r"""Keep links drawn one after the other without replacement, each in proportion to its importance to a power.

    Parameters
    ----------
    layer : BipartiteLayer
    n : int
        How many links go; of those of importance 0 none is kept before all others are.
    importance : function
        Importance of the links of a layer, not negative.
    temperature : float, default 1
        The power, at least 0: at 0 all links but those of importance 0 are alike, and the larger it is, the nearer the
        removal is to that of the least important ones. A recipe may give it a schedule: 1 to 3 (linear), as published.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int64
        Ascending positions of the `n` links that go.

    Notes
    -----
    O(links): as in :class:`netsparse.linkpred.soft.Race`, links race at times that are exponential with their weight as
    the rate, on a logarithmic scale, and those that come in last go.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [1.0, 0.0, -2.0], shape=(2, 2))
    >>> ns.rewire.REMOVAL["soft-magnitude"](layer, 1, rng=np.random.default_rng(0))
    array([1])
    """
    temperature = check_number("temperature", temperature, at_least=0)
    values = importance(layer)
    speed = np.full(values.size, -np.inf)
    positive = values > 0
    speed[positive] = temperature * np.log(values[positive])
    speed[positive] -= np.log(rng.standard_exponential(int(positive.sum())))
    return smallest(speed, n, rng=rng)


def _magnitudes(layer: BipartiteLayer) -> np.ndarray:
    return np.abs(layer.weights).astype(np.float64)


REMOVAL.register(
    "soft-magnitude",
    partial(soft_removal, importance=_magnitudes),
    summary="By lot: links are kept in proportion to a power, temperature, of their absolute weights.",
    source=_SOURCE,
)
REMOVAL.register(
    "soft-relative-magnitude",
    partial(soft_removal, importance=relative_weights),
    summary="By lot: links are kept in proportion to a power, temperature, of their relative importance.",
    source=_SOURCE,
)
