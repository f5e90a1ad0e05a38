"""The claims against the metrics: estimates over paired seeds, verdicts, and what survives other settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.robustness.claims import CLAIMS, STAND_INS, Claim
from analysis.robustness.statistics import Estimate, estimate, holm
from analysis.robustness.verdicts import combined

FEWEST_SEEDS_OF_A_SETTING = 2
OURS, OTHER = "ch3-l3", "random"

KINDS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "difference": lambda ours, other: ours - other,
    "ratio": lambda ours, other: ours / other,
    "mean": lambda ours, other: (ours + other) / 2,
}
"""What is compared, of the values of both rules on the same seeds."""


@dataclass(frozen=True)
class Judgement:
    """A claim and what became of it.

    Attributes
    ----------
    claim : Claim
    estimates : dict of str to Estimate
        By data set, of the main arm.
    verdicts : dict of str to str
        By data set.
    verdict : str
        On the whole claim.
    settings : dict of str to list of bool
        By other arm: for each data set and setting with two seeds or more, whether the mean is as claimed.
    """

    claim: Claim
    estimates: dict[str, Estimate]
    verdicts: dict[str, str]
    verdict: str
    settings: dict[str, list[bool]]


def paired_values(metrics: pd.DataFrame, metric: str, kind: str) -> np.ndarray:
    """Return one value per seed for which both rules are there, of the runs of one cell.

    Parameters
    ----------
    metrics : pandas.DataFrame
        Runs of one arm, data set, zeta and learning rate.
    metric : str
    kind : {'difference', 'ratio', 'mean'}
    """
    if metrics.empty or metric not in metrics or not {OURS, OTHER} <= set(metrics["rule"]):
        return np.empty(0)
    by_rule = metrics.pivot(index="seed", columns="rule", values=metric)[[OURS, OTHER]].dropna()
    ours, other = by_rule[OURS].to_numpy(dtype=float), by_rule[OTHER].to_numpy(dtype=float)
    return KINDS[kind](ours, other)


def judge(metrics: pd.DataFrame, claims: Sequence[Claim] = CLAIMS) -> list[Judgement]:
    """Return the judgement of all claims; p-values are adjusted over all tests of all of them."""
    main = metrics[metrics["arm"] == "main"]
    estimates = [
        {
            dataset: estimate(_values(_runs_on(dataset, main), claim), null=getattr(test, "than", 0.0))
            for dataset, test in claim.tests.items()
        }
        for claim in claims
    ]
    p_values = _adjusted(claims, estimates)
    return [_judgement(*parts, metrics) for parts in zip(claims, estimates, p_values, strict=True)]


def other_settings(metrics: pd.DataFrame, claim: Claim, arm: str) -> list[bool]:
    """Return whether the mean of each other setting, of two seeds or more, is as claimed."""
    runs = metrics[(metrics["arm"] == arm) & metrics["dataset"].isin(list(claim.tests))]
    agreements = []
    for (dataset, _, _), cell in runs.groupby(["dataset", "zeta", "lr"]):
        values = _values(cell, claim)
        if values.size >= FEWEST_SEEDS_OF_A_SETTING:
            agreements.append(bool(claim.tests[dataset].agrees(values.mean())))
    return agreements


def _judgement(
    claim: Claim, estimates: dict[str, Estimate], p_values: dict[str, float], metrics: pd.DataFrame
) -> Judgement:
    verdicts = {name: test.verdict(estimates[name], p_values[name]) for name, test in claim.tests.items()}
    return Judgement(
        claim,
        estimates,
        verdicts,
        combined(verdicts.values(), claim.needed),
        {arm: other_settings(metrics, claim, arm) for arm in ("sensitivity", "default")},
    )


def _runs_on(dataset: str, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs on a data set; if there are none, those on the one that stands in for it."""
    own = runs[runs["dataset"] == dataset]
    return own if len(own) else runs[runs["dataset"].map(STAND_INS) == dataset]


def _values(cell: pd.DataFrame, claim: Claim) -> np.ndarray:
    return claim.scale * paired_values(cell, claim.metric, claim.kind)


def _adjusted(claims: Sequence[Claim], estimates: list[dict[str, Estimate]]) -> list[dict[str, float]]:
    """Return Holm's p-values over all tests; NaN where a claim is judged by an interval."""
    raw = [
        found.p if claim.tests[dataset].is_tested else np.nan
        for claim, by_dataset in zip(claims, estimates, strict=True)
        for dataset, found in by_dataset.items()
    ]
    adjusted = iter(holm(raw))
    return [{dataset: float(next(adjusted)) for dataset in by_dataset} for by_dataset in estimates]
