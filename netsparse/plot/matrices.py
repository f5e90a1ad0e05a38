"""The links of a layer as a matrix, ordered by community, and paths on the pixels of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import BipartiteLayer, check_layer
from netsparse.measures import Communities
from netsparse.plot.style import COLUMN_WIDTH, GREY, VERMILLION, colour_of, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled(height=COLUMN_WIDTH)
def community_matrix(layer: BipartiteLayer, communities: Communities, ax: Axes | None = None) -> Axes:
    """Draw a dot for every link, rows and columns ordered by community, then by degree.

    Links inside a community have its colour, the others are grey; a frame stands around each community.

    Parameters
    ----------
    layer : BipartiteLayer
    communities : Communities
        From :func:`netsparse.measures.communities`; isolated neurons come last.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new square figure of column width by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the communities are not those of a layer of this shape.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((20, 15), 0.2, readout=0, rng=0).layers[0]
    >>> ax = ns.plot.community_matrix(layer, ns.measures.communities(layer, rng=0))
    >>> ax.get_ylabel()
    'row, by community'
    """
    check_layer(layer)
    if (communities.rows.size, communities.columns.size) != layer.shape:
        found = f"{communities.rows.size} x {communities.columns.size}"
        raise InvalidValue(f"communities are of {found} neurons, the layer of {layer.shape[0]} x {layer.shape[1]}")
    places = [
        _places(groups, degrees)
        for groups, degrees in (
            (communities.rows, layer.row_degrees), (communities.columns, layer.column_degrees),
        )
    ]  # fmt: skip
    own = communities.rows[layer.rows]
    inside = own == communities.columns[layer.columns]
    colours = np.where(inside, [colour_of(int(group)) for group in own], GREY) if own.size else []
    size = max(0.2, 40_000 / max(layer.shape) ** 2)
    x, y = places[1][layer.columns], places[0][layer.rows]
    ax.scatter(x, y, s=min(size, 12), c=colours, marker="s", linewidths=0, rasterized=True)
    _frames(ax, communities)
    ax.set(xlim=(-0.5, layer.shape[1] - 0.5), ylim=(layer.shape[0] - 0.5, -0.5), aspect="auto")
    ax.set(
        xlabel="column, by community", ylabel="row, by community", title=f"Barber's Q = {communities.modularity:.3f}"
    )
    ax.grid(visible=False)
    return ax


def _places(groups: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    last = np.where(groups < 0, groups.max(initial=0) + 1, groups)
    places = np.empty(groups.size, dtype=np.int64)
    places[np.lexsort((-degrees, last))] = np.arange(groups.size)
    return places


def _frames(ax: Axes, communities: Communities) -> None:
    from matplotlib.patches import Rectangle

    corner = np.array([-0.5, -0.5])
    for group in range(int(max(communities.rows.max(initial=-1), communities.columns.max(initial=-1))) + 1):
        extent = np.array([(communities.columns == group).sum(), (communities.rows == group).sum()])
        ax.add_patch(Rectangle(corner, *extent, fill=False, edgecolor=colour_of(group), linewidth=0.6))
        corner = corner + extent


@styled(height=2.8)
def pixel_paths(paths, image_shape: tuple[int, int], ax: Axes | None = None) -> Axes:
    """Draw on the pixels of an image how many credit-assigned paths begin there, on a logarithmic scale.

    Parameters
    ----------
    paths : array_like, shape (pixels,)
        ``neurons[0]`` of :func:`netsparse.measures.credit_paths`; a pixel without a path has the colour of none.
    image_shape : (int, int)
        Height and width.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are not as many numbers as pixels.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((12, 8, 3), density=0.3, rng=0)
    >>> ax = ns.plot.pixel_paths(ns.measures.credit_paths(network).neurons[0], (3, 4))
    >>> ax.images[0].get_array().shape
    (3, 4)
    """
    paths = np.asarray(paths, dtype=float)
    if paths.size != image_shape[0] * image_shape[1]:
        raise InvalidValue(f"{paths.size} inputs do not fill an image of {image_shape[0]} x {image_shape[1]} pixels")
    logs = np.log10(np.where(paths > 0, paths, np.nan)).reshape(image_shape)
    drawn = ax.imshow(np.ma.masked_invalid(logs), cmap=_colours())
    ax.figure.colorbar(drawn, ax=ax, label="paths to an output, log10")
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    return ax


def _colours():
    import matplotlib as mpl

    return mpl.colormaps["viridis"].with_extremes(bad=VERMILLION)
