"""What the figures share: a colour for each rule, a panel for each data set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from netsparse.plot.style import BLUE, GREEN, VERMILLION, band_line

RULE_COLOURS = {"ch3-l3": BLUE, "random": VERMILLION}
RULE_NAMES = {"ch3-l3": "CH3-L3", "random": "random"}
OTHER_RULE = GREEN
BAND = (40, 60)
PANEL = (2.35, 2.1)  # inches
DPI = 160
ENTRY = 1.4  # width of a legend entry


def main_arm(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the main arm."""
    return frame[frame["arm"] == "main"]


def data_sets(frame: pd.DataFrame) -> list[str]:
    """Return the data sets of a table in their order of appearance."""
    return list(dict.fromkeys(frame["dataset"]))


def panels(n_columns: int, n_rows: int = 1, *, sharey: str | bool = "row") -> tuple[Figure, np.ndarray]:
    """Return a figure, unknown to pyplot, with its panels as an array of shape (n_rows, n_columns)."""
    figure = Figure(figsize=(max(PANEL[0] * n_columns, 4.6), PANEL[1] * n_rows + 0.4), dpi=DPI, layout="constrained")
    return figure, figure.subplots(n_rows, n_columns, sharey=sharey, squeeze=False)


def colour(rule: str) -> str:
    """Return the colour of a rule."""
    return RULE_COLOURS.get(rule, OTHER_RULE)


def by_rule(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each rule, CH3-L3 first."""
    order = [*RULE_COLOURS, *sorted(set(frame["rule"]) - set(RULE_COLOURS))]
    for rule in order:
        if rule in set(frame["rule"]):
            yield rule, frame[frame["rule"] == rule]


def draw_curves(ax: Axes, frame: pd.DataFrame, x: str, y: str, **line) -> None:
    """Draw, per rule, the median over seeds of `y` against `x`, and the 40-60 percentile band."""
    for rule, rows in by_rule(frame):
        curves = rows.pivot_table(index="seed", columns=x, values=y)
        band_line(ax, curves.columns.to_numpy(), curves.to_numpy(), BAND, color=colour(rule), **line)


def legend(figure: Figure, rules, **lines: dict) -> None:
    """Name the colours of the rules and, below the panels, what the styles mean."""
    handles = [Line2D([], [], color=colour(rule), label=RULE_NAMES.get(rule, rule)) for rule in rules]
    handles += [Line2D([], [], color="0.3", label=label, **look) for label, look in lines.items()]
    place_legend(figure, handles)


def place_legend(figure: Figure, handles: list) -> None:
    """Put a legend below the panels, in as many columns as the figure is wide enough for."""
    ncols = min(len(handles), int(figure.get_figwidth() / ENTRY))
    figure.legend(handles=handles, loc="outside lower center", ncols=ncols, frameon=False)


def label_rows(axes: np.ndarray, titles: list[str], xlabel: str, ylabels: list[str]) -> None:
    """Name each data set above its column, each quantity left of its row, the common x below."""
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_title(title)
    for row, ylabel in zip(axes, ylabels, strict=True):
        row[0].set_ylabel(ylabel)
    for ax in axes[-1]:
        ax.set_xlabel(xlabel)
