"""Removal that takes its share of the positive and of the negative weights."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer
from netsparse.importance.ties import smallest
from netsparse.rewire.counts import allotted
from netsparse.rewire.removal import REMOVAL


@REMOVAL.register("signed-magnitude")
def by_signed_magnitude(layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """The positive and the negative weights closest to 0, each sign in proportion to its links.

    Links of weight 0 go first. What the rounding of the shares leaves goes to the sign whose share was cut the most:
    the code of the reference takes one positive link more than its share, and rounds that of negative ones up.

    Parameters
    ----------
    layer : BipartiteLayer
    n : int
        How many links go.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int64
        Ascending positions of the `n` links that go, ties at random.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0, 2.0, -3.0, -4.0], shape=(2, 2))
    >>> ns.rewire.REMOVAL["signed-magnitude"](layer, 2, rng=np.random.default_rng(0))
    array([0, 2])

    References
    ----------
    .. [1] D. C. Mocanu et al., Nature Communications 9, 2383, 2018.
    """
    weights = layer.weights
    zeros, *signs = (np.flatnonzero(test) for test in (weights == 0, weights > 0, weights < 0))
    if n <= zeros.size:
        return np.sort(rng.choice(zeros, n, replace=False))
    sizes = [links.size for links in signs]
    counts = allotted(n - zeros.size, sizes, sizes)
    gone = [
        links[smallest(np.abs(weights[links]), count, rng=rng)]
        for links, count in zip(signs, counts.tolist(), strict=True)
    ]
    return np.sort(np.concatenate([zeros, *gone]))
