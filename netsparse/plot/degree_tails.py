"""Degrees on double logarithmic axes, with the power law that fits their tail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.measures import PowerLaw
from netsparse.plot.style import BLACK, MARKERS, colour_of, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas
    from matplotlib.axes import Axes


@styled()
def degree_ccdf(
    distribution: pandas.DataFrame,
    ax: Axes | None = None,
    *,
    fits: Mapping[str, PowerLaw] | None = None,
    quantity: str = "degree",
) -> Axes:
    """Draw the share of neurons with at least a degree, per side, on logarithmic axes.

    Parameters
    ----------
    distribution : pandas.DataFrame
        From :func:`netsparse.measures.distribution`; values of 0 have no place on the axes.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    fits : mapping of str to PowerLaw, optional
        The fit of a side, a straight dashed line over its tail.
    quantity : str
        Label of the horizontal axis.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((80, 60), 0.1, readout=0, rng=0).layers[0]
    >>> fits = {side: ns.measures.fit_power_law(each) for side, each in ns.measures.degrees(layer).items()}
    >>> ax = ns.plot.degree_ccdf(ns.measures.distribution(layer), fits=fits)
    >>> ax.get_xscale(), ax.get_ylabel()
    ('log', 'P(degree ≥ k)')
    """
    for place, (side, frame) in enumerate(distribution.groupby("side", sort=False)):
        above = frame[frame["value"] > 0]
        look = {"color": colour_of(place), "marker": MARKERS[1 + place % (len(MARKERS) - 1)], "markersize": 3}
        ax.plot(above["value"], above["ccdf"], linestyle="", label=side, **look)
        fit = (fits or {}).get(side)
        if fit is not None and np.isfinite(fit.alpha):
            _draw_fit(ax, above, fit, side, colour_of(place))
    ax.set(xscale="log", yscale="log", xlabel=quantity, ylabel=f"P({quantity} ≥ k)")
    _mark_plainly(ax)
    ax.legend()
    return ax


def _draw_fit(ax: Axes, frame: pandas.DataFrame, fit: PowerLaw, side: str, colour: str) -> None:
    from scipy.special import zeta

    tail = frame[frame["value"] >= fit.x_min]
    degrees = np.geomspace(fit.x_min, tail["value"].max(), 60)
    share = tail["ccdf"].iloc[0] * zeta(fit.alpha, degrees) / zeta(fit.alpha, fit.x_min)
    label = f"{side}: α = {fit.alpha:.2f}, k ≥ {fit.x_min:g}"
    ax.plot(degrees, share, color=colour, linestyle="--", linewidth=0.8, label=label)
    ax.axvline(fit.x_min, color=BLACK, linewidth=0.4, linestyle=":")


def _mark_plainly(ax: Axes) -> None:
    """Write 2, 5, 10 ... under the axis: degrees rarely span the decades that powers of ten need."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
