"""The numbers that the claims are judged by: one row a run, one column a metric, from the tables alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.robustness.arms import KEY
from analysis.robustness.attacks import INTACT, PROTOCOLS
from analysis.robustness.densities import share_between, weighted_quantile
from analysis.robustness.runs import LAST_EPOCHS
from netsparse.robustness import area, collapse
from netsparse.study import Tables

LIMIT = 0.99
"""A run has reached its limit at this share of its accuracy in the last epochs."""

GONE = 0.95
"""A curve is at its minimum once this share of what it ever loses is lost."""

COLLAPSED = 0.9
"""Accuracy has collapsed when this share of it, above chance, is lost."""

LEFT = 0.1
"""A network whose clean accuracy is less than this share of the way from chance to 1 has nothing to retain."""

RANGES = {
    "links-random": (0.0, 1.0),
    "links-weight": (0.0, 0.1),
    "links-reverse-weight": (0.0, 1.0),
    "shuffle": (0.0, 1.0),
    "noise": (0.0, 1.0),
}
"""Strengths over which the accuracy under an attack is averaged: the paper's axes, and for weight order its fall."""

ATTACK_OF_ORDER = {"random": "links-random", "weight": "links-weight", "reverse": "links-reverse-weight"}
CELL = ["arm", "dataset", "zeta", "lr"]

Row = dict[str, float]


def metric_table(tables: Tables) -> pd.DataFrame:
    """Return a row per attacked run: the columns of `KEY`, then the metrics.

    Metrics of a control have its name in front, as in ``random-topology/area noise``.
    """
    runs = tables.read("runs")
    runs = runs[runs["arm"] != "selection"]
    if runs.empty:
        return pd.DataFrame(columns=list(KEY))
    parts = [
        runs.set_index(list(KEY))[["accuracy", "classes", "links", "active_neurons"]],
        _per_run(tables.read("history"), training_metrics),
        _per_run(_with_chance(tables.read("attacks"), runs), attack_metrics),
        _per_run(_with_cut(tables.read("percolation"), runs), percolation_metrics),
        _per_cell(tables.read("weights"), weight_metrics),
        _per_cell(tables.read("history"), dip_metrics),
    ]
    frame = pd.concat(parts, axis=1, join="inner").reset_index()
    for order, attack in ATTACK_OF_ORDER.items():
        frame[f"lead {order}"] = frame[f"half {order}"] - frame[f"collapse {attack}"]
    return frame


def training_metrics(history: pd.DataFrame) -> Row:
    """Return final accuracy, epochs to the limit and seconds of an update, from the history of one run."""
    accuracy = history["test_accuracy"].to_numpy()
    final = accuracy[-LAST_EPOCHS:].mean()
    return {
        "final accuracy": final,
        "epochs to limit": history["epoch"].to_numpy()[np.argmax(accuracy >= LIMIT * final)],
        "update seconds": history["seconds_update"][history["seconds_update"] > 0].median(),
        "epoch seconds": history["seconds_train"].median(),
    }


def attack_metrics(attacks: pd.DataFrame) -> Row:
    """Return the metrics of all curves of one run, controls included."""
    row: Row = {}
    for (control, attack), curve in attacks.groupby(["control", "attack"], sort=False):
        prefix = "" if control == INTACT else f"{control}/"
        row |= {f"{prefix}{name} {attack}": value for name, value in _curve_metrics(attack, curve).items()}
    if {"shuffle", "noise"} <= set(attacks["attack"]):
        row |= _crossing(attacks[attacks["control"] == INTACT])
    return row


def _curve_metrics(attack: str, curve: pd.DataFrame) -> Row:
    strength, accuracy = curve["strength"].to_numpy(), curve["accuracy"].to_numpy()
    chance = curve["chance"].iloc[0]
    row = {
        "clean": accuracy[0],
        "area": _area_between(strength, accuracy, *RANGES[attack]),
        "collapse": collapse(strength, accuracy, clean=accuracy[0], chance=chance, lost=COLLAPSED),
        "minimum": collapse(strength, accuracy, clean=accuracy[0], chance=accuracy.min(), lost=GONE),
    }
    is_left = accuracy[0] - chance > LEFT * (1 - chance)
    shared = np.isin(strength, PROTOCOLS[attack].coarse)  # controls have no others: all are measured alike
    mean = _area_between(strength[shared], accuracy[shared], *RANGES[attack])
    row["retained"] = (mean - chance) / (accuracy[0] - chance) if is_left else np.nan
    if attack in ATTACK_OF_ORDER.values():
        row["loss at 80 %"] = accuracy[0] - np.interp(0.8, strength, accuracy)
        row["bend"] = _bend(strength, accuracy, 0.8)
    return row


def _area_between(strength: np.ndarray, accuracy: np.ndarray, low: float, high: float) -> float:
    inside = (strength > low) & (strength < high)
    points = np.concatenate([[low], strength[inside], [high]])
    return area(points, np.interp(points, strength, accuracy))


def _bend(strength: np.ndarray, accuracy: np.ndarray, until: float) -> float:
    """Return the largest distance of a curve from its chord over [0, until], relative to the fall of the chord."""
    points = np.append(strength[strength < until], until)
    values = np.interp(points, strength, accuracy)
    fall = values[0] - values[-1]
    chord = values[0] - fall * points / until
    return float(np.abs(values - chord).max() / fall) if fall > 0 else np.nan


def _crossing(attacks: pd.DataFrame) -> Row:
    """Return how much more shuffling takes than modification at small values, and by how much it is ever above it.

    ``steeper first``: mean accuracy under modification minus that under shuffling over values 0-0.2; ``crossing``: the
    largest difference the other way at values 0.2-1.
    """
    curves = {name: curve for name, curve in attacks.groupby("attack") if name in ("shuffle", "noise")}
    small = {
        name: _area_between(curve["strength"].to_numpy(), curve["accuracy"].to_numpy(), 0.0, 0.2)
        for name, curve in curves.items()
    }
    values = np.linspace(0.2, 1, 9)
    shuffled, modified = (
        np.interp(values, curves[name]["strength"], curves[name]["accuracy"]) for name in ("shuffle", "noise")
    )
    return {"steeper first": small["noise"] - small["shuffle"], "crossing": float((shuffled - modified).max())}


def percolation_metrics(percolation: pd.DataFrame) -> Row:
    """Return thresholds of one run per order: half height, last path, its distance from the minimum cut."""
    row: Row = {}
    for _, found in percolation.iterrows():
        prefix = "" if found["control"] == INTACT else f"{found['control']}/"
        row[f"{prefix}half {found['order']}"] = found["half_height"]
        row[f"{prefix}last {found['order']}"] = found["last_connection"]
        if not prefix:
            row[f"times cut {found['order']}"] = found["last_connection"] * found["removals"] / found["cut_links"]
    return row


def weight_metrics(weights: pd.DataFrame) -> pd.DataFrame:
    """Return the shape of the density of |w| of each run of a cell.

    Intermediate weights are those between the median and the 99 % quantile, the extreme tail is beyond the 99.9 %
    quantile, of the weights of all runs of the cell pooled: both rules, all seeds.
    """
    absolute = weights[weights["scale"] == "absolute"]
    pooled = absolute.groupby(["low", "high"], as_index=False)["links"].sum()
    median, high, extreme = (weighted_quantile(pooled, share) for share in (0.5, 0.99, 0.999))
    rows = {
        key: {
            "intermediate weights": share_between(own, median, high),
            "extreme weights": share_between(own, extreme, np.inf),
            **_density_shape(own),
        }
        for key, own in absolute.groupby(list(KEY))
    }
    return _keyed(rows)


def _density_shape(histogram: pd.DataFrame) -> Row:
    """Return the dip of the density before its maximum, the maximum, the widths of both, and its fall after it.

    A maximum in the first bin is one at 0: nothing rises before it, so that there is no dip.
    """
    edges, density = _density(histogram)
    centre = (edges[:-1] + edges[1:]) / 2
    median, high, end = (weighted_quantile(histogram, share) for share in (0.5, 0.99, 0.999))
    peak = int(density.argmax())
    before = density[:peak]
    row = {"zero above minimum": 1.0, "dip width": 1.0, "density maximum": 0.0}
    if peak:
        rise = density[peak] - before.min()
        half_way = np.flatnonzero(before < before.min() + rise / 2)[-1] + 1
        row["zero above minimum"] = (density[0] - before.min()) / rise
        row["dip width"] = edges[half_way] / high
        row["density maximum"] = centre[peak] / median
    row["peak width"] = _width_at_half_height(edges, density) / high
    row["decay slopes"] = _slope_ratio(centre, density, centre[peak], end)
    return row


def _density(histogram: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return edges from 0 on, and the density between them: a histogram leaves out its empty bins."""
    edges = np.unique(np.concatenate([[0], histogram["low"], histogram["high"]]))
    density = np.zeros(edges.size - 1)
    density[np.searchsorted(edges, histogram["low"])] = histogram["links"] / (histogram["high"] - histogram["low"])
    return edges, density


def _width_at_half_height(edges: np.ndarray, density: np.ndarray) -> float:
    """Return the width of the bins around the maximum that reach half of it."""
    peak, below = int(density.argmax()), np.flatnonzero(density < density.max() / 2)
    before, after = below[below < peak], below[below > peak]
    return float(edges[after[0] if after.size else -1] - edges[before[-1] + 1 if before.size else 0])


def _slope_ratio(centre: np.ndarray, density: np.ndarray, start: float, end: float) -> float:
    """Return the slope of log density in the upper half of [start, end] over that in the lower half."""
    middle = (start + end) / 2
    halves = [(density > 0) & (low <= centre) & (centre <= high) for low, high in ((start, middle), (middle, end))]
    if min(half.sum() for half in halves) < 2:
        return np.nan
    first, second = (np.polyfit(centre[half], np.log(density[half]), 1)[0] for half in halves)
    return float(second / first)


def dip_metrics(history: pd.DataFrame) -> pd.DataFrame:
    """Return, per run of a cell, by how much the accuracy falls after its first maximum.

    Where the maximum (in the first half) and the minimum after it lie is read off the mean of the OTHER seeds, on a
    running mean over three epochs: the same curve would always show a fall between its own extremes.
    """
    curves = history.pivot_table(index=["rule", "seed"], columns="epoch", values="test_accuracy")
    smooth = curves.T.rolling(3, center=True, min_periods=1).mean().T
    keys = history.groupby(["rule", "seed"])[list(KEY)].first()
    rows = {}
    for (rule, seed), own in smooth.iterrows():
        others = smooth.drop(index=(rule, seed)).query("rule == @rule")
        key = tuple(keys.loc[(rule, seed)])
        rows[key] = {"dip": _fall(own.to_numpy(), others.to_numpy().mean(axis=0)) if len(others) else np.nan}
    return _keyed(rows)


def _fall(own: np.ndarray, others: np.ndarray) -> float:
    peak = int(others[: max(1, others.size // 2)].argmax())
    trough = peak + int(others[peak:].argmin())
    return float(own[peak] - own[trough])


def _per_run(frame: pd.DataFrame, measure: Callable[[pd.DataFrame], Row]) -> pd.DataFrame:
    frame = frame[frame["arm"] != "selection"]
    return _keyed({key: measure(own) for key, own in frame.groupby(list(KEY), sort=False)})


def _per_cell(frame: pd.DataFrame, measure: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    frame = frame[frame["arm"] != "selection"]
    return pd.concat([measure(own) for _, own in frame.groupby(CELL, sort=False)])


def _keyed(rows: dict[tuple, Row]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(list(rows), names=list(KEY))
    return pd.DataFrame(list(rows.values()), index=index)


def _with_chance(attacks: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    classes = runs[[*KEY, "classes"]].assign(chance=1 / runs["classes"])
    return attacks.merge(classes, on=list(KEY))


def _with_cut(percolation: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    return percolation.merge(runs[[*KEY, "cut_links"]], on=list(KEY))
