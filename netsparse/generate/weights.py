"""Initial weights, by name: zero-mean normal numbers that differ in their standard deviation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.registry import Registry


def kaiming(n: int, layer_shape: tuple[int, int], layer_density: float, *, rng=None, dtype=np.float32) -> np.ndarray:
    r"""Draw Kaiming weights, :math:`N(0, 2 / rows)`, as if every possible in-link were present.

    Parameters
    ----------
    n : int
        Number of weights.
    layer_shape : (int, int)
        Rows and columns of the layer.
    layer_density : float
        Ignored: this rule does not look at the links that are present.
    rng : numpy.random.Generator or seed, optional
    dtype : float32 or float64
        Numbers are drawn in float64 and rounded, so that a seed means the same network in both.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Examples
    --------
    >>> from netsparse.generate.weights import kaiming
    >>> round(float(kaiming(100_000, (200, 10), 0.01, rng=0).std()), 3)
    0.1

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015.
    """
    return _normal(n, np.sqrt(2 / layer_shape[0]), rng, dtype)


def swi(n: int, layer_shape: tuple[int, int], layer_density: float, *, rng=None, dtype=np.float32) -> np.ndarray:
    r"""Draw sparse weights, :math:`N(0, 2 / (density \cdot rows))`: Kaiming for the links that are present.

    Parameters and result as in :func:`kaiming`.

    Examples
    --------
    >>> from netsparse.generate.weights import swi
    >>> round(float(swi(100_000, (200, 10), 0.25, rng=0).std()), 3)
    0.2

    References
    ----------
    .. [1] Y. Zhang et al., Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired
       theory for ultra-sparse advantage in deep learning, ICLR 2024 (sparse weight initialisation).
    """
    return _normal(n, np.sqrt(2 / (layer_density * layer_shape[0])), rng, dtype)


def zero(n: int, layer_shape: tuple[int, int], layer_density: float, *, rng=None, dtype=np.float32) -> np.ndarray:
    """Return zeros: for links that grow in training; a network that starts with them cannot learn.

    Parameters and result as in :func:`kaiming`.

    Examples
    --------
    >>> from netsparse.generate.weights import zero
    >>> zero(2, (200, 10), 0.01)
    array([0., 0.], dtype=float32)
    """
    return np.zeros(n, dtype=dtype)


def _normal(n: int, deviation: float, rng, dtype) -> np.ndarray:
    weights = np.random.default_rng(rng).standard_normal(n)
    weights *= deviation
    return weights.astype(dtype, copy=False)


WEIGHTS: Registry[Callable[..., np.ndarray]] = Registry(
    "initial weights", {"kaiming": kaiming, "swi": swi, "zero": zero}
)


def draw_weights(
    name: str, n: int, layer_shape: tuple[int, int], layer_density: float, *, rng=None, dtype=np.float32
) -> np.ndarray:
    """Draw `n` weights by the rule of this name in `WEIGHTS`; an unknown name's error lists the known ones.

    Examples
    --------
    >>> from netsparse.generate import draw_weights
    >>> draw_weights('swi', 2, (100, 10), 0.1, rng=0, dtype='float64').shape
    (2,)
    """
    return WEIGHTS[name](n, layer_shape, layer_density, rng=rng, dtype=dtype)
