"""The course of a measure along training, with the band of its null model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netsparse.errors import InvalidValue, unknown
from netsparse.plot.style import BLACK, colour_of, line_style_of, styled

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

BAND = 2
"""Deviations of the null samples on either side of their mean that the band covers."""

_WHOLE = -1


@styled()
def measure_course(
    frame: pandas.DataFrame, measure: str, part: str = "", ax: Axes | None = None, *, x: str = "epoch"
) -> Axes:
    """Draw a measure against the epoch, a line per layer, over the band of its null model.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`netsparse.measures.table`, with a column that says where each network stands on the horizontal axis.
    measure, part : str
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    x : str, default 'epoch'
        That column.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the column is missing, or the frame has no such measure or part.

    Examples
    --------
    >>> import netsparse as ns
    >>> networks = {n: ns.generate.erdos_renyi((20, 15, 5), n / 10, rng=0) for n in (1, 2, 3)}
    >>> frame = ns.measures.table(networks, ["robins-alexander"], null="curveball", samples=3, rng=0)
    >>> ax = ns.plot.measure_course(frame.assign(epoch=frame.network.astype(int)), "robins-alexander")
    >>> ax.get_ylabel(), len(ax.lines), len(ax.collections)
    ('robins-alexander', 2, 1)
    """
    if x not in frame:
        raise unknown("column", x, frame.columns)
    chosen = frame[(frame["measure"] == measure) & (frame["part"] == part)]
    if chosen.empty:
        raise InvalidValue(f"the table has no part {part!r} of the measure {measure!r}", parameter="measure")
    for place, (layer, rows) in enumerate(chosen.groupby(chosen["layer"].fillna(_WHOLE).astype(int))):
        rows = rows.sort_values(x)
        label = "network" if layer == _WHOLE else f"layer {layer}"
        look = {"color": colour_of(place), "linestyle": line_style_of(place)}
        ax.plot(rows[x], rows["value"], marker="o", markersize=2.5, label=label, **look)
        if rows["null_mean"].notna().any():
            _draw_null(ax, rows, x, colour_of(place), "mean of null" if place == 0 else None)
    ax.set(xlabel=x, ylabel=" ".join(word for word in (measure, part) if word))
    ax.legend()
    return ax


def _draw_null(ax: Axes, rows: pandas.DataFrame, x: str, colour: str, label: str | None) -> None:
    spread = BAND * rows["null_deviation"].fillna(0.0)
    low, high = rows["null_mean"] - spread, rows["null_mean"] + spread
    ax.plot(rows[x], rows["null_mean"], color=BLACK, linewidth=0.6, linestyle=":", label=label)
    ax.fill_between(rows[x].astype(float), low, high, color=colour, alpha=0.2, linewidth=0)
