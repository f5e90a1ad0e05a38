"""Nodes on a hyperbolic disc, and links along its shortest lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import BipartiteLayer, check_layer
from netsparse.measures import Embedding
from netsparse.plot.style import BLUE, COLUMN_WIDTH, GREY, VERMILLION, colour_of, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 24  # of a drawn line
_FARTHEST = 30.0  # radii above it are beyond what float64 tells from the rim


@styled(height=COLUMN_WIDTH)
def hyperbolic_disc(layer: BipartiteLayer, embedding: Embedding, ax: Axes | None = None, *, groups=None) -> Axes:
    """Draw the neurons of a layer where an embedding puts them, and its links along hyperbolic geodesics.

    Rows are round, columns are squares; neurons outside the largest component are not drawn.

    Parameters
    ----------
    layer : BipartiteLayer
    embedding : Embedding
        From :func:`netsparse.measures.coalescent_embedding`.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new square figure of column width by default.
    groups : array_like of int, shape (rows + columns,), optional
        A colour for each group, such as the communities; by default one for each side.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the embedding is of another number of neurons, or there is none.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((12, 10), 0.3, readout=0, rng=0).layers[0]
    >>> ax = ns.plot.hyperbolic_disc(layer, ns.measures.coalescent_embedding(layer))
    >>> len(ax.collections[0].get_segments()) <= layer.n_links
    True
    """
    from matplotlib.collections import LineCollection

    check_layer(layer)
    if embedding.angles.size != sum(layer.shape):
        raise InvalidValue(f"the embedding is of {embedding.angles.size} neurons, the layer has {sum(layer.shape)}")
    if embedding.note:
        raise InvalidValue(f"there is no embedding to draw: {embedding.note}")
    placed = np.isfinite(embedding.angles)
    ends = np.column_stack([layer.rows, layer.columns + layer.shape[0]])
    ends = ends[placed[ends].all(axis=1)]
    lines = geodesics(embedding.angles[ends], embedding.radii[ends])
    ax.add_collection(LineCollection(list(lines), colors=GREY, linewidths=0.3, alpha=0.6, rasterized=True, zorder=1))
    points = np.column_stack([np.cos(embedding.angles), np.sin(embedding.angles)]) * embedding.radii[:, None]
    side = np.arange(placed.size) >= layer.shape[0]
    for is_column, marker, colour in ((False, "o", BLUE), (True, "s", VERMILLION)):
        own = placed & (side == is_column)
        colours = colour if groups is None else [colour_of(int(group)) for group in np.asarray(groups)[own]]
        label = "columns" if is_column else "rows"
        ax.scatter(*points[own].T, s=10, c=colours, marker=marker, linewidths=0, label=label, zorder=2)
    rim = 1.05 * max(float(np.nanmax(embedding.radii)), 1e-9)
    ax.set(xlim=(-rim, rim), ylim=(-rim, rim), aspect="equal")
    ax.set_axis_off()
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2)
    return ax


def geodesics(angles: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return points on the hyperbolic geodesics between pairs of points, shape (pairs, points, 2).

    `angles` and `radii` have shape (pairs, 2). The first end of a pair is moved to the centre of Poincaré's disc, where
    geodesics are straight, and back.

    Examples
    --------
    >>> import numpy as np
    >>> line = geodesics(np.array([[0.0, np.pi]]), np.array([[1.0, 1.0]]))
    >>> bool(np.allclose(line[0, [0, -1]], [[1, 0], [-1, 0]])), bool(np.allclose(line[0, :, 1], 0))
    (True, True)
    """
    ends = np.tanh(np.minimum(radii, _FARTHEST) / 2) * np.exp(1j * angles)
    first, second = ends[:, :1], ends[:, 1:]
    moved = (second - first) / (1 - np.conj(first) * second)
    length = np.minimum(np.abs(moved), 1 - 1e-15)
    direction = np.exp(1j * np.angle(moved))
    along = np.tanh(np.linspace(0, 1, _POINTS)[None, :] * np.arctanh(length)) * direction
    back = (along + first) / (1 + np.conj(first) * along)
    radius = 2 * np.arctanh(np.minimum(np.abs(back), 1 - 1e-15))
    return np.stack([radius * np.cos(np.angle(back)), radius * np.sin(np.angle(back))], axis=-1)
