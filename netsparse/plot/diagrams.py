"""When the components of a layer die, as its links are let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.plot.style import BLACK, BLUE, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled(height=2.8)
def persistence_diagram(diagram, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Draw birth and death of each component; the larger a dot, the more components are there.

    Parameters
    ----------
    diagram : array_like, shape (points, 2)
        Of a :class:`netsparse.measures.Persistence`. The further below the diagonal, the longer a component lasts.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    label : str, optional
        For the legend.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((20, 15), 0.2, readout=0, rng=0).layers[0]
    >>> ax = ns.plot.persistence_diagram(ns.measures.layer_persistence(layer).diagram)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('birth', 'death')
    """
    points, counts = np.unique(np.reshape(diagram, (-1, 2)), axis=0, return_counts=True)
    ax.plot([0, 1], [0, 1], color=BLACK, linewidth=0.6)
    ax.scatter(points[:, 0], points[:, 1], s=8 * np.sqrt(counts), color=BLUE, alpha=0.5, linewidths=0, label=label)
    ax.set(xlim=(-0.02, 1.04), ylim=(-0.04, 1.04), xlabel="birth", ylabel="death", aspect="equal")
    if label is not None:
        ax.legend(loc="upper left")
    return ax
