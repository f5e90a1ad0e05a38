"""What is left of a network as links or neurons are removed, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from netsparse.plot.attack import LABELS
from netsparse.plot.style import BLACK, LINE_STYLES, colour_of, line_style_of, styled
from netsparse.plot.tables import LABEL, Data, tidy

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

INTACT = 0


@styled()
def percolation_curves(
    curves: Data,
    ax: Axes | None = None,
    *,
    quantity: str = "active_links",
    unit: str = "fraction of links removed",
    expected: Data | None = None,
    marks: Mapping[str, float] | None = None,
) -> Axes:
    """Draw a percolation quantity, as a share of its intact value, against the fraction removed.

    Theory stands beside it in black: the expected curve of random removal, dashed, and marked fractions, such as
    the minimum cut, which no order undercuts.

    Parameters
    ----------
    curves : mapping of str to netsparse.percolation.PercolationCurve, its frame or a .csv file of it; or one of these
        Label of each line, and its curve.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    quantity : str, default 'active_links'
        A column of the frames.
    unit : str
        Label of the horizontal axis.
    expected : pandas.DataFrame, optional
        From :func:`netsparse.percolation.expected_curve`, its first fraction 0.
    marks : mapping of str to float, optional
        Label of each vertical line, and the fraction where it stands.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 8, 2), density=0.5, rng=0)
    >>> order = ns.importance.link_order(network, 'random', rng=0)
    >>> ax = ns.plot.percolation_curves({'random': ns.percolation.curve(network, order)})
    >>> ax.get_ylabel()
    'links on paths / intact'
    """
    frame = tidy(curves, ("fraction", quantity))
    expected = None if expected is None else tidy(expected, ("fraction", quantity))
    groups = list(frame.groupby(LABEL, sort=False)) if LABEL in frame else [("removed", frame)]
    for place, (label, curve) in enumerate(groups):
        look = {"color": colour_of(place), "linestyle": line_style_of(place), "label": label}
        ax.plot(curve["fraction"], _share_of_intact(curve, quantity), **look)
    if expected is not None:
        look = {"color": BLACK, "linestyle": "--", "linewidth": 0.8, "label": "expected at random"}
        ax.plot(expected["fraction"], _share_of_intact(expected, quantity), **look)
    for style, (label, fraction) in zip(LINE_STYLES[2:], (marks or {}).items(), strict=False):
        ax.axvline(fraction, color=BLACK, linestyle=style, linewidth=0.8, label=label)
    ax.set(xlabel=unit, ylabel=f"{LABELS.get(quantity, quantity)} / intact", xlim=(0, 1), ylim=(0, 1.02))
    ax.legend()
    return ax


def _share_of_intact(frame: pandas.DataFrame, quantity: str) -> np.ndarray:
    values = frame[quantity].to_numpy()
    return values / values[INTACT] if values[INTACT] else values
