"""Figures 2 and 3: the time of an update, accuracy against epoch."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from analysis.robustness.drawing.style import by_rule, data_sets, draw_curves, label_rows, legend, main_arm, panels
from analysis.robustness.folder import Folder
from netsparse.plot.style import RC


def update_time(folder: Folder) -> Figure | None:
    """Seconds of a topology update against the epoch, both rules; beside it the active neurons."""
    return _against_epoch(folder, {"seconds_update": "seconds of an update", "active_neurons": "active neurons"})


def accuracy(folder: Folder) -> Figure | None:
    """Test accuracy against epoch, both rules, with a closer look at the last tenth of it."""
    figure = _against_epoch(folder, {"test_accuracy": "test accuracy"})
    if figure is not None:
        for ax in figure.axes:
            _look_closer(ax)
    return figure


def _against_epoch(folder: Folder, quantities: dict[str, str]) -> Figure | None:
    history = main_arm(folder.tables().read("history"))
    if history.empty:
        return None
    history = history[history["seconds_update"] > 0] if "seconds_update" in quantities else history
    names = data_sets(history)
    with matplotlib.rc_context(RC):
        figure, axes = panels(len(names), len(quantities), sharey="row" if len(quantities) > 1 else False)
        for row, quantity in zip(axes, quantities, strict=True):
            for ax, name in zip(row, names, strict=True):
                draw_curves(ax, history[history["dataset"] == name], "epoch", quantity)
                ax.set_yscale("log" if quantity == "seconds_update" else "linear")
        label_rows(axes, names, "epoch", list(quantities.values()))
        legend(figure, [rule for rule, _ in by_rule(history)])
    return figure


def _look_closer(ax) -> None:
    """Set the limits so that the last epochs fill the panel: the differences of the rules are there."""
    values = np.concatenate([line.get_ydata() for line in ax.lines])
    last = np.concatenate([line.get_ydata()[-max(1, len(line.get_ydata()) // 2) :] for line in ax.lines])
    spread = max(np.ptp(last), 0.005)
    ax.set_ylim(max(values.min(), last.min() - 2 * spread), last.max() + 0.4 * spread)
