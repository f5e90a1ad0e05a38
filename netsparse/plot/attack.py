"""Accuracy under attack, with percolation quantities of the same states on the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.percolation.order import KINDS
from netsparse.plot.style import BLACK, GREY, LINE_STYLES, RC, band_line, colour_of, styled
from netsparse.plot.tables import Data, tidy

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABELS = {
    "accuracy": "accuracy",
    "links": "links left",
    "active": "active neurons",
    "active_links": "links on paths",
    "outputs_reached": "outputs reached",
    "largest_component": "largest component",
    "connected_pairs": "connected pairs",
}
ACRONYMS = ("fgsm", "pgd")


@styled()
def attack_curves(
    frame: Data,
    ax: Axes | None = None,
    *,
    quantities: Sequence[str] = ("accuracy",),
    hue: str = "attack",
    band: tuple[float, float] = (40, 60),
    xlabel: str | None = None,
    chance: float | None = None,
) -> Axes:
    """Draw accuracy, and percolation quantities if wanted, against the strength of attacks.

    A colour for each value of `hue`, a line style for each quantity: the median over all repeats and runs, and a
    band between two percentiles of them.

    Parameters
    ----------
    frame : pandas.DataFrame, a .csv file, or several of them
        Rows of :func:`netsparse.robustness.curve`, of one or several attacks, runs or rules (`hue` is a column of
        it); curves of one hue must share their strengths. Attacks are named as they are called now.
    ax : matplotlib.axes.Axes, optional
        Drawn into; a new figure of column width by default.
    quantities : sequence of str, default ('accuracy',)
        Columns of `frame`. All but accuracy are drawn as a share of the intact network's value
        (0 where that is 0).
    hue : str, default 'attack'
    band : (float, float), default (40, 60)
        Percentiles.
    xlabel : str, optional
        By default the unit of the attack's strength.
    chance : float, optional
        Accuracy of guessing, drawn as a thin line.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a column is not there, there are no rows, or curves of one hue differ in their strengths.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((4, 8, 2), density=0.5, rng=0)
    >>> samples = [[0.1, 0.9, 0.8, 0.2], [0.7, 0.2, 0.1, 0.6]], [0, 1]
    >>> frame = ns.robustness.curve(network, samples, 'links-random', steps=4, rng=0)
    >>> ns.plot.attack_curves(frame, quantities=('accuracy', 'active_links')).get_xlabel()
    'fraction of links removed'
    """
    from netsparse.robustness import present_names

    frame = present_names(tidy(frame, ("attack", "step", "strength", hue, *quantities)))
    groups = list(frame.groupby(hue, sort=False))
    for place, (_, group) in enumerate(groups):
        for style, quantity in zip(LINE_STYLES, quantities, strict=False):
            strengths, samples = _samples(group, quantity)
            look = {"color": colour_of(place), "linestyle": style, **_weight_of(quantity)}
            band_line(ax, _positions(strengths), samples, band, **look)
    _label_bits(ax, groups[0][1])
    if chance is not None:
        ax.axhline(chance, color=GREY, linewidth=0.6, zorder=1)
        ax.text(0, chance, " chance", transform=ax.get_yaxis_transform(), va="bottom", color=GREY, fontsize=7)
    others = [LABELS.get(name, name) for name in quantities if name != "accuracy"]
    ylabel = "accuracy" if not others else "accuracy, share of intact" if "accuracy" in quantities else others[0]
    ax.set(xlabel=_unit(frame) if xlabel is None else xlabel, ylabel=ylabel, ylim=(0, 1.02))
    names = [str(value) for value, _ in groups]
    _legends(ax, attack_words(names) if hue == "attack" else names, quantities)
    return ax


def _weight_of(quantity: str) -> dict[str, float]:
    """Return how heavy a line is: accuracy stands out from what is beside it."""
    return {} if quantity == "accuracy" else {"linewidth": 0.9, "alpha": 0.75}


def _samples(group: pandas.DataFrame, quantity: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the strengths and the curves of all repeats and runs, shape (curves, strengths)."""
    by_step = group.sort_values("step", kind="stable").groupby("step")
    strengths = by_step["strength"].agg(["min", "max", "size"])
    if (strengths["min"] != strengths["max"]).any() or strengths["size"].nunique() > 1:
        raise InvalidValue("the curves of one hue need the same strengths; a column tells them apart, give it as hue")
    curves = np.array([values.to_numpy(dtype=float) for _, values in by_step[quantity]]).T
    if quantity != "accuracy":
        intact = np.broadcast_to(curves[:, :1], curves.shape)
        curves = np.divide(curves, intact, out=np.zeros_like(curves), where=intact > 0)
    return strengths["min"].to_numpy(), curves


def _falls(strengths: np.ndarray) -> bool:
    return strengths.size > 2 and strengths[1] > strengths[2]


def _positions(strengths: np.ndarray) -> np.ndarray:
    """Return where strengths are drawn: where they fall (bits), the intact network stands one before the first."""
    return np.append(strengths[1] + 1, strengths[1:]) if _falls(strengths) else strengths


def _label_bits(ax: Axes, group: pandas.DataFrame) -> None:
    strengths = group.sort_values("step").groupby("step")["strength"].first().to_numpy()
    if _falls(strengths):
        ax.set_xticks(_positions(strengths), ["off", *(f"{bits:g}" for bits in strengths[1:])])
        ax.set_xlim(_positions(strengths)[0] + 0.2, strengths[-1] - 0.2)


def _unit(frame: pandas.DataFrame) -> str:
    from netsparse.robustness import ATTACKS

    units = {ATTACKS[name].unit for name in frame["attack"].unique() if name in ATTACKS}
    return units.pop() if len(units) == 1 else "strength"


def _legends(ax: Axes, hues: Sequence[str], quantities: Sequence[str]) -> None:
    """Name the colours and, if there are several quantities, the line styles; above, out of the curves' way."""
    from matplotlib.lines import Line2D

    one_hue, one_quantity = len(hues) == 1, len(quantities) == 1
    colours = [Line2D([], [], color=colour_of(place), label=name) for place, name in enumerate(hues)]
    styles = [
        Line2D(
            [],
            [],
            color=colour_of(0) if one_hue else BLACK,
            linestyle=style,
            label=LABELS.get(name, name),
            **_weight_of(name),
        )
        for style, name in zip(LINE_STYLES, quantities, strict=False)
    ]
    handles = [*([] if one_hue else colours), *([] if one_quantity else styles)]
    if handles:
        ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.1, 1.0), ncols=2, columnspacing=1)


def share_legend(figure: Figure) -> None:
    """Give panels whose colours mean the same one legend above them, the fullest: long names need the width of all."""
    import matplotlib.pyplot as plt

    legends = [ax.get_legend() for ax in figure.axes]
    fullest = max(legends, key=lambda legend: len(legend.legend_handles))
    handles, names = fullest.legend_handles, [text.get_text() for text in fullest.get_texts()]
    for legend in legends:
        legend.remove()
    with plt.rc_context(RC):
        figure.legend(handles, names, loc="outside upper left", ncols=min(2, len(legends)))


def attack_words(names: Sequence[str]) -> list[str]:
    """Return the names of attacks in words; what all of them remove is left out, the axis says it.

    Examples
    --------
    >>> attack_words(['links-random', 'links-reverse-weight']), attack_words(['fgsm', 'input-noise'])
    (['random', 'reverse weight'], ['FGSM', 'input noise'])
    """
    first_words = {name.partition("-")[0] for name in names}
    removed = first_words.pop() if len(first_words) == 1 else ""
    shared = f"{removed}-" if removed in KINDS else ""
    return [name.upper() if name in ACRONYMS else name.removeprefix(shared).replace("-", " ") for name in names]
