"""The stages of one topology update of a small network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.plot.style import BLACK, BLUE, GREEN, GREY, PAGE_WIDTH, RC, VERMILLION
from netsparse.rewire import LayerUpdate, TopologyUpdate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLES = ("learned weights", "smallest |w| removed", "disconnected removed", "as many regrown")


def update_stages(
    before: NetworkLike, after: NetworkLike, update: TopologyUpdate, axes: Sequence[Axes] | None = None
) -> Sequence[Axes]:
    """Draw what one topology update by magnitude did, in four panels.

    The network before, its links as wide as |w|; then in colour what goes or comes: the links of smallest |w|
    (vermillion, dashed), the links that disconnected neurons lose (vermillion, dotted; the neurons become hollow),
    the new links (green). The readout, which stays as it is, is grey.

    Parameters
    ----------
    before, after : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes. A network small enough to see every link, and what
        :func:`netsparse.rewire.update` made of it.
    update : TopologyUpdate
        The record of that update.
    axes : sequence of four matplotlib.axes.Axes, optional
        Drawn into; a new figure of page width by default.

    Returns
    -------
    sequence of matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the record is not that of an update from `before` to `after`.

    Examples
    --------
    >>> import netsparse as ns
    >>> before = ns.generate.erdos_renyi((8, 6, 6, 2), density=0.4, rng=0)
    >>> after, update = ns.rewire.update(before, zeta=0.3, regrowth='random', rng=0)
    >>> [ax.get_title() for ax in ns.plot.update_stages(before, after, update)][1:]
    ['smallest |w| removed\\n9 links', 'disconnected removed\\n2 links', 'as many regrown\\n11 links']
    """
    import matplotlib.pyplot as plt

    before = as_network(before)
    after = as_network(after)
    _check(before, after, update)
    with plt.rc_context(RC):
        if axes is None:
            axes = plt.subplots(1, 4, figsize=(PAGE_WIDTH, 2.3), layout="constrained")[1]
        for ax, draw, title in zip(axes, (_learned, _removed, _disconnected, _regrown), TITLES, strict=True):
            n_links = draw(ax, before, after, update)
            ax.set_title(f"{title}\n{n_links} links")
            ax.set_axis_off()
    return axes


def lost_links(layer: BipartiteLayer, update: LayerUpdate) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the links that the removal rule took, and of those lost with disconnected neurons."""
    left = np.ones(layer.n_links, dtype=bool)
    left[update.kept_from] = left[update.removed_from] = False
    return update.removed_from, np.flatnonzero(left)


def _check(before: LayeredNetwork, after: LayeredNetwork, update: TopologyUpdate) -> None:
    if before.sizes != after.sizes or len(update.layers) != len(before.layers):
        raise InvalidValue(f"no update leads from sizes {before.sizes} to {after.sizes}")
    for old, new, layer in zip(before.layers, after.layers, update.layers, strict=True):
        n_lost, n_new = old.n_links - layer.kept_from.size, new.n_links - layer.kept_to.size
        if n_lost != layer.removed + layer.disconnected or n_new != layer.grown:
            raise InvalidValue("the record is not that of an update from `before` to `after`")


def _learned(ax: Axes, before: LayeredNetwork, after: LayeredNetwork, update: TopologyUpdate) -> int:
    for index, layer in enumerate(before.layers):
        readout = index >= len(before.sparse_layers)
        sizes = np.abs(layer.weights) / max(np.abs(layer.weights).max(initial=0), np.finfo(float).tiny)
        colours = np.where(layer.weights < 0, VERMILLION, BLUE)
        everything = np.arange(layer.n_links)
        _draw_links(
            ax, before, index, everything, color=GREY if readout else colours, alpha=0.35 if readout else 1,
            linewidths=0.2 if readout else 0.2 + 1.4 * sizes,
        )  # fmt: skip
    _draw_neurons(ax, before)
    return sum(layer.n_links for layer in before.sparse_layers)


def _removed(ax: Axes, before: LayeredNetwork, after: LayeredNetwork, update: TopologyUpdate) -> int:
    chosen = [lost_links(*pair)[0] for pair in zip(before.layers, update.layers, strict=True)]
    rest = [np.setdiff1d(np.arange(layer.n_links), gone) for layer, gone in zip(before.layers, chosen, strict=True)]
    return _highlight(ax, before, rest, chosen, color=VERMILLION, linestyles="dashed")


def _disconnected(ax: Axes, before: LayeredNetwork, after: LayeredNetwork, update: TopologyUpdate) -> int:
    chosen = [lost_links(*pair)[1] for pair in zip(before.layers, update.layers, strict=True)]
    kept = [layer.kept_from for layer in update.layers]
    return _highlight(ax, before, kept, chosen, color=VERMILLION, linestyles="dotted")


def _regrown(ax: Axes, before: LayeredNetwork, after: LayeredNetwork, update: TopologyUpdate) -> int:
    kept = [layer.kept_to for layer in update.layers]
    new = [np.setdiff1d(np.arange(layer.n_links), old) for layer, old in zip(after.layers, kept, strict=True)]
    return _highlight(ax, after, kept, new, color=GREEN)


def _highlight(ax: Axes, network: LayeredNetwork, rest, chosen, **look) -> int:
    """Draw some links in grey and others with a look of their own; return the number of the latter.

    Neurons are hollow that have no link left, those in vermillion being gone.
    """
    for index, (quiet, loud) in enumerate(zip(rest, chosen, strict=True)):
        readout = index >= len(network.sparse_layers)
        width, alpha = (0.2, 0.35) if readout else (0.5, 1)
        _draw_links(ax, network, index, quiet, color=GREY, linewidths=width, alpha=alpha)
        _draw_links(ax, network, index, loud, linewidths=1.1, zorder=2, **look)
    left = rest if look["color"] == VERMILLION else [np.arange(layer.n_links) for layer in network.layers]
    _draw_neurons(ax, network, left)
    return sum(map(len, chosen))


def _draw_links(ax: Axes, network: LayeredNetwork, index: int, links: np.ndarray, **look) -> None:
    from matplotlib.collections import LineCollection

    layer = network.layers[index]
    starts = _places(index, network.sizes[index])[layer.rows[links]]
    ends = _places(index + 1, network.sizes[index + 1])[layer.columns[links]]
    ax.add_collection(LineCollection(np.stack([starts, ends], axis=1), **look))


def _draw_neurons(ax: Axes, network: LayeredNetwork, links: Sequence[np.ndarray] | None = None) -> None:
    """Draw filled dots; neurons that none of the given links of the sparse layers touches are hollow."""
    touched = [np.full(size, links is None) for size in network.sizes]
    for index, layer in enumerate(network.sparse_layers if links is not None else ()):
        touched[index][layer.rows[links[index]]] = True
        touched[index + 1][layer.columns[links[index]]] = True
    touched[-1][:] = True
    for index, active in enumerate(touched):
        fill = np.where(active, BLACK, "white")
        ax.scatter(*_places(index, active.size).T, s=14, c=fill, edgecolors=BLACK, linewidths=0.6, zorder=3)


def _places(index: int, size: int) -> np.ndarray:
    """Return a column of places, evenly spaced."""
    return np.column_stack([np.full(size, float(index)), 1 - (np.arange(size) + 0.5) / size])
