"""Paired differences: every seed, the mean and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netsparse.plot.style import BLACK, styled
from netsparse.plot.tables import Data, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_UNCLEAR = "0.55"  # grey
_OF_SEEDS = ("pair", "difference")
_OF_PAIRS = ("pair", "mean", "low", "high", "shown", "words")


@styled()
def paired_differences(
    differences: Data,
    estimates: Data,
    ax: Axes | None = None,
    *,
    quantity: str = "difference of test accuracy (points)",
) -> Axes:
    """Draw paired differences, a line per pair: a dot per seed, the mean, its interval, words at the right.

    Parameters
    ----------
    differences : pandas.DataFrame
        A row per pair and seed: ``pair``, ``difference``.
    estimates : pandas.DataFrame
        A row per pair, from top to bottom: ``pair``, ``mean``, ``low`` and ``high`` (NaN: no interval), ``shown``
        (whether the difference is shown: drawn in black and full, else in grey and hollow), ``words``.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    quantity : str
        Label of the horizontal axis.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd, netsparse as ns
    >>> differences = pd.DataFrame({"pair": ["l3 - rlr"] * 3, "difference": [0.4, 0.5, 0.9]})
    >>> estimates = pd.DataFrame([
    ...     {"pair": "l3 - rlr", "mean": 0.6, "low": -0.06, "high": 1.26, "shown": False, "words": "p = 0.06"}
    ... ])
    >>> [label.get_text() for label in ns.plot.paired_differences(differences, estimates).get_yticklabels()]
    ['l3 - rlr']
    """
    differences = tidy(differences, _OF_SEEDS, may_be_empty=True)
    estimates = tidy(estimates, _OF_PAIRS, may_be_empty=True)
    ax.axvline(0, color="0.4", linewidth=0.8, zorder=1)
    for place, (_, row) in enumerate(estimates.iterrows()):
        colour = BLACK if row["shown"] else _UNCLEAR
        of_seeds = differences.loc[differences["pair"] == row["pair"], "difference"]
        ax.plot(of_seeds, [place + 0.2] * len(of_seeds), "o", color=colour, markersize=2.5, alpha=0.5, linewidth=0)
        ax.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
        face = colour if row["shown"] else "white"
        ax.plot(row["mean"], place, "o", color=colour, markerfacecolor=face, markersize=5, zorder=3)
        ax.annotate(
            row["words"], (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=7, color=colour
        )
    ax.set_yticks(range(len(estimates)), estimates["pair"])
    ax.set_ylim(len(estimates) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.08)
    ax.set_xlabel(quantity)
    return ax
