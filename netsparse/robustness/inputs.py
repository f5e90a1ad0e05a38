"""Perturbations of the inputs, in pixel units from 0 to 1, the network left as it is.

Networks see standardised inputs x = (p - mean) / deviation of pixels p. Strengths are changes of p, and perturbed
pixels are clipped to [0, 1], so that every perturbed input is an image again.
"""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue, check_count, check_number
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.robustness.targets import check_strength


def add_input_noise(
    network: LayeredNetwork, x, y, strength: float, *, mean: float = 0.0, deviation: float = 1.0, rng=None
) -> np.ndarray:
    r"""Add Gaussian noise to every pixel and clip.

    .. math:: p \leftarrow \mathrm{clip}(p + \varepsilon, 0, 1), \quad \varepsilon \sim N(0, s^2)

    Parameters
    ----------
    network, y
        Not used: the noise does not know them.
    x : array_like, shape (samples, inputs)
        Standardised inputs.
    strength : float, at least 0
        Standard deviation s of the noise in pixel units; 0 is the identity.
    mean, deviation : float
        Those of the standardisation, in pixel units (0 and 1 if `x` holds pixels).
    rng : None, int or numpy.random.Generator
        The same seed draws the same noise at every strength, times s.

    Returns
    -------
    numpy.ndarray, shape (samples, inputs)
        Standardised, of the dtype of `x`.

    Raises
    ------
    ValueError
        If `strength` is negative or `x` does not hold standardised pixels between 0 and 1.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.robustness.add_input_noise(None, [[0.0, 0.5, 1.0]], None, 0.1, rng=0).round(3)
    array([[0.013, 0.487, 1.   ]])
    """
    strength = check_number("strength", strength, at_least=0)
    x, low, high = _with_bounds(x, mean, deviation)
    if strength == 0:
        return x
    noise = np.random.default_rng(rng).standard_normal(x.shape, dtype=x.dtype)
    noise *= strength / deviation
    noise += x
    return np.clip(noise, low, high, out=noise)


def fgsm(
    network: NetworkLike, x, y, strength: float, *, mean: float = 0.0, deviation: float = 1.0, rng=None
) -> np.ndarray:
    r"""Move every pixel by the strength in the direction that increases the loss: the fast gradient sign method.

    .. math:: p \leftarrow \mathrm{clip}(p + \epsilon \, \mathrm{sign} \nabla_p L(p, y), 0, 1)

    with L the cross-entropy of the network's outputs [1]_.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    y : array_like of int, shape (samples,)
        The true classes.
    strength : float in [0, 1]
        The largest change :math:`\epsilon` of a pixel; 0 is the identity.
    x, mean, deviation
        As in :func:`add_input_noise`, and so is what is returned.
    rng
        Not used.

    Raises
    ------
    ValueError
        If `strength` is outside [0, 1] or `x` does not hold standardised pixels between 0 and 1.

    Notes
    -----
    One forward and one backward pass.

    References
    ----------
    .. [1] Goodfellow, I., Shlens, J., Szegedy, C. "Explaining and harnessing adversarial examples", ICLR 2015.

    Examples
    --------
    The output of class 0 grows with the first pixel, so that the attack lowers it and raises the other.

    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    >>> ns.robustness.fgsm(ns.LayeredNetwork([layer]), [[0.5, 0.5]], [0], 0.25)
    array([[0.25, 0.75]])
    """
    network = as_network(network)
    strength = check_strength(strength, 1)
    x, low, high = _with_bounds(x, mean, deviation)
    if strength == 0:
        return x
    return np.clip(x + strength / deviation * _ascent(network, x, y), low, high)


def pgd(
    network: NetworkLike,
    x,
    y,
    strength: float,
    *,
    steps: int = 10,
    mean: float = 0.0,
    deviation: float = 1.0,
    rng=None,
) -> np.ndarray:
    r"""Maximise the loss within a box around every image: projected gradient descent.

    From a uniformly random point of the box :math:`|p' - p| \le \epsilon`, `steps` times

    .. math:: p' \leftarrow \Pi \left( p' + 2.5 \frac{\epsilon}{\mathrm{steps}} \, \mathrm{sign} \nabla L \right)

    where :math:`\Pi` projects on the box and on [0, 1] [1]_.

    Parameters
    ----------
    network, x, y, strength, mean, deviation
        As in :func:`fgsm`.
    steps : int, default 10
        Number of gradient steps.
    rng : None, int or numpy.random.Generator
        Draws the starting points.

    Returns
    -------
    numpy.ndarray, shape (samples, inputs)

    Raises
    ------
    ValueError
        As in :func:`fgsm`, or if `steps` is below 1.

    Notes
    -----
    `steps` forward and backward passes.

    References
    ----------
    .. [1] Madry, A. et al. "Towards deep learning models resistant to adversarial attacks", ICLR 2018.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    >>> ns.robustness.pgd(ns.LayeredNetwork([layer]), [[0.5, 0.5]], [0], 0.25, rng=0)
    array([[0.25, 0.75]])
    """
    network = as_network(network)
    strength = check_strength(strength, 1)
    steps = check_count("steps", steps, at_least=1)
    x, low, high = _with_bounds(x, mean, deviation)
    if strength == 0:
        return x
    radius = strength / deviation
    low, high = np.maximum(x - radius, low), np.minimum(x + radius, high)
    start = np.random.default_rng(rng).random(x.shape, dtype=x.dtype)
    moved = np.clip(x + radius * (2 * start - 1), low, high)
    for _ in range(steps):
        moved += 2.5 * radius / steps * _ascent(network, moved, y)
        np.clip(moved, low, high, out=moved)
    return moved


def _ascent(network: LayeredNetwork, x: np.ndarray, y) -> np.ndarray:
    """Return the sign of the loss gradient in every input; that in p is the same."""
    from netsparse.graph.gradient import input_gradient

    return np.sign(input_gradient(network, x, y)).astype(x.dtype, copy=False)


def _with_bounds(x, mean: float, deviation: float) -> tuple[np.ndarray, float, float]:
    """Return the inputs as floats with what black and white are in their units."""
    check_number("mean", mean)
    check_number("deviation", deviation, above=0)
    x = np.asarray(x)
    x = x if x.dtype == np.float32 else x.astype(np.float64, copy=False)
    black, white = (0 - mean) / deviation, (1 - mean) / deviation
    tolerance = 1e-5 * (white - black)
    if not (np.all(x >= black - tolerance) and np.all(x <= white + tolerance)):
        raise InvalidValue(
            "input perturbations work on pixels from 0 to 1, but with this mean and deviation the inputs reach from "
            f"{x.min() * deviation + mean:.4g} to {x.max() * deviation + mean:.4g}"
        )
    return x, black, white
