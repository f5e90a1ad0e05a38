"""A whole layered network, link by link."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.plot.style import BLACK, BLUE, GREY, PAGE_WIDTH, VERMILLION, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LABELS = 30  # neurons of a layer that can be labelled one by one
IMAGE_WIDTH, IMAGE_HEIGHT = 0.55, 0.62  # of the pixel layer, in layer distances and of the height


@styled(PAGE_WIDTH, 3.6)
def network(network: NetworkLike, ax: Axes | None = None, *, image_shape: tuple[int, ...] | None = None) -> Axes:
    """Draw all links and neurons of a network, from the inputs on the left to the outputs on the right.

    A link is blue if its weight is positive and vermillion if negative, and the more visible the larger |w| is,
    relative to the largest of its layer. A neuron is a dot whose area is its number of links in the sparse layers
    (all have links to a dense readout), the layer's hubs in the middle; one without such a link is a faint grey
    dot at the rim. Inputs that are pixels are drawn as an image of their numbers of links, in a plane seen from
    the side, the darker the more. Outputs and other inputs are labelled by their names, outputs without names by
    their numbers, if they are no more than 30.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of page width by default.
    image_shape : (rows, columns) or (channels, rows, columns), optional
        Shape of the image that the inputs are the pixels of, in C order; the channels of a pixel are one place.
        Without it the inputs are a column of dots.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If `image_shape` is no shape of an image with as many values as the network has inputs.

    Notes
    -----
    All links are rasterised; 38,000 take about two seconds.

    Examples
    --------
    >>> import netsparse as ns
    >>> small = ns.generate.erdos_renyi((16, 10, 3), density=0.3, rng=0)
    >>> ax = ns.plot.network(small, image_shape=(4, 4))
    >>> sum(len(links.get_segments()) for links in ax.collections if hasattr(links, 'get_segments'))
    78
    """
    network = as_network(network)
    if image_shape is not None and len(image_shape) not in (2, 3):
        raise InvalidValue(f"image_shape is (rows, columns) or (channels, rows, columns), got {image_shape}")
    if image_shape is not None and math.prod(image_shape) != network.sizes[0]:
        raise InvalidValue(f"image_shape {tuple(image_shape)} does not have the network's {network.sizes[0]} inputs")
    degrees = sparse_degrees(network)
    places = [_column(degree, index) for index, degree in enumerate(degrees)]
    places[-1] = np.column_stack([places[-1][:, 0], _rows_of(network.sizes[-1])])  # classes in their own order
    if image_shape is not None:
        by_channel = degrees[0].reshape(-1, *image_shape[-2:])
        places[0] = np.tile(_draw_image(ax, by_channel.sum(axis=0)), (len(by_channel), 1))
    for layer, earlier, later in zip(network.layers, places[:-1], places[1:], strict=True):
        _draw_links(ax, layer.weights, earlier[layer.rows], later[layer.columns])
    for index, (place, degree) in enumerate(zip(places, degrees, strict=True)):
        if index or image_shape is None:
            _draw_neurons(ax, place, degree)
    _label(ax, places[-1], network.names[-1] or range(network.sizes[-1]), 0.05, "left")
    if image_shape is None and network.names[0] is not None:
        _label(ax, places[0], network.names[0], -0.05, "right")
    _label_layers(ax, degrees, 0 if image_shape is None else -IMAGE_WIDTH / 2)
    _explain_colours(ax)
    return ax


def sparse_degrees(network: LayeredNetwork) -> list[np.ndarray]:
    """Return the number of links of each neuron in the sparse layers, those of outputs in the readout.

    Examples
    --------
    >>> import netsparse as ns
    >>> [degrees.sum().item() for degrees in sparse_degrees(ns.generate.erdos_renyi((16, 10, 3), density=0.3, rng=0))]
    [48, 48, 30]
    """
    degrees = [np.zeros(size, dtype=np.int64) for size in network.sizes]
    for index, layer in enumerate(network.sparse_layers):
        degrees[index] += layer.row_degrees
        degrees[index + 1] += layer.column_degrees
    degrees[-1] = network.layers[-1].column_degrees
    return degrees


def _column(degrees: np.ndarray, index: int) -> np.ndarray:
    """Return places in a column, shape (neurons, 2), the largest degrees in the middle."""
    by_degree = np.argsort(-degrees, kind="stable")
    heights = np.empty(degrees.size)
    middle = np.abs(_rows_of(degrees.size) - 0.5)
    heights[by_degree] = _rows_of(degrees.size)[np.argsort(middle, kind="stable")]
    return np.column_stack([np.full(degrees.size, float(index)), heights])


def _rows_of(n: int) -> np.ndarray:
    """Return `n` heights from top to bottom, evenly in (0, 1)."""
    return 1 - (np.arange(n) + 0.5) / n


def _draw_image(ax: Axes, degrees: np.ndarray) -> np.ndarray:
    """Draw the pixels' degrees as a slanted image around layer 0; return the places of the pixels."""
    from matplotlib.transforms import Affine2D

    rows, columns = degrees.shape
    slant = (1 - IMAGE_HEIGHT) / IMAGE_WIDTH
    plane = Affine2D.from_values(IMAGE_WIDTH, slant * IMAGE_WIDTH, 0, IMAGE_HEIGHT, -IMAGE_WIDTH, 0)
    image = ax.imshow(degrees, cmap="Greys", extent=(0, 1, 0, 1), aspect="auto", zorder=3, interpolation="none")
    image.set_transform(plane + ax.transData)
    corners = plane.transform([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    ax.plot(*corners.T, color=BLACK, linewidth=0.6, zorder=4)
    across, down = np.meshgrid((np.arange(columns) + 0.5) / columns, _rows_of(rows))
    return plane.transform(np.column_stack([across.ravel(), down.ravel()]))


def _draw_links(ax: Axes, weights: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> None:
    """Draw the links of a layer, the strong ones over the weak, whatever their sign."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgb

    weak_first = np.argsort(np.abs(weights), kind="stable")
    strength = np.abs(weights) / max(np.abs(weights).max(initial=0), np.finfo(float).tiny)
    faintest = min(1.0, 300 / max(weights.size, 1))  # so that the weak links of a crowded layer add up to a veil
    visibility = faintest + (1 - faintest) * strength**2.5
    colours = np.where((weights < 0)[:, None], to_rgb(VERMILLION), to_rgb(BLUE))
    lines = LineCollection(
        np.stack([starts, ends], axis=1)[weak_first],
        colors=np.column_stack([colours, visibility])[weak_first], linewidths=(0.15 + 0.6 * strength)[weak_first],
        zorder=1, rasterized=True,
    )  # fmt: skip
    ax.add_collection(lines)


def _draw_neurons(ax: Axes, places: np.ndarray, degrees: np.ndarray) -> None:
    isolated = degrees == 0
    ax.scatter(*places[isolated].T, s=0.4, color=GREY, linewidths=0, zorder=2)
    areas = 0.5 + 10 * degrees[~isolated] / max(degrees.max(), 20)
    ax.scatter(*places[~isolated].T, s=areas, color=BLACK, linewidths=0, zorder=3)


def _label(ax: Axes, places: np.ndarray, labels: Sequence[object], aside: float, align: str) -> None:
    """Write beside each neuron what it is called, if they are not too many."""
    if len(places) <= MOST_LABELS:
        for label, (x, y) in zip(labels, places, strict=True):
            ax.text(x + aside, y, str(label).replace("$", r"\$"), va="center", ha=align, fontsize=7)


def _label_layers(ax: Axes, degrees: list[np.ndarray], first: float) -> None:
    """Write, below each layer, how many of its neurons have links."""
    names = ["inputs", *(f"hidden {index}" for index in range(1, len(degrees) - 1)), "outputs"]
    counts = [f"{np.count_nonzero(degree):,} of {degree.size:,}" for degree in degrees]
    ticks = [f"{name}\n{count}\nlinked" for name, count in zip(names, counts, strict=True)]
    ax.set_xticks([first, *range(1, len(names))], ticks)
    ax.set(yticks=[], xlim=(first - 0.37, len(names) - 1 + 0.2), ylim=(-0.02, 1.02))
    ax.grid(False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _explain_colours(ax: Axes) -> None:
    from matplotlib.lines import Line2D

    signs = ((BLUE, "positive weight"), (VERMILLION, "negative weight"))
    handles = [Line2D([], [], color=colour, label=label) for colour, label in signs]
    ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
