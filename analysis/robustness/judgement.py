"""The claims against the metrics: estimates over paired seeds, verdicts, and what survives other settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.robustness.claims import CLAIMS, STAND_INS, Claim
from netsparse.study import Estimate, combined, estimate, geometric, holm

FEWEST_SEEDS_OF_A_SETTING = 2
OURS, OTHER = "ch3-l3", "random"

KINDS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "difference": lambda ours, other: ours - other,
    "ratio": lambda ours, other: ours / other,
}
"""How the values of both rules on the same seeds are compared."""


class Case(NamedTuple):
    """What a claim is judged on: a data set, and one rule if the claim is about each of them."""

    dataset: str
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.dataset} {self.rule}".rstrip()


@dataclass(frozen=True)
class Judgement:
    """A claim and what became of it.

    Attributes
    ----------
    claim : Claim
    estimates : dict of Case to Estimate
        Of the main arm.
    verdicts : dict of Case to str
    verdict : str
        On the whole claim.
    settings : dict of str to list of bool
        By other arm: for each data set and setting with two seeds or more, whether the mean is as claimed,
        for both rules if the claim is about each.
    """

    claim: Claim
    estimates: dict[Case, Estimate]
    verdicts: dict[Case, str]
    verdict: str
    settings: dict[str, list[bool]]


def paired_values(metrics: pd.DataFrame, metric: str, kind: str) -> np.ndarray:
    """Return one value per seed for which both rules are there, of the runs of one cell.

    Parameters
    ----------
    metrics : pandas.DataFrame
        Runs of one arm, data set, zeta and learning rate.
    metric : str
    kind : {'difference', 'ratio'}
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
        {case: _estimate(_values(_runs_on(case.dataset, main), claim, case.rule), claim, case) for case in cases(claim)}
        for claim in claims
    ]
    p_values = _adjusted(claims, estimates)
    return [_judgement(*parts, metrics) for parts in zip(claims, estimates, p_values, strict=True)]


def cases(claim: Claim) -> list[Case]:
    """Return all that a claim must hold on."""
    rules = (OURS, OTHER) if claim.kind == "each" else ("",)
    return [Case(dataset, rule) for dataset in claim.tests for rule in rules]


def other_settings(metrics: pd.DataFrame, claim: Claim, arm: str) -> list[bool]:
    """Return whether the mean of each other setting, of two seeds or more, is as claimed."""
    runs = metrics[(metrics["arm"] == arm) & metrics["dataset"].isin(list(claim.tests))]
    agreements = []
    for (dataset, _, _), cell in runs.groupby(["dataset", "zeta", "lr"]):
        values = [_values(cell, claim, case.rule) for case in cases(claim) if case.dataset == dataset]
        if min(own.size for own in values) >= FEWEST_SEEDS_OF_A_SETTING:
            agreements.append(all(bool(claim.tests[dataset].agrees(own.mean())) for own in values))
    return agreements


def _judgement(
    claim: Claim, estimates: dict[Case, Estimate], p_values: dict[Case, float], metrics: pd.DataFrame
) -> Judgement:
    verdicts = {
        case: claim.tests[case.dataset].verdict(found, p_values[case], len(estimates))
        for case, found in estimates.items()
    }
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


def _estimate(values: np.ndarray, claim: Claim, case: Case) -> Estimate:
    if claim.kind == "ratio":
        return geometric(values)
    return estimate(values, null=getattr(claim.tests[case.dataset], "than", 0.0))


def _values(cell: pd.DataFrame, claim: Claim, rule: str) -> np.ndarray:
    """Return one value per seed, of a rule or of the comparison of both."""
    if not rule:
        return claim.scale * paired_values(cell, claim.metric, claim.kind)
    if claim.metric not in cell:
        return np.empty(0)
    return claim.scale * cell.loc[cell["rule"] == rule, claim.metric].dropna().to_numpy(dtype=float)


def _adjusted(claims: Sequence[Claim], estimates: list[dict[Case, Estimate]]) -> list[dict[Case, float]]:
    """Return Holm's p-values over all tests; NaN where a claim is judged by an interval."""
    raw = [
        found.p if claim.tests[case.dataset].is_tested else np.nan
        for claim, by_case in zip(claims, estimates, strict=True)
        for case, found in by_case.items()
    ]
    adjusted = iter(holm(raw))
    return [{case: float(next(adjusted)) for case in by_case} for by_case in estimates]
