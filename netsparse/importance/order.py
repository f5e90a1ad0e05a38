"""Removal orders of links and of neurons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from netsparse.errors import unknown
from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.importance.link_values import LINKS
from netsparse.importance.neuron_values import NEURONS
from netsparse.importance.recomputed import RECOMPUTED_LINKS, RECOMPUTED_NEURONS
from netsparse.importance.ties import argsort
from netsparse.importance.turns import Turns, take_turns

Values = Sequence[np.ndarray]


def link_order(
    network: LayeredNetwork | BipartiteLayer,
    by: str | Values,
    *,
    descending: bool = False,
    scope: str = "layer",
    readout: bool = False,
    rng=None,
) -> np.ndarray:
    """Return links in the order of their importance, ties at random.

    A link's id is its position in the concatenation of all layers' links in CSR order, layer 0 first; the readout
    has ids too, in or out of the order.

    Parameters
    ----------
    network : LayeredNetwork or BipartiteLayer
        A layer is the network of this one layer.
    by : str or sequence of array_like
        A name in :data:`netsparse.importance.LINKS`, or in :data:`netsparse.importance.RECOMPUTED_LINKS` (always
        the link that is the most important now), or values of your own, one array per layer in CSR order.
    descending : bool, default False
        Largest value first. Needed for recomputed values, which have no other order.
    scope : {'layer', 'global'}
        Whether layers are sorted by themselves and then take turns, so that each loses the same fraction at each
        step, or all links compete.
    readout : bool, default False
        Whether the readout's links are in the order.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    numpy.ndarray of int64

    Raises
    ------
    ValueError
        If a name is unknown, values have another shape than the links or are not finite.

    Notes
    -----
    O(links log links), plus the cost of the values. Of a layer of n links, the first share f of an order with
    scope 'layer' holds floor(f n + 1/2).

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [-3.0, 0.5, 1.0], shape=(2, 2))
    >>> network = ns.LayeredNetwork([layer])
    >>> ns.importance.link_order(network, 'weight')
    array([1, 2, 0])
    >>> ns.importance.link_order(network, [[1, 2, 3]], descending=True)
    array([2, 1, 0])
    """
    network = as_network(network)
    n_links = [layer.n_links for layer in network.layers]
    members = _ids(n_links)[: len(network.layers) if readout else len(network.sparse_layers)]
    rng = np.random.default_rng(rng)
    if isinstance(by, str) and by in RECOMPUTED_LINKS:
        _check_direction(by, descending)
        return RECOMPUTED_LINKS[by](network, take_turns(members, scope), rng)
    values = _values(network, by, {**LINKS, **RECOMPUTED_LINKS}, "links", n_links, rng)
    return _sorted(values, take_turns(members, scope), descending, rng)


def neuron_order(
    network: LayeredNetwork | BipartiteLayer,
    by: str | Values,
    *,
    descending: bool = False,
    scope: str = "layer",
    inputs: bool = False,
    outputs: bool = False,
    rng=None,
) -> np.ndarray:
    """Return neurons in the order of their importance, ties at random; hidden neurons unless told otherwise.

    A neuron's id is its position in the concatenation of all neuron layers, inputs first.

    Parameters
    ----------
    network : LayeredNetwork or BipartiteLayer
        A layer is the network of this one layer.
    by : str or sequence of array_like
        A name in :data:`netsparse.importance.NEURONS` or :data:`netsparse.importance.RECOMPUTED_NEURONS`, or
        values of your own, one array per neuron layer, inputs and outputs included.
    descending, scope, rng
        As in :func:`link_order`.
    inputs, outputs : bool, default False
        Whether they are in the order.

    Returns
    -------
    numpy.ndarray of int64

    Raises
    ------
    ValueError
        As :func:`link_order`.

    Examples
    --------
    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> last = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> ns.importance.neuron_order(ns.LayeredNetwork([first, last]), 'degree', descending=True)
    array([2, 3])
    """
    network = as_network(network)
    wanted = slice(0 if inputs else 1, None if outputs else -1)
    members = _ids(network.sizes)[wanted]
    rng = np.random.default_rng(rng)
    if isinstance(by, str) and by in RECOMPUTED_NEURONS:
        _check_direction(by, descending)
        return RECOMPUTED_NEURONS[by](network, take_turns(members, scope), rng)
    values = _values(network, by, {**NEURONS, **RECOMPUTED_NEURONS}, "neurons", network.sizes, rng)
    return _sorted(values, take_turns(members, scope), descending, rng)


def _ids(sizes: Sequence[int]) -> list[np.ndarray]:
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])


def _check_direction(by: str, descending: bool) -> None:
    if not descending:
        raise ValueError(f"{by!r} always takes the most important first: ask for descending=True")


def _values(
    network: LayeredNetwork, by, known: dict[str, Callable], kind: str, sizes: Sequence[int], rng
) -> np.ndarray:
    """Return the values of all items, computed by name or the user's own, checked, in order of ids."""
    if isinstance(by, str):
        if by not in known:
            raise unknown(f"importance of {kind}", by, known)
        return np.concatenate(known[by](network, rng=rng))
    values = [np.asarray(layer) for layer in by]
    shapes = [layer.shape for layer in values]
    if shapes != [(size,) for size in sizes]:
        raise ValueError(f"values must hold one number for each of the {tuple(sizes)} {kind}, got shapes {shapes}")
    together = np.concatenate(values)
    if together.dtype.kind not in "biuf":
        raise TypeError(f"values must be real numbers, got dtype {together.dtype}")
    if not np.isfinite(together).all():
        raise ValueError(f"{np.sum(~np.isfinite(together))} of {together.size} values are NaN or infinite")
    return together


def _sorted(values: np.ndarray, turns: Turns, descending: bool, rng: np.random.Generator) -> np.ndarray:
    """Sort each group by itself and let the groups take turns."""
    direction = -1 if descending else 1
    by_group = [members[argsort(values[members], rng=rng)[::direction]] for members in turns.by_group()]
    return np.concatenate(by_group)[turns.steps]
