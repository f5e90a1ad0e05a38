"""Figure 9: what is left of the difference between the rules when networks share only part of what training made."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.robustness.attacks import PROTOCOLS
from analysis.robustness.controls import CONTROLS
from analysis.robustness.drawing.style import data_sets, label_rows, main_arm, panels, place_legend
from analysis.robustness.explanation import explanation_table
from analysis.robustness.folder import Folder
from analysis.robustness.metrics import metric_table
from netsparse.plot.style import BLACK, COLOURS, RC

LOOKS = dict(zip(("trained", *CONTROLS), ((BLACK, "o"), *zip(COLOURS[2:], "s^D", strict=False)), strict=False))


def differences(folder: Folder) -> Figure | None:
    """Retained accuracy, CH3-L3 minus random, of the trained networks and of the controls, with 95 % t intervals."""
    metrics = main_arm(metric_table(folder.tables())) if len(folder.tables().finished()) else pd.DataFrame()
    if metrics.empty:
        return None
    table = explanation_table(metrics)
    names = data_sets(table)
    with matplotlib.rc_context(RC):
        figure, axes = panels(len(names), sharey=True)
        for ax, name in zip(axes[0], names, strict=True):
            rows = table[table["dataset"] == name]
            for place, (column, (colour, marker)) in enumerate(LOOKS.items()):
                _draw(ax, list(rows[column]), place, colour, marker, column)
            ax.axvline(0, color="0.6", linewidth=0.8)
            ax.set_yticks(range(len(rows)), [PROTOCOLS[attack].label for attack in rows["attack"]])
        axes[0, 0].invert_yaxis()
        label_rows(axes, names, "CH3-L3 - random (points)", [""])
        place_legend(figure, axes[0, 0].get_legend_handles_labels()[0])
    return figure


def _draw(ax, estimates, place: int, colour: str, marker: str, label: str) -> None:
    y = np.arange(len(estimates)) + 0.17 * (place - 1.5)
    means = np.array([found.mean for found in estimates])
    half = np.nan_to_num([found.high - found.mean for found in estimates])
    ax.errorbar(means, y, xerr=half, fmt=marker, color=colour, markersize=3, linewidth=0.8, label=label)
