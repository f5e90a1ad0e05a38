"""Figure 9: what is left of the difference between the rules when networks share only part of what training made."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.robustness.attacks import PROTOCOLS
from analysis.robustness.drawing.style import data_sets, main_arm, panels, place_legend
from analysis.robustness.explanation import DISTRIBUTION, explanation_table, structure_table
from analysis.robustness.folder import Folder
from analysis.robustness.metrics import ATTACK_OF_ORDER, metric_table
from netsparse.plot.style import BLACK, GREEN, ORANGE, PURPLE, RC

LOOKS = {
    "trained": (BLACK, "o"),
    DISTRIBUTION: (PURPLE, "D"),
    "permuted-weights": (GREEN, "s"),
    "random-topology": (ORANGE, "^"),
}
OF_ACCURACY = ("trained", DISTRIBUTION)
OF_STRUCTURE = ("trained", "permuted-weights", "random-topology")
SHIFT = 0.2  # between the marks of one line


def differences(folder: Folder) -> Figure | None:
    """CH3-L3 minus random with 95 % t intervals: retained accuracy, below it where the active neurons are halved.

    Accuracy is shown for the trained networks and those with a common distribution of weights, the other controls being
    at chance; the percolation threshold for the trained ones and those two.
    """
    metrics = main_arm(metric_table(folder.tables()))
    if metrics.empty:
        return None
    accuracy = explanation_table(metrics)
    structure = structure_table(metrics)
    structure = structure.assign(attack=structure["order"].map(ATTACK_OF_ORDER))
    names = data_sets(accuracy)
    with matplotlib.rc_context(RC):
        figure, axes = panels(len(names), 2)
        for column, name in zip(axes.T, names, strict=True):
            column[0].set_title(name)
            _draw(column[0], accuracy[accuracy["dataset"] == name], OF_ACCURACY)
            column[0].set_xlabel("CH3-L3 minus random,\nretained accuracy (points)")
            _draw(column[1], structure[structure["dataset"] == name], OF_STRUCTURE)
            column[1].set_xlabel("CH3-L3 minus random,\nneurons halved at (% of links)")
        for row in axes:
            row[0].invert_yaxis()
        first, second = (ax.get_legend_handles_labels()[0] for ax in axes[:, 0])
        place_legend(figure, [*first, *second[1:]])  # 'trained' is in both
    return figure


def _draw(ax: Axes, table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Draw a line per attack, on it a mark per kind of network."""
    for place, column in enumerate(columns):
        colour, marker = LOOKS[column]
        means, ends = (np.array([getattr(found, name) for found in table[column]]) for name in ("mean", "high"))
        y = np.arange(len(table)) + SHIFT * (place - (len(columns) - 1) / 2)
        error = np.nan_to_num(ends - means)  # none from one seed
        ax.errorbar(means, y, xerr=error, fmt=marker, color=colour, markersize=3, linewidth=0.8, label=column)
    ax.axvline(0, color="0.6", linewidth=0.8)
    ax.set_yticks(range(len(table)), [PROTOCOLS[attack].label for attack in table["attack"]])
