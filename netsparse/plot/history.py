"""A training run, or several, epoch by epoch: accuracy and update times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netsparse.errors import InvalidValue
from netsparse.plot.style import band_line, colour_of, line_style_of, styled
from netsparse.plot.tables import Data, tidy

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


@styled()
def accuracy_history(
    history: Data,
    ax: Axes | None = None,
    *,
    quantity: str = "test_accuracy",
    hue: str | None = None,
    band: tuple[float, float] = (40, 60),
) -> Axes:
    """Draw accuracy against the epoch.

    Parameters
    ----------
    history : pandas.DataFrame, a .csv file, or several of them
        The history of ``train.fit``, or those of several runs, `hue` the column that tells groups apart: ``label`` in
        a mapping of labels to histories.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    quantity : str, default 'test_accuracy'
        A column of `history`.
    hue : str, optional
        A line per value: the median over its runs, with a band between two percentiles.
    band : (float, float), default (40, 60)

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd, netsparse as ns
    >>> history = pd.DataFrame({'epoch': [1, 2, 3], 'test_accuracy': [0.8, 0.9, 0.92]})
    >>> ns.plot.accuracy_history(history).get_ylabel()
    'test accuracy'
    """
    history = tidy(history, _columns(quantity, hue))
    return _by_epoch(history, ax, quantity, hue, band, quantity.replace("_", " "))


@styled()
def update_times(
    history: Data, ax: Axes | None = None, *, hue: str | None = None, band: tuple[float, float] = (40, 60)
) -> Axes:
    """Draw the time of each topology update against its epoch; epochs without one are left out.

    Parameters and result as in :func:`accuracy_history`, of the column `seconds_update`, in milliseconds.

    Examples
    --------
    >>> import pandas as pd, netsparse as ns
    >>> history = pd.DataFrame({'epoch': [1, 2, 3], 'seconds_update': [0.02, 0.01, 0.0]})
    >>> ns.plot.update_times(history).get_ylabel()
    'topology update (ms)'
    """
    history = tidy(history, _columns("seconds_update", hue))
    updated = history[history["seconds_update"] > 0]
    updated = updated.assign(milliseconds=1000 * updated["seconds_update"])
    ax = _by_epoch(updated, ax, "milliseconds", hue, band, "topology update (ms)")
    ax.set_ylim(bottom=0)
    return ax


def _columns(quantity: str, hue: str | None) -> list[str]:
    return ["epoch", quantity, *([hue] if hue else [])]


def _by_epoch(history: pandas.DataFrame, ax: Axes, quantity: str, hue: str | None, band, ylabel: str) -> Axes:
    groups = list(history.groupby(hue, sort=False)) if hue else [(None, history)]
    for place, (label, group) in enumerate(groups):
        by_epoch = group.groupby("epoch")[quantity]
        if by_epoch.size().nunique() > 1:
            raise InvalidValue("all runs of one line need the same epochs; a column tells them apart, give it as hue")
        curves = by_epoch.apply(list).to_list()
        marker = "o" if len(curves) <= 40 else ""
        line = {"color": colour_of(place), "linestyle": line_style_of(place), "marker": marker, "markersize": 2.5}
        band_line(ax, list(by_epoch.groups), list(zip(*curves, strict=True)), band, label=label, **line)
    ax.set(xlabel="epoch", ylabel=ylabel)
    ax.xaxis.get_major_locator().set_params(integer=True)
    if hue:
        ax.legend()
    return ax
