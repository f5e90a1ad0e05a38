"""How many removals each neuron and link outlives as part of an input-to-output path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.percolation.order import Ranks, rank, removal_order


@dataclass(frozen=True, eq=False)
class Survival:
    """Lives of neurons and links under a removal order.

    Attributes
    ----------
    neurons : list of numpy.ndarray of int64
        Per neuron layer: the neuron is active after k removals iff its life is at least k; -1 if it is not
        active in the intact network, `n_removals` if it outlives the order.
    links : list of numpy.ndarray of int64
        Per layer, in CSR order: the same for lying on an input-to-output path.
    n_removals : int

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((2, 1, 1), 1.0, readout=0, rng=0)
    >>> lives = ns.percolation.survival(network, [0, 2, 1])
    >>> [life.tolist() for life in lives.links], [life.tolist() for life in lives.neurons]
    ([[0, 1], [1]], [[0, 1], [1], [1]])
    """

    neurons: list[np.ndarray]
    links: list[np.ndarray]
    n_removals: int


def survival(network: NetworkLike, order: str | np.ndarray, *, kind: str = "links", rng=None) -> Survival:
    r"""Return how many removals every neuron and link outlives as part of an input-to-output path.

    With :math:`r_e` the position of a link in the order, infinity if it is never removed, a neuron hears an
    input until the widest path to it breaks,

    .. math:: f_v = \max_{e = (u, v)} \min(f_u, r_e), \qquad f_{input} = \infty, \qquad \max \emptyset = -1,

    and likewise :math:`b_v` backward from the outputs. The life of a neuron is :math:`\min(f_v, b_v)`, that of
    a link :math:`\min(f_u, r_e, b_v)`. Where neurons are removed, :math:`f_v` and :math:`b_v` are at most the
    position of v.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    order : str or array_like of int, shape (m,)
        Ids in order of removal, all or some of them: of links (position in the concatenation of all layers'
        links in CSR order) or of neurons (position in the concatenation of all neuron layers, inputs first). Or the
        name of an importance, as for :func:`curve`.
    kind : {'links', 'neurons'}, default 'links'
    rng : seed or numpy.random.Generator, optional
        Breaks the ties of an order by name.

    Returns
    -------
    Survival

    Raises
    ------
    TypeError, ValueError
        If the order repeats an id, is out of range or does not hold integers.

    Notes
    -----
    Two passes over the links, O(links + neurons), however many removals.

    Examples
    --------
    Two paths from the input to the output, through either hidden neuron; the order breaks the second first.

    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> lives = ns.percolation.survival(ns.LayeredNetwork([first, second]), order=[3, 0])
    >>> [life.tolist() for life in lives.neurons]
    [[1], [1, 0], [1]]
    """
    network = as_network(network)
    ranks = rank(network, removal_order(network, order, kind, rng), kind)
    neurons, links = path_lives(network, ranks)
    return Survival(_as_int64(neurons), _as_int64(links), ranks.n_removals)


def path_lives(network: LayeredNetwork, ranks: Ranks) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the lives of neurons and links, in the dtype of their ranks; both may have ranks."""
    from netsparse.kernels.bottleneck import pull, push

    heard = [ranks.neurons[0]]
    for layer, own, neurons in zip(network.layers, ranks.links, ranks.neurons[1:], strict=True):
        after = np.full_like(neurons, -1)
        push(layer.indptr, layer.columns, own, heard[-1], after)
        heard.append(np.minimum(after, neurons, out=after))
    heeded, links = [ranks.neurons[-1]], []
    for index in reversed(range(len(network.layers))):
        layer, own, neurons = network.layers[index], ranks.links[index], ranks.neurons[index]
        before, lives = np.full_like(neurons, -1), np.empty_like(own)
        pull(layer.indptr, layer.columns, own, before, heeded[-1], heard[index], lives)
        heeded.append(np.minimum(before, neurons, out=before))
        links.append(lives)
    return [np.minimum(f, b) for f, b in zip(heard, reversed(heeded), strict=True)], links[::-1]


def _as_int64(arrays: list[np.ndarray]) -> list[np.ndarray]:
    return [array.astype(np.int64) for array in arrays]
