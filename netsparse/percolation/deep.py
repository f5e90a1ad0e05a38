"""Random removal from an infinitely deep network."""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue, unknown
from netsparse.graph import BipartiteLayer, as_layer
from netsparse.graph.door import LayerLike
from netsparse.percolation.order import KINDS


def deep_limit(layer: LayerLike, kept: np.ndarray, *, kind: str = "links") -> np.ndarray:
    r"""Return the fraction of active neurons in the middle of an infinitely deep network of such layers.

    The layer is repeated for ever, each time rewired at random with its in- and out-degrees kept: the
    locally tree-like ensemble whose only parameters are the two degree distributions. With their generating
    functions :math:`G_{in}(x) = \sum_k P_{in}(k) x^k` and :math:`G_{out}`, the recursion of `message_passing`
    has the fixed point

    .. math:: f = 1 - G_{in}(1 - p f), \quad b = 1 - G_{out}(1 - p b), \quad P = f b \qquad \text{(links)},
    .. math:: f = p (1 - G_{in}(1 - f)), \quad b = p (1 - G_{out}(1 - b)), \quad P = f b / p
              \qquad \text{(neurons)},

    which is positive only above the threshold :math:`p_c = 1 / \langle k \rangle` (`deep_threshold`).

    Parameters
    ----------
    layer : BipartiteLayer
        Or what :func:`netsparse.graph.as_layer` takes.
        As many rows as columns.
    kept : array_like
        p, from 0 to 1.
    kind : {'links', 'neurons'}, default 'links'

    Returns
    -------
    numpy.ndarray
        P, in the shape of `kept`.

    Raises
    ------
    ValueError
        If the layer is not square, `kind` is unknown, or a p is outside [0, 1].

    Notes
    -----
    The fixed point is found by bisection, to 1e-15; O(links + values of p x distinct degrees).

    Examples
    --------
    In a full 2 x 2 layer each neuron has two in-links: f = 1 - (1 - p f)^2, positive above p = 1/2.

    >>> import netsparse as ns, numpy as np
    >>> full = ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], np.ones(4), shape=(2, 2))
    >>> ns.percolation.deep_limit(full, [0.5, 0.75, 1.0]).round(4)
    array([0.    , 0.7901, 1.    ])
    """
    layer = as_layer(layer)
    _check_square(layer)
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    kept = np.asarray(kept, dtype=float)
    if not ((kept >= 0) & (kept <= 1)).all():
        raise InvalidValue("kept must be from 0 to 1 and not NaN")
    forward = _fixed_point(layer.column_degrees, kept)
    backward = _fixed_point(layer.row_degrees, kept)
    # With f = p g the recursion for neurons is that for links in g, and f b / p = p g_f g_b.
    return forward * backward * (kept if kind == "neurons" else 1)


def deep_threshold(layer: LayerLike) -> float:
    """Return p_c = neurons / links = 1 / <k>, the share of links or neurons an infinitely deep network needs.

    Above 1 means that the layer, repeated for ever, lets nothing through even when intact; infinite if it has
    no link. See `deep_limit`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((100, 100), density=0.05, readout=0, rng=0).layers[0]
    >>> ns.percolation.deep_threshold(layer)
    0.2
    """
    layer = as_layer(layer)
    _check_square(layer)
    return layer.shape[0] / layer.n_links if layer.n_links else np.inf


def _check_square(layer: BipartiteLayer) -> None:
    if layer.shape[0] != layer.shape[1]:
        raise InvalidValue(f"only a square layer can be repeated, got {layer.shape[0]} x {layer.shape[1]}")


def _fixed_point(degrees: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the largest g with g = 1 - G(1 - p g), by bisection.

    The right side less g is concave in g and 0 at g = 0: positive before the largest root, negative after it.
    """
    counts = np.bincount(degrees) / degrees.size
    present = np.flatnonzero(counts)
    low, high = np.zeros(kept.shape), np.ones(kept.shape)
    for _ in range(60):
        middle = (low + high) / 2
        missing = ((1 - kept * middle)[..., None] ** present) @ counts[present]
        above = 1 - missing >= middle
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(kept * degrees.mean() > 1, high, 0)
