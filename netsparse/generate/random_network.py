"""Initial networks: links by a rule, their number exact, a dense readout, random weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue, check_count, check_number
from netsparse.generate.starts import STARTS, Shape, draw_start
from netsparse.generate.weights import WEIGHTS, draw_weights
from netsparse.graph.canonical import DTYPES
from netsparse.graph.keys import check_shape, layer_from_keys
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork


def erdos_renyi(
    sizes: Sequence[int],
    density: float | Sequence[float],
    *,
    readout: int = 1,
    weights: str = "kaiming",
    activation: str = "relu",
    dtype=np.float32,
    rng=None,
) -> LayeredNetwork:
    """Generate a layered network whose sparse layers are Erdős-Rényi bipartite graphs.

    Each sparse layer has exactly ``round(density * rows * columns)`` links, every such set of links equally
    likely; the last `readout` layers have all links. Biases are zero.

    Parameters
    ----------
    sizes : sequence of int
        Number of neurons of each neuron layer, inputs first, outputs last.
    density : float or sequence of float
        Share of the possible links of a sparse layer, above 0 and at most 1: of all of them, or of each.
    readout : int, default 1
        How many last layers are dense.
    weights : {'kaiming', 'swi'}
        Rule of the initial weights (:data:`netsparse.generate.WEIGHTS`); the readout follows it at density 1.
    activation : str, default 'relu'
        See :class:`netsparse.graph.LayeredNetwork`.
    dtype : float32 or float64
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError
        If `density` is not in (0, 1] or leaves a layer without a link, or `sizes`, `readout`, `dtype` or a name
        makes no sense.

    Notes
    -----
    O(links) memory and O(links log links) time, whatever the number of possible links.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.generate.erdos_renyi((784, 1000, 1000, 1000, 10), 0.01, rng=0)
    LayeredNetwork(784-1000-1000-1000-10, 37840 links, density 0.01354, 1 readout layer, relu, float32)
      0  784 x 1000, 7840 links, density 0.01
      1  1000 x 1000, 10000 links, density 0.01
      2  1000 x 1000, 10000 links, density 0.01
      3  1000 x 10, 10000 links, density 1 (readout)

    References
    ----------
    .. [1] P. Erdős, A. Rényi, On random graphs I, Publicationes Mathematicae 6, 290-297, 1959.
    """
    return initial(sizes, density, readout=readout, weights=weights, activation=activation, dtype=dtype, rng=rng)


def initial(
    sizes: Sequence[int],
    density: float | Sequence[float],
    start: str = "erdos-renyi",
    *,
    options: Mapping[str, Any] | None = None,
    inputs: np.ndarray | None = None,
    readout: int = 1,
    weights: str = "kaiming",
    activation: str = "relu",
    dtype=np.float32,
    rng=None,
) -> LayeredNetwork:
    """Generate a layered network whose sparse layers start with the links that a rule chooses.

    Each sparse layer has exactly ``round(density * rows * columns)`` links; the last `readout` layers have all
    links. Biases are zero.

    Parameters
    ----------
    sizes, density
        As in :func:`erdos_renyi`.
    start : str, default 'erdos-renyi'
        A name in :data:`netsparse.generate.STARTS`.
    options : mapping of str to number, str or bool, optional
        Keyword arguments of the rule's own.
    inputs : numpy.ndarray of shape (samples, sizes[0]), optional
        Training inputs, for rules that need them.
    readout, weights, activation, dtype, rng
        As in :func:`erdos_renyi`.

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError
        As in :func:`erdos_renyi`; if the rule needs inputs that are not given, or does not return as many distinct
        links as it was asked for.

    Notes
    -----
    O(links log links) time and O(links) memory, and what the rule takes.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.initial((784, 100, 100, 10), 0.05, "k-regular", rng=0)
    >>> sorted(set(network.layers[1].row_degrees.tolist())), network.layers[0].n_links
    ([5], 3920)
    """
    shapes = _checked_shapes(sizes)
    n_sparse = len(shapes) - check_count("readout", readout)
    if n_sparse < 0:
        raise InvalidValue(f"readout is {readout}, but {len(shapes) + 1} sizes make {len(shapes)} layers")
    for registry, name in ((STARTS, start), (WEIGHTS, weights)):
        registry.entry(name)
    if np.dtype(dtype) not in DTYPES:
        raise InvalidValue(f"dtype must be float32 or float64, got {np.dtype(dtype)}")
    inputs = None if inputs is None else _checked_inputs(inputs, shapes[0][0])
    densities = _checked_densities(density, n_sparse)
    counts = [_link_count(index, shapes[index], density) for index, density in enumerate(densities)]
    rng = np.random.default_rng(rng)
    layers = []
    for index, n in enumerate(counts):
        keys = draw_start(start, shapes[:n_sparse], index, n, options=options, inputs=inputs, rng=rng)
        layers.append(_weighted(keys, shapes[index], weights, dtype, rng))
    layers += [_weighted(_all_keys(shape), shape, weights, dtype, rng) for shape in shapes[n_sparse:]]
    return LayeredNetwork(layers, readout, activation)


def _checked_shapes(sizes: Sequence[int]) -> list[tuple[int, int]]:
    sizes = [check_count(f"size of neuron layer {index}", size, at_least=1) for index, size in enumerate(sizes)]
    if len(sizes) < 2:
        raise InvalidValue(f"a network needs at least two neuron layers, got sizes {tuple(sizes)}")
    shapes = list(zip(sizes[:-1], sizes[1:], strict=True))
    for shape in shapes:
        check_shape(shape)
    return shapes


def _checked_densities(density: float | Sequence[float], n_sparse: int) -> list[float]:
    if np.ndim(density) == 0:
        return [check_number("density", density, above=0, at_most=1)] * n_sparse
    densities = [check_number("density", each, above=0, at_most=1) for each in density]
    if len(densities) != n_sparse:
        raise InvalidValue(f"density has {len(densities)} numbers, but there are {n_sparse} sparse layers")
    return densities


def _link_count(index: int, shape: tuple[int, int], density: float) -> int:
    n = round(density * shape[0] * shape[1])
    if n == 0:
        raise InvalidValue(f"density {density:g} gives layer {index} ({shape[0]} x {shape[1]}) no link")
    return n


def _checked_inputs(inputs: np.ndarray, n_features: int) -> np.ndarray:
    inputs = np.asarray(inputs)
    if inputs.ndim != 2 or inputs.shape[1] != n_features or inputs.dtype.kind not in "biuf":
        raise InvalidValue(
            f"inputs must be numbers of shape (samples, {n_features}), got {inputs.dtype} of shape {inputs.shape}",
            parameter="inputs",
        )
    if not np.isfinite(inputs).all():
        raise InvalidValue("inputs hold NaN or infinite values", parameter="inputs")
    return inputs


def _all_keys(shape: Shape) -> np.ndarray:
    return np.arange(shape[0] * shape[1])


def _weighted(keys: np.ndarray, shape: Shape, weights: str, dtype, rng: np.random.Generator) -> BipartiteLayer:
    density = keys.size / (shape[0] * shape[1])
    return layer_from_keys(keys, draw_weights(weights, keys.size, shape, density, rng=rng, dtype=dtype), shape)
