"""The paper's explanation put to the test: do the weights alone make the rules differ in resilience?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.robustness.attacks import PROTOCOLS
from analysis.robustness.controls import CONTROLS
from analysis.robustness.judgement import paired_values
from analysis.robustness.metrics import ATTACK_OF_ORDER
from netsparse.study import FAILS, FEWEST_SEEDS, HOLDS, UNCLEAR, Estimate, estimate

DISTRIBUTION = "common-distribution"
NOTHING, EXPLAINED, PARTLY, NOT_EXPLAINED = "no difference shown", "explained", "partly explained", "not explained"
LEFT_OVER = 0.25  # a difference of which less is left is explained
MARGIN = 2.0  # per cent of the links; closer than that is 'at' the threshold
BEFORE, AT, AFTER = "before", "at", "after"


def explanation_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return, per data set and attack, the difference of the rules with and without their weight distributions.

    Values are of the retained accuracy (mean accuracy over clean accuracy, both above chance), CH3-L3 minus random,
    in points: ``trained`` for the trained networks, then one column per control, and ``change``, the paired
    difference that a common distribution makes. A control whose networks are at chance has no values.
    """
    main = metrics[metrics["arm"] == "main"]
    rows = [
        {"dataset": dataset, "attack": attack, **_explanation(cell, attack)}
        for attack in PROTOCOLS
        for dataset, cell in main.groupby("dataset", sort=False)
    ]
    return pd.DataFrame(rows)


def _explanation(cell: pd.DataFrame, attack: str) -> dict[str, object]:
    values = {
        name: 100 * paired_values(cell, f"{prefix}retained {attack}", "difference")
        for name, prefix in {"trained": "", **{control: f"{control}/" for control in CONTROLS}}.items()
    }
    found: dict[str, object] = {name: estimate(own) for name, own in values.items()}
    names = [f"retained {attack}", f"{DISTRIBUTION}/retained {attack}"]
    changed = cell.assign(change=cell[names[0]] - cell[names[1]]) if set(names) <= set(cell) else cell
    change = estimate(100 * paired_values(changed, "change", "difference"))
    return {**found, "change": change, "verdict": explained(found["trained"], found[DISTRIBUTION], change)}


def explained(trained: Estimate, common: Estimate, change: Estimate) -> str:
    """Return whether a difference of the rules vanishes once both have one weight distribution.

    Explained: what is left is, with its whole interval, within `LEFT_OVER` of the difference. Partly: a difference of
    the same sign is left for sure, and is smaller for sure. Not explained: one is left, and it is not. No interval is
    adjusted.
    """
    if min(trained.n, common.n, change.n) < FEWEST_SEEDS:
        return UNCLEAR
    if not _excludes_zero(trained):
        return NOTHING
    if max(abs(common.low), abs(common.high)) <= LEFT_OVER * abs(trained.mean):
        return EXPLAINED
    if not (_excludes_zero(common) and np.sign(common.mean) == np.sign(trained.mean)):
        return UNCLEAR
    return PARTLY if _excludes_zero(change) and np.sign(change.mean) == np.sign(trained.mean) else NOT_EXPLAINED


def explanation_verdict(table: pd.DataFrame) -> str:
    """Return whether the distribution of the weights explains the differences in resilience.

    It does if it explains every difference that was shown, and does not if one is explained in part only or not.
    """
    shown = table.loc[table["verdict"] != NOTHING, "verdict"]
    if shown.isin([PARTLY, NOT_EXPLAINED]).any():
        return FAILS
    return HOLDS if len(shown) and (shown == EXPLAINED).all() else UNCLEAR


def structure_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return, per order and data set, where the active neurons are halved, CH3-L3 minus random, in % of the links.

    ``trained``, then the controls that change what percolation sees: which weight a link has, which neurons it joins.
    """
    main = metrics[metrics["arm"] == "main"]
    prefixes = {"trained": "", "permuted-weights": "permuted-weights/", "random-topology": "random-topology/"}
    rows = [
        {
            "order": order,
            "dataset": dataset,
            **{
                name: estimate(100 * paired_values(cell, f"{prefix}half {order}", "difference"))
                for name, prefix in prefixes.items()
            },
        }
        for order in ATTACK_OF_ORDER
        for dataset, cell in main.groupby("dataset", sort=False)
    ]
    return pd.DataFrame(rows)


def threshold_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return, per data set, rule and order, where accuracy collapses and where the network breaks, in % removed.

    ``collapse``: 90 % of the clean accuracy above chance is lost; ``half``: half of the active neurons are; ``last``:
    no output hears an input; ``lead``: half minus collapse; ``times_cut``: links removed at ``last`` over the
    minimum cut.
    """
    main = metrics[metrics["arm"] == "main"]
    rows = [
        {"dataset": dataset, "rule": rule, "order": order, **_thresholds(cell, order, attack)}
        for order, attack in ATTACK_OF_ORDER.items()
        for dataset, runs in main.groupby("dataset", sort=False)
        for rule, cell in runs.groupby("rule")
    ]
    return pd.DataFrame(rows)


def _thresholds(cell: pd.DataFrame, order: str, attack: str) -> dict[str, object]:
    lead = estimate(100 * cell[f"lead {order}"])
    return {
        "collapse": estimate(100 * cell[f"collapse {attack}"]),
        "half": estimate(100 * cell[f"half {order}"]),
        "last": estimate(100 * cell[f"last {order}"]),
        "lead": lead,
        "times_cut": estimate(cell[f"times cut {order}"]),
        "verdict": position(lead),
    }


def position(lead: Estimate) -> str:
    """Return whether accuracy collapses before, at (within `MARGIN`) or after a threshold that it leads by so much."""
    if lead.n < FEWEST_SEEDS:
        return UNCLEAR
    if lead.low > MARGIN:
        return BEFORE
    if lead.high < -MARGIN:
        return AFTER
    return AT if lead.low >= -MARGIN and lead.high <= MARGIN else UNCLEAR


def _excludes_zero(found: Estimate) -> bool:
    return found.low > 0 or found.high < 0
