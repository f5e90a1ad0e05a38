"""The distribution of absolute weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue, check_count
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.plot.style import band_line, colour_of, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled()
def weight_density(
    networks: Mapping[str, NetworkLike | Sequence[NetworkLike]],
    ax: Axes | None = None,
    *,
    bins: int = 60,
    band: tuple[float, float] = (40, 60),
) -> Axes:
    """Draw the density of |w| over the links of all sparse layers, on a logarithmic scale.

    Parameters
    ----------
    networks : mapping of str to LayeredNetwork or a sequence of them
        Label of each line; or what :func:`netsparse.graph.as_network` takes. Of several networks the median density,
        with a band between two percentiles.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    bins : int, default 60
        Bins from 0 to the largest |w| of all networks, equal in the square root of |w|: narrow near zero, where
        the density changes fast, and wide in the tail, where links are few.
    band : (float, float), default (40, 60)
        Percentiles.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are no networks.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((40, 80, 2), density=0.5, rng=0)
    >>> ns.plot.weight_density({'initial': network}).get_yscale()
    'log'
    """
    check_count("bins", bins, at_least=1)
    if not networks:
        raise InvalidValue("no networks, so that there is nothing to draw")
    sizes = {label: [absolute_weights(network) for network in _as_list(group)] for label, group in networks.items()}
    largest = max(weights.max(initial=0) for group in sizes.values() for weights in group)
    edges = largest * np.linspace(0, 1, bins + 1) ** 2
    middles = (edges[1:] + edges[:-1]) / 2
    for place, (label, group) in enumerate(sizes.items()):
        densities = np.array([np.histogram(weights, edges, density=True)[0] for weights in group])
        band_line(ax, middles, densities, band, color=colour_of(place), label=label)
    ax.set_yscale("log", nonpositive="mask")  # an empty bin is a gap
    ax.set(xlabel="|w|", ylabel="density", xlim=(0, edges[-1]))
    ax.legend()
    return ax


def absolute_weights(network: LayeredNetwork) -> np.ndarray:
    """Return |w| of all links of the sparse layers.

    Examples
    --------
    >>> import netsparse as ns
    >>> absolute_weights(ns.generate.erdos_renyi((40, 80, 2), density=0.5, rng=0)).shape
    (1600,)
    """
    return np.abs(np.concatenate([layer.weights for layer in network.sparse_layers]))


def _as_list(group: NetworkLike | Sequence[NetworkLike]) -> list[LayeredNetwork]:
    several = isinstance(group, Sequence) and not isinstance(group, str)
    return [as_network(one) for one in (group if several else [group])]
