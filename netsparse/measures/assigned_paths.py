"""Credit-assigned paths: the directed paths from an input to an output, counted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import pattern


class CreditPaths(NamedTuple):
    """Numbers of directed input-to-output paths.

    Attributes
    ----------
    total : float
        In all; infinite where it exceeds float64, about 1e308, as the others are.
    log_total : float
        Its natural logarithm, finite where `total` is not; -inf where there is no path.
    neurons : list of numpy.ndarray
        Through each neuron, one array per neuron layer.
    links : list of numpy.ndarray
        Through each link, one array per layer, in CSR order.
    """

    total: float
    log_total: float
    neurons: list[np.ndarray]
    links: list[np.ndarray]


def credit_paths(network: LayeredNetwork | BipartiteLayer) -> CreditPaths:
    r"""Count the directed paths from an input to an output: in all, through each neuron and through each link.

    .. math:: P = 1^T A_1 A_2 \dots A_L 1, \qquad P_v = f_v b_v, \qquad P_{uv} = f_u b_v,

    with f and b the numbers of paths that lead to a neuron and on from it.

    Returns
    -------
    CreditPaths
        Exact up to 2^53.

    Notes
    -----
    Every path of a layered network has as many links as there are layers. O(links).

    Examples
    --------
    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> paths = ns.measures.credit_paths(ns.LayeredNetwork([first, second]))
    >>> paths.total, paths.neurons[1].tolist(), paths.links[0].tolist()
    (2.0, [1.0, 1.0], [1.0, 1.0])

    References
    ----------
    .. [1] J. Schmidhuber, Deep learning in neural networks: an overview, Neural Networks 61, 85 (2015).
    """
    network = as_network(network)
    patterns = [pattern(layer) for layer in network.layers]
    forward, forward_logs = _counts([links.T.tocsr() for links in patterns], network.sizes[0])
    backward, backward_logs = _counts(patterns[::-1], network.sizes[-1])
    backward, backward_logs = backward[::-1], backward_logs[::-1]

    def times(f: np.ndarray, b: np.ndarray, place: int, after: int) -> np.ndarray:
        return _scaled(f * b, forward_logs[place] + backward_logs[after])

    neurons = [times(f, b, place, place) for place, (f, b) in enumerate(zip(forward, backward, strict=True))]
    links = [
        times(forward[place][layer.rows], backward[place + 1][layer.columns], place, place + 1)
        for place, layer in enumerate(network.layers)
    ]
    with np.errstate(divide="ignore"):
        log_total = float(np.log(forward[-1].sum()) + forward_logs[-1])
    total = float(_scaled(forward[-1].sum(), forward_logs[-1]))
    return CreditPaths(total, log_total, neurons, links)


def _counts(steps: list, size: int) -> tuple[list[np.ndarray], list[float]]:
    """Return the number of paths to each neuron, and the logarithms of powers of two taken out to keep it finite."""
    counts, logs = [np.ones(size)], [0.0]
    for step in steps:
        reached = step @ counts[-1]
        exponent = max(int(np.frexp(reached.max(initial=0.0))[1]) - 500, 0)  # powers of two: exact
        counts.append(np.ldexp(reached, -exponent))
        logs.append(logs[-1] + exponent * np.log(2.0))
    return counts, logs


def _scaled(counts: np.ndarray, log_scale: float) -> np.ndarray:
    """Return counts times exp(log_scale), as it stands where nothing was taken out."""
    with np.errstate(over="ignore", invalid="ignore"):
        return counts if not log_scale else np.where(counts > 0, counts * np.exp(log_scale), 0.0)


@register(
    "credit-paths",
    of="network",
    formula="1' A1 A2 ... AL 1, the directed input-to-output paths, its logarithm, the largest share through a neuron",
    bounds="at least 0; the logarithm -inf without a path",
    undefined="no path: 0",
    reads={"links"},
    cost="O(m)",
    seconds=lambda network: 3e-8 * network.n_links,
)
def credit_assigned_paths(network: LayeredNetwork | BipartiteLayer) -> dict[str, Value]:
    """Return the number of credit-assigned paths, and how far they run through a single hidden neuron.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((2, 3, 2), 1.0, readout=0, rng=0)
    >>> ns.measures.credit_assigned_paths(network)["total"].value
    12.0

    References
    ----------
    .. [1] J. Schmidhuber, Deep learning in neural networks: an overview, Neural Networks 61, 85 (2015).
    """
    found = credit_paths(network)
    note = "" if found.total else "no path from an input to an output"
    values = {"total": Value(found.total, note), "log": Value(found.log_total, note)}
    hidden = found.neurons[1:-1]
    if not hidden:
        share = undefined("no hidden neuron")
    elif note or not np.isfinite(found.total):
        share = undefined(note or "more paths than float64 counts")
    else:
        share = Value(float(np.concatenate(hidden).max() / found.total))
    return values | {"largest-share": share}
