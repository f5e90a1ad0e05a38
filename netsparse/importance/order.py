"""Removal orders of links and of neurons."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from netsparse.errors import InvalidType, InvalidValue, unknown
from netsparse.graph import Graph, LayeredNetwork, as_network, as_network_or_graph
from netsparse.graph.door import NetworkLike
from netsparse.graph.numbering import link_counts, neuron_counts
from netsparse.importance.link_values import LINKS
from netsparse.importance.neuron_values import NEURONS
from netsparse.importance.recomputed import RECOMPUTED_LINKS, RECOMPUTED_NEURONS
from netsparse.importance.ties import argsort
from netsparse.importance.turns import Turns, take_turns

Values = Sequence[np.ndarray]

REVERSE = "reverse-"
"""Begins the name of an order that takes the least important first."""


def link_order(
    network: NetworkLike,
    by: str | Values,
    *,
    scope: str = "layer",
    readout: bool = False,
    descending: bool | None = None,
    rng=None,
) -> np.ndarray:
    """Return links in an order of removal, the most important first, ties at random.

    A link's id is its position in the concatenation of all layers' links in CSR order, layer 0 first; the readout
    has ids too, in or out of the order. In a graph of one kind of node it is the position in
    :meth:`~netsparse.graph.Graph.links`. Frozen links are not in it: give ``network.thaw()`` for an order of all.

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        Or what :func:`netsparse.graph.as_network_or_graph` takes; a layer is the network of this one layer.
    by : str or sequence of array_like
        A name in :data:`netsparse.importance.LINKS`, largest value first, or ``reverse-`` and such a name,
        smallest first; a name in :data:`netsparse.importance.RECOMPUTED_LINKS`, always the link that is the most
        important now; or values of your own, one array per layer in CSR order, largest first.
    scope : {'layer', 'global'}
        Whether layers are sorted by themselves and then take turns, so that each loses the same fraction at each
        step, or all links compete.
    readout : bool, default False
        Whether the readout's links take part.
    descending : bool, optional
        Deprecated: False asks for the reverse order.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    numpy.ndarray of int64

    Raises
    ------
    TypeError, ValueError
        If a name is unknown, values have another shape than the links or are not finite, `network` is no network,
        layer or graph, or a graph is asked for its readout.

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
    array([0, 2, 1])
    >>> ns.importance.link_order(network, 'reverse-weight')
    array([1, 2, 0])
    >>> ns.importance.link_order(network, [[1, 2, 3]])
    array([2, 1, 0])
    """
    network = as_network_or_graph(network)
    n_links = link_counts(network)
    members = _links_that_may_go(network, readout)
    rng = np.random.default_rng(rng)
    by, reverse = _named(by, LINKS, RECOMPUTED_LINKS, "links", descending)
    if isinstance(by, str) and by in RECOMPUTED_LINKS:
        return RECOMPUTED_LINKS[by](network, take_turns(members, scope), rng)
    values = _values(network, by, LINKS, "links", n_links, rng)
    return _sorted(values, take_turns(members, scope), reverse, rng)


def neuron_order(
    network: NetworkLike,
    by: str | Values,
    *,
    scope: str = "layer",
    inputs: bool = False,
    outputs: bool = False,
    descending: bool | None = None,
    rng=None,
) -> np.ndarray:
    """Return neurons in an order of removal, the most important first, ties at random; hidden ones unless told else.

    A neuron's id is its position in the concatenation of all neuron layers, inputs first. The neurons of a graph are
    its nodes, all of them in the order. A neuron whose removal would
    take a frozen link, or change a frozen bias, is not in the order: give ``network.thaw()`` for one of all.

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        As in :func:`link_order`.
    by : str or sequence of array_like
        As in :func:`link_order`, with :data:`netsparse.importance.NEURONS` and
        :data:`netsparse.importance.RECOMPUTED_NEURONS`; values of your own are one array per neuron layer, inputs
        and outputs included.
    scope, descending, rng
        As in :func:`link_order`.
    inputs, outputs : bool, default False
        Whether they are in the order.

    Returns
    -------
    numpy.ndarray of int64

    Raises
    ------
    TypeError, ValueError
        As :func:`link_order`; a graph has neither inputs nor outputs.

    Examples
    --------
    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> last = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> ns.importance.neuron_order(ns.LayeredNetwork([first, last]), 'degree')
    array([2, 3])
    """
    network = as_network_or_graph(network)
    members = _neurons_that_may_go(network, inputs, outputs)
    rng = np.random.default_rng(rng)
    by, reverse = _named(by, NEURONS, RECOMPUTED_NEURONS, "neurons", descending)
    if isinstance(by, str) and by in RECOMPUTED_NEURONS:
        return RECOMPUTED_NEURONS[by](network, take_turns(members, scope), rng)
    values = _values(network, by, NEURONS, "neurons", neuron_counts(network), rng)
    return _sorted(values, take_turns(members, scope), reverse, rng)


def _links_that_may_go(network: LayeredNetwork | Graph, readout: bool) -> list[np.ndarray]:
    """Return the ids of the links of each group that loses them by turns."""
    ids = _ids(link_counts(network))
    if isinstance(network, Graph):
        _refuse_sides(readout=readout)
        return ids
    layers = network.taking_part(readout=readout)
    return [own[layer.free_links] for own, layer in zip(ids, layers, strict=False)]


def _neurons_that_may_go(network: LayeredNetwork | Graph, inputs: bool, outputs: bool) -> list[np.ndarray]:
    ids = _ids(neuron_counts(network))
    if isinstance(network, Graph):
        _refuse_sides(inputs=inputs, outputs=outputs)
        return ids
    wanted = slice(0 if inputs else 1, None if outputs else -1)
    return [own[~fixed] for own, fixed in zip(ids, fixed_neurons(network), strict=True)][wanted]


def _refuse_sides(**asked: bool) -> None:
    for name, is_asked in asked.items():
        if is_asked:
            raise InvalidValue(f"{name} must be False for a graph of one kind of node: it has none", parameter=name)


def fixed_neurons(network: NetworkLike) -> list[np.ndarray]:
    """Mark, per neuron layer, those that cannot be removed: with a frozen link, or a frozen bias that is not 0.

    Examples
    --------
    >>> import netsparse as ns
    >>> skip = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 3)).freeze(links=[0])
    >>> [marks.tolist() for marks in fixed_neurons(ns.LayeredNetwork([skip]))]
    [[True, False], [True, False, False]]
    """
    network = as_network(network)
    fixed = [np.zeros(size, dtype=bool) for size in network.sizes]
    for layer, rows, columns in zip(network.layers, fixed, fixed[1:], strict=False):
        if layer.frozen_links is not None:
            rows[layer.rows[layer.frozen_links]] = True
            columns[layer.columns[layer.frozen_links]] = True
        if layer.frozen_biases is not None:
            columns |= layer.frozen_biases & (layer.bias != 0)
    return fixed


def order_names(known: Mapping[str, object], recomputed: Mapping[str, object]) -> list[str]:
    """Return the names of all orders: importances, their reverses, and those recomputed after every removal.

    >>> order_names(["weight"], ["recomputed-degree"])
    ['weight', 'recomputed-degree', 'reverse-weight']
    """
    return [*known, *recomputed, *(REVERSE + name for name in known)]


def split_direction(name: str) -> tuple[str, bool]:
    """Return the importance that an order is named after, and whether it is its reverse.

    >>> split_direction("reverse-weight"), split_direction("weight")
    (('weight', True), ('weight', False))
    """
    return name.removeprefix(REVERSE), name.startswith(REVERSE)


def _ids(sizes: Sequence[int]) -> list[np.ndarray]:
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])


def _named(by, known: Mapping, recomputed: Mapping, kind: str, descending: bool | None) -> tuple[str | Values, bool]:
    """Return importance and direction of an order that is asked for by name; values of the user's own as they are."""
    name, reverse = split_direction(by) if isinstance(by, str) else (by, False)
    if isinstance(by, str) and name not in ({**known, **recomputed} if not reverse else known):
        raise unknown(f"importance of {kind}", by, [*known, *recomputed, REVERSE + "NAME"])
    if descending is None:
        return name, reverse
    warnings.warn(
        "descending is deprecated: name the reverse order, 'reverse-weight'", DeprecationWarning, stacklevel=3
    )
    if not descending and isinstance(by, str) and name in recomputed:
        raise InvalidValue(f"{by!r} always takes the most important first")
    return name, reverse == bool(descending)


def _values(
    network: LayeredNetwork | Graph, by, known: Mapping[str, Callable], kind: str, sizes: Sequence[int], rng
) -> np.ndarray:
    """Return the values of all items, computed by name or the user's own, checked, in order of ids."""
    if isinstance(by, str):
        return np.concatenate(known[by](network, rng=rng))
    values = [np.asarray(layer) for layer in by]
    shapes = [layer.shape for layer in values]
    if shapes != [(size,) for size in sizes]:
        raise InvalidValue(f"values must hold one number for each of the {tuple(sizes)} {kind}, got shapes {shapes}")
    together = np.concatenate(values)
    if together.dtype.kind not in "biuf":
        raise InvalidType(f"values must be real numbers, got dtype {together.dtype}")
    if not np.isfinite(together).all():
        raise InvalidValue(f"{np.sum(~np.isfinite(together))} of {together.size} values are NaN or infinite")
    return together


def _sorted(values: np.ndarray, turns: Turns, reverse: bool, rng: np.random.Generator) -> np.ndarray:
    """Sort each group by itself and let the groups take turns."""
    direction = 1 if reverse else -1
    by_group = [members[argsort(values[members], rng=rng)[::direction]] for members in turns.by_group()]
    return np.concatenate(by_group)[turns.steps]
