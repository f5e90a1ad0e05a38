"""Perturbations of the weights that leave the topology, the biases and all that is frozen as they are.

A layer's links, and their number, are below those that are not frozen; of ``network.thaw()`` all are perturbed.
"""

from __future__ import annotations

import math

import numpy as np

from netsparse.errors import check_count, check_number
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.robustness.targets import check_strength, map_weights, share

MOST_BITS = 16
COARSE = -np.arange(0, 10, 0.25)  # octaves below the half-step that reaches the largest weight
FINE = np.arange(-0.25, 0.25, 1 / 64)  # around the best of them
MOST_ROUNDS = 100


def shuffle_weights(network: NetworkLike, strength: float, *, readout: bool = False, rng=None) -> LayeredNetwork:
    r"""Permute the weights of each layer among links of similar weight.

    The range of the signed weights of a layer is cut into bins of width

    .. math:: s \, (\max w - \min w),

    the last bin closed (and narrower where 1/s is not whole), and the weights inside each bin are permuted
    uniformly: every link keeps its weight to within one bin width [1]_.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    strength : float in [0, 1]
        Bin width as a share s of the range. 0 is the identity, 1 a full permutation of each layer.
    readout : bool, default False
        Whether the readout's links take part.
    rng : None, int or numpy.random.Generator

    Returns
    -------
    LayeredNetwork
        The same topology, biases and, in each bin, multiset of weights.

    Raises
    ------
    ValueError
        If `strength` is outside [0, 1].

    Notes
    -----
    O(links log links).

    References
    ----------
    .. [1] arXiv:2602.21961.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> shuffled = ns.robustness.shuffle_weights(network, 1.0, rng=0)
    >>> old, new = network.layers[0].weights, shuffled.layers[0].weights
    >>> bool(np.array_equal(np.sort(old), np.sort(new))), bool(np.array_equal(old, new))
    (True, False)
    """
    network = as_network(network)
    strength = check_strength(strength, 1)
    rng = np.random.default_rng(rng)
    if strength == 0:
        return network
    return map_weights(network, lambda weights: _permuted_in_bins(weights, strength, rng), readout=readout)


def weight_bins(weights: np.ndarray, width: float) -> np.ndarray:
    """Return the bin of each weight, counted from the smallest, for bins of `width` times the range.

    Examples
    --------
    >>> weight_bins(np.array([0.0, 0.24, 0.25, 0.75, 1.0]), 0.25)
    array([0, 0, 1, 3, 3])
    """
    weights = np.asarray(weights, dtype=np.float64)
    span = np.ptp(weights)
    if span == 0:
        return np.zeros(weights.size, dtype=np.int64)
    last = math.ceil(1 / width - 1e-9) - 1  # 1/width may miss a whole number by a rounding error
    bins = np.floor((weights - weights.min()) / span / width)
    return np.minimum(bins, last).astype(np.int64)


def _permuted_in_bins(weights: np.ndarray, width: float, rng: np.random.Generator) -> np.ndarray:
    bins = weight_bins(weights, width)
    places = np.argsort(bins, kind="stable")
    sources = np.lexsort((rng.random(weights.size), bins))  # the same bins in the same order, random inside
    permuted = np.empty_like(weights)
    permuted[places] = weights[sources]
    return permuted


def add_weight_noise(network: NetworkLike, strength: float, *, readout: bool = False, rng=None) -> LayeredNetwork:
    r"""Add Gaussian noise whose standard deviation is a multiple of the layer's mean absolute weight.

    .. math:: w \leftarrow w + \varepsilon, \quad \varepsilon \sim N(0, \sigma^2), \quad \sigma = s \, \overline{|w|}

    with the mean over the links of the layer. The "weight modification" of [1]_.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    strength : float, at least 0
        The multiple s; 0 is the identity.
    readout : bool, default False
        Whether the readout's links take part.
    rng : None, int or numpy.random.Generator
        The same seed draws the same noise at every strength, times s.

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError
        If `strength` is negative, NaN or infinite.

    Notes
    -----
    O(links).

    References
    ----------
    .. [1] arXiv:2602.21961.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> noisy = ns.robustness.add_weight_noise(network, 0.5, rng=0)
    >>> noisy.layers[0].same_topology(network.layers[0]), noisy == network
    (True, False)
    """
    network = as_network(network)
    strength = check_number("strength", strength, at_least=0)
    rng = np.random.default_rng(rng)
    if strength == 0:
        return network

    def noisy(weights: np.ndarray) -> np.ndarray:
        deviation = strength * np.abs(weights).mean(dtype=np.float64)
        return weights + deviation * rng.standard_normal(weights.size)

    return map_weights(network, noisy, readout=readout)


def flip_signs(network: NetworkLike, strength: float, *, readout: bool = False, rng=None) -> LayeredNetwork:
    r"""Flip the sign of a random fraction of the weights of each layer.

    Exactly :math:`\lfloor s m + 1/2 \rfloor` of a layer's m links are drawn, without regard to their weight.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    strength : float in [0, 1]
        The fraction s; 0 is the identity, 1 negates all weights.
    readout : bool, default False
        Whether the readout's links take part.
    rng : None, int or numpy.random.Generator
        With the same seed, the links flipped at a lower strength are among those flipped at a higher one.

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError
        If `strength` is outside [0, 1].

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> flipped = ns.robustness.flip_signs(network, 0.25, rng=0)
    >>> int((flipped.layers[0].weights != network.layers[0].weights).sum())  # of 12 links
    3
    """
    network = as_network(network)
    strength = check_strength(strength, 1)
    rng = np.random.default_rng(rng)

    def flipped(weights: np.ndarray) -> np.ndarray:
        chosen = rng.permutation(weights.size)[: share(strength, weights.size)]
        weights[chosen] *= -1
        return weights

    return map_weights(network, flipped, readout=readout)


def quantise_weights(network: NetworkLike, strength: int, *, readout: bool = False, rng=None) -> LayeredNetwork:
    r"""Round the weights of each layer to n bits, symmetrically and uniformly.

    The levels of a layer are the :math:`2^n` odd multiples of half a step, the same on both sides of 0,

    .. math:: w \leftarrow \mathrm{sign}(w) \, h \, (2k + 1), \qquad k = 0, \dots, 2^{n-1} - 1,

    each weight going to the nearest. The half-step h is that of the least squared error over the layer's links:
    one bit leaves the sign, :math:`\pm \overline{|w|}` [1]_, and more bits clip what is rare and large rather than
    be coarse about all others [2]_. No level is 0: a link of weight 0.0 gets the smallest positive one.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    strength : int, 0 or 1 to 16
        The number of bits n. The FEWER, the stronger; 0 means no quantisation: the identity.
    readout : bool, default False
        Whether the readout's links take part.
    rng
        Not used: rounding is deterministic.

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError, TypeError
        If `strength` is not a whole number from 0 to 16.

    Notes
    -----
    O(links): the best of 72 half-steps is improved, levels and half-step in turns, until it stands still. That is the
    least error near this range; nothing is random.

    References
    ----------
    .. [1] Rastegari, M., Ordonez, V., Redmon, J., Farhadi, A. "XNOR-Net", ECCV 2016.
    .. [2] Max, J. "Quantizing for minimum distortion", IRE Transactions on Information Theory 6, 7 (1960).

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [0.9, -0.3, 0.2], shape=(2, 2))
    >>> ns.robustness.quantise_weights(ns.LayeredNetwork([layer]), 2).layers[0].weights
    array([ 0.87272727, -0.29090909,  0.29090909])
    """
    network = as_network(network)
    bits = check_count("strength", check_strength(strength, MOST_BITS))
    if bits == 0:
        return network
    return map_weights(network, lambda weights: _quantised(weights, bits), readout=readout)


def _quantised(weights: np.ndarray, bits: int) -> np.ndarray:
    sizes = np.abs(weights.astype(np.float64))
    if not sizes.any():
        return weights
    _, exponent = np.frexp(sizes.max())
    sizes = np.ldexp(sizes, -exponent)  # exactly, to at most 1: squares neither overflow nor vanish
    highest = 2**bits - 1  # the largest odd multiple
    half_step = sizes.max() / highest
    for octaves in (COARSE, FINE):
        half_step = min(half_step * 2.0**octaves, key=lambda half: _squared_error(sizes, half, highest))
    for _ in range(MOST_ROUNDS):
        multiples = _odd_multiples(sizes, half_step, highest)
        better = (sizes * multiples).sum() / (multiples * multiples).sum()  # least squares for these levels
        if better == half_step:
            break
        half_step = better
    return np.where(weights < 0, -1.0, 1.0) * np.ldexp(half_step * _odd_multiples(sizes, half_step, highest), exponent)


def _odd_multiples(sizes: np.ndarray, half_step: float, highest: int) -> np.ndarray:
    return np.minimum(2 * np.floor(sizes / (2 * half_step)) + 1, highest)


def _squared_error(sizes: np.ndarray, half_step: float, highest: int) -> float:
    return float(((sizes - half_step * _odd_multiples(sizes, half_step, highest)) ** 2).sum())
