"""Figures 4, 5 and 8: accuracy under attack, percolation of the same states, and which of the two breaks first."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from analysis.robustness.attacks import INTACT, PROTOCOLS
from analysis.robustness.drawing.style import (
    by_rule,
    colour,
    data_sets,
    draw_curves,
    label_rows,
    legend,
    main_arm,
    panels,
)
from analysis.robustness.folder import Folder
from analysis.robustness.metrics import ATTACK_OF_ORDER, metric_table
from netsparse.plot.style import RC

STYLES = {"links-random": "-", "links-weight": ":", "links-reverse-weight": "--", "noise": "-", "shuffle": "--"}
MARKERS = {"random": "o", "weight": "v", "reverse": "^"}


def removal(folder: Folder) -> Figure | None:
    """Accuracy against the fraction of links removed, three orders and two rules; below, what percolation says."""
    attacks = _intact_attacks(folder, list(ATTACK_OF_ORDER.values()))
    rows = {
        "accuracy": "test accuracy",
        "active share": "active neurons / intact",
        "giant share": "largest component / intact",
    }
    return None if attacks is None else _figure(attacks, rows, "fraction of links removed")


def perturbation(folder: Folder) -> Figure | None:
    """Accuracy against the perturbation value: modification and shuffling, which leave the topology as it is."""
    attacks = _intact_attacks(folder, ["noise", "shuffle"])
    if attacks is None:
        return None
    within = attacks[attacks["strength"] <= 2]
    return _figure(within, {"accuracy": "test accuracy"}, "perturbation value")


def collapse_and_threshold(folder: Folder) -> Figure | None:
    """Where accuracy collapses against where the network breaks: a point a run, on the diagonal if both coincide."""
    metrics = main_arm(metric_table(folder.tables()))
    if metrics.empty:
        return None
    names = data_sets(metrics)
    with matplotlib.rc_context(RC):
        figure, axes = panels(len(names), sharey=True)
        for ax, name in zip(axes[0], names, strict=True):
            for rule, runs in by_rule(metrics[metrics["dataset"] == name]):
                for order, attack in ATTACK_OF_ORDER.items():
                    ax.plot(
                        runs[f"half {order}"], runs[f"collapse {attack}"], MARKERS[order],
                        color=colour(rule), markersize=4, markerfacecolor="none",
                    )  # fmt: skip
            ax.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
            ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
        label_rows(axes, names, "active neurons halved at", ["accuracy collapsed at"])
        looks = {
            PROTOCOLS[attack].label: {"marker": MARKERS[order], "linestyle": "", "markerfacecolor": "none"}
            for order, attack in ATTACK_OF_ORDER.items()
        }
        legend(figure, [rule for rule, _ in by_rule(metrics)], **looks)
    return figure


def _intact_attacks(folder: Folder, names: list[str]) -> pd.DataFrame | None:
    attacks = main_arm(folder.tables().read("attacks"))
    if attacks.empty:
        return None
    attacks = attacks[(attacks["control"] == INTACT) & attacks["attack"].isin(names)]
    run = ["dataset", "rule", "seed", "attack"]
    for share, quantity in {"active share": "active", "giant share": "largest_component"}.items():
        attacks = attacks.assign(**{share: attacks[quantity] / attacks.groupby(run)[quantity].transform("first")})
    return attacks


def _figure(attacks: pd.DataFrame, rows: dict[str, str], xlabel: str) -> Figure:
    names = data_sets(attacks)
    with matplotlib.rc_context(RC):
        figure, axes = panels(len(names), len(rows))
        for row, quantity in zip(axes, rows, strict=True):
            for ax, name in zip(row, names, strict=True):
                for attack, curves in attacks[attacks["dataset"] == name].groupby("attack"):
                    draw_curves(ax, curves, "strength", quantity, linestyle=STYLES[attack])
                ax.set_ylim(0, 1.02)
        label_rows(axes, names, xlabel, list(rows.values()))
        shown = [attack for attack in STYLES if attack in set(attacks["attack"])]
        looks = {PROTOCOLS[attack].label: {"linestyle": STYLES[attack]} for attack in shown}
        legend(figure, [rule for rule, _ in by_rule(attacks)], **looks)
    return figure
