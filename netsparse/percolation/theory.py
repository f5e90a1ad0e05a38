"""Expected percolation curves under random removal, by message passing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidValue, check_number, unknown
from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.percolation.order import KINDS

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class Messages:
    """Probabilities per neuron, one array per neuron layer.

    Attributes
    ----------
    forward : list of numpy.ndarray
        f: the neuron is there and hears an input.
    backward : list of numpy.ndarray
        b: the neuron is there and reaches an output.
    active : list of numpy.ndarray
        P: it lies on an input-to-output path.
    active_links : float
        Expected number of links on input-to-output paths.

    Examples
    --------
    >>> import netsparse as ns
    >>> messages = ns.percolation.message_passing(ns.generate.erdos_renyi((1, 1, 1), 1.0, readout=0, rng=0), kept=0.5)
    >>> [forward.round(6).tolist() for forward in messages.forward], messages.active_links
    ([[1.0], [0.5], [0.25]], 0.5)
    """

    forward: list[np.ndarray]
    backward: list[np.ndarray]
    active: list[np.ndarray]
    active_links: float


def message_passing(
    network: NetworkLike,
    kept: float,
    *,
    kind: str = "links",
    layers: Iterable[int] | None = None,
    readout: bool = False,
) -> Messages:
    r"""Return the probability that each neuron is active when links or neurons are kept at random.

    Each link is kept independently with probability p. A neuron hears an input unless all its in-links fail,

    .. math:: f_v = 1 - \prod_{u \to v} (1 - p f_u), \qquad f_{input} = 1,

    likewise :math:`b_v` backward, and :math:`P_v = f_v b_v`: f and b use disjoint links. Where neurons are
    kept with probability p,

    .. math:: f_v = p \Bigl(1 - \prod_{u \to v} (1 - f_u)\Bigr), \qquad f_{input} = p, \qquad
              P_v = f_v b_v / p,

    as v itself is in both. A link is on a path with probability :math:`f_u p\, b_v` (neurons: :math:`f_u b_v`).

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    kept : float
        p, from 0 to 1.
    kind : {'links', 'neurons'}, default 'links'
    layers : iterable of int, optional
        Where links (neurons) are removed; elsewhere p = 1. By default the links of all layers that take part, or the
        hidden neurons.
    readout : bool, default False
        Whether the readout's links take part. Without effect on neurons; not beside `layers`, which tell it.

    Returns
    -------
    Messages

    Raises
    ------
    ValueError
        If `kept`, `kind` or a layer is out of range, or `readout` is asked for beside `layers`.

    Notes
    -----
    Exact on trees, and in f through the second neuron layer of any network. Elsewhere the in-links of a neuron
    are positively correlated, so that f and b are upper bounds. O(links).

    References
    ----------
    .. [1] B. Karrer, M. E. J. Newman, L. Zdeborova, Percolation on sparse networks, Phys. Rev. Lett. 113,
       208702 (2014).
    .. [2] F. Radicchi and C. Castellano, Breaking of the site-bond percolation universality in networks, Nat.
       Commun. 6, 10196 (2015).

    Examples
    --------
    Two hidden neurons in parallel, all four links kept with probability 1/2.

    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> messages = ns.percolation.message_passing(ns.LayeredNetwork([first, second]), kept=0.5)
    >>> [active.round(4).tolist() for active in messages.active]
    [[0.4375], [0.25, 0.25], [0.4375]]
    """
    network = as_network(network)
    attacked = attacked_layers(network, kind, layers, readout)
    kept = check_number("kept", kept, at_least=0, at_most=1)
    links = [kept if kind == "links" and i in attacked else 1.0 for i in range(len(network.layers))]
    neurons = [kept if kind == "neurons" and i in attacked else 1.0 for i in range(len(network.sizes))]
    patterns = [_pattern(layer) for layer in network.layers]
    forward = _pass([pattern.T for pattern in patterns], links, neurons, network.sizes[0])
    backward = _pass(patterns[::-1], links[::-1], neurons[::-1], network.sizes[-1])[::-1]
    active = [f * b / p if p else f * b for f, b, p in zip(forward, backward, neurons, strict=True)]
    parts = zip(forward[:-1], links, patterns, backward[1:], strict=True)
    active_links = sum(p * (f @ (pattern @ b)) for f, p, pattern, b in parts)
    return Messages(forward, backward, active, float(active_links))


def expected_curve(
    network: NetworkLike,
    fractions: Iterable[float],
    *,
    kind: str = "links",
    layers: Iterable[int] | None = None,
    readout: bool = False,
) -> pandas.DataFrame:
    """Return the expected state of the network after random removal of given fractions of its links or neurons.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    fractions : iterable of float
        Fractions removed, 1 - p, from 0 to 1.
    kind, layers, readout
        As in `message_passing`.

    Returns
    -------
    pandas.DataFrame
        A row per fraction; columns fraction, active, active_0, active_1, ..., active_links, outputs_reached,
        named as in :meth:`PercolationCurve.frame`.

    Notes
    -----
    An expectation over independent removals; an order removes an exact number, which differs by a relative
    O(1 / removable links). At finite depth the curve is analytic in p and has no threshold.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> ns.percolation.expected_curve(ns.LayeredNetwork([layer]), [0.0, 0.5])
       fraction  active  active_0  active_1  active_links  outputs_reached
    0       0.0    3.00      1.00       2.0           2.0              2.0
    1       0.5    1.75      0.75       1.0           1.0              1.0
    """
    import pandas as pd

    network = as_network(network)
    layers = None if layers is None else list(layers)
    rows = []
    for fraction in fractions:
        kept = 1 - check_number("fraction", fraction, at_least=0, at_most=1)
        messages = message_passing(network, kept, kind=kind, layers=layers, readout=readout)
        counts = [float(active.sum()) for active in messages.active]
        rows.append([fraction, sum(counts), *counts, messages.active_links, counts[-1]])
    per_layer = [f"active_{index}" for index in range(len(network.sizes))]
    return pd.DataFrame(rows, columns=["fraction", "active", *per_layer, "active_links", "outputs_reached"])


def attacked_layers(network: LayeredNetwork, kind: str, layers: Iterable[int] | None, readout: bool) -> set[int]:
    """Return the layers whose links, or the neuron layers whose neurons, are removed."""
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    n_layers = len(network.layers) + (kind == "neurons")
    if layers is None:
        return set(range(len(network.taking_part(readout=readout))) if kind == "links" else range(1, n_layers - 1))
    if readout:
        raise InvalidValue("readout must be False beside layers, which say whether it takes part", parameter="readout")
    layers = set(layers)
    if not layers <= set(range(n_layers)):
        raise InvalidValue(f"layers must be from 0 to {n_layers - 1} for {kind}, got {sorted(layers)}")
    return layers


def _pattern(layer: BipartiteLayer) -> sparse.csr_array:
    """Return the layer with all weights 1."""
    return sparse.csr_array((np.ones(layer.n_links), layer.columns, layer.indptr), shape=layer.shape)


def _pass(patterns: list, links: list[float], neurons: list[float], size: int) -> list[np.ndarray]:
    """Run the recursion in the direction of travel; each pattern maps earlier neurons to later ones."""
    values = [np.full(size, neurons[0])]
    for pattern, link, neuron in zip(patterns, links, neurons[1:], strict=True):
        with np.errstate(divide="ignore"):  # a certain link: log 0, product 0
            all_fail = pattern @ np.log1p(-link * values[-1])
        values.append(neuron * (0 - np.expm1(all_fail)))  # a mere minus would make -0.0 of 0
    return values
