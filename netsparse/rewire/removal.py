"""Which links of a layer go: removal rules, by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.graph.layer import BipartiteLayer
from netsparse.importance.ties import smallest
from netsparse.registry import Registry


def magnitude(layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return the `n` links of smallest absolute weight; among equal ones at the cut, at random.

    Parameters
    ----------
    layer : BipartiteLayer
    n : int
        At most the number of links.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Ascending positions in the layer's CSR order.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [-3.0, 0.5, -1.0], shape=(2, 2))
    >>> ns.rewire.REMOVAL['magnitude'](layer, 2, rng=np.random.default_rng(0))
    array([1, 2])
    """
    return smallest(np.abs(layer.weights), n, rng=rng)


REMOVAL: Registry[Callable[..., np.ndarray]] = Registry("removal", {"magnitude": magnitude})
