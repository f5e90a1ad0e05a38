"""Explained, not explained, unclear; before, at, after."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.robustness.arms import Study
from analysis.robustness.explanation import (
    AFTER,
    AT,
    BEFORE,
    EXPLAINED,
    NOT_EXPLAINED,
    NOTHING,
    PARTLY,
    explained,
    explanation_table,
    explanation_verdict,
    position,
    structure_table,
    threshold_table,
)
from analysis.robustness.metrics import metric_table
from netsparse.study import FAILS, HOLDS, UNCLEAR, Estimate, estimate
from tests.analysis.synthetic import Effects, MadeUpTables


def found(mean: float, half: float = 0.5, n: int = 5) -> Estimate:
    return Estimate(mean, mean - half, mean + half, np.nan, n)


@pytest.mark.parametrize(
    ("trained", "common", "change", "verdict"),
    [
        (0.1, 0.0, 0.1, NOTHING),
        (3, 0.1, 2.9, EXPLAINED),
        (-3, 0.1, -3.1, EXPLAINED),
        (10, 1, 9, EXPLAINED),
        (3, 0.4, 2.6, UNCLEAR),  # a third may be left, or nothing
        (3, 2, 1, PARTLY),
        (3, 2.9, 0.1, NOT_EXPLAINED),
        (3, 4, -1, NOT_EXPLAINED),
        (3, -2, 5, UNCLEAR),
    ],
)
def test_what_a_common_distribution_leaves(trained, common, change, verdict):
    assert explained(found(trained), found(common), found(change)) == verdict
    assert explained(found(trained, n=2), found(common, n=2), found(change, n=2)) == UNCLEAR


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([EXPLAINED, NOTHING, EXPLAINED], HOLDS),
        ([EXPLAINED, UNCLEAR], UNCLEAR),
        ([NOTHING], UNCLEAR),
        ([EXPLAINED, PARTLY], FAILS),
        ([NOT_EXPLAINED, UNCLEAR], FAILS),
    ],
)
def test_the_explanation_must_explain_all_that_was_shown(verdicts, verdict):
    assert explanation_verdict(pd.DataFrame({"verdict": verdicts})) == verdict


@pytest.mark.parametrize(("lead", "verdict"), [(10, BEFORE), (-10, AFTER), (0.5, AT), (2, UNCLEAR), (-1.8, UNCLEAR)])
def test_position(lead, verdict):
    assert position(found(lead)) == verdict
    assert position(estimate([lead])) == UNCLEAR


@pytest.mark.parametrize(("left", "verdict"), [(0.0, EXPLAINED), (-0.05, NOT_EXPLAINED)])
def test_the_tables_of_a_study(left, verdict):
    effects = Effects(reverse=-0.05, reverse_common=left)
    study = Study(datasets=("mnist", "kmnist"), seeds=5, epochs=20, arms=("main",))
    metrics = metric_table(MadeUpTables(study, effects=effects))
    table = explanation_table(metrics).set_index(["dataset", "attack"])["verdict"]
    assert table["mnist", "links-reverse-weight"] == table["kmnist", "links-reverse-weight"] == verdict
    structure = structure_table(metrics).set_index(["order", "dataset"])
    assert structure.loc[("weight", "kmnist"), "random-topology"] == estimate([0.0] * 5)
    thresholds = threshold_table(metrics).set_index(["dataset", "rule", "order"])
    assert thresholds.loc[("mnist", "ch3-l3", "weight"), "verdict"] == BEFORE
    assert thresholds.loc[("mnist", "random", "reverse"), "times_cut"].mean == pytest.approx(9.8)


def test_a_seed_that_a_control_lacks_is_left_out_of_the_change():
    metrics = metric_table(MadeUpTables(Study(datasets=("mnist",), seeds=5, epochs=20, arms=("main",))))
    metrics["retained noise"] = 0.01 * metrics["seed"] * (metrics["rule"] == "ch3-l3")
    metrics["common-distribution/retained noise"] = metrics["retained noise"]
    metrics.loc[metrics["seed"] == 0, "retained noise"] = np.nan
    metrics.loc[metrics["seed"] == 4, "common-distribution/retained noise"] = np.nan
    row = explanation_table(metrics).set_index("attack").loc["noise"]
    assert (row["trained"].n, row["common-distribution"].n, row["change"].n) == (4, 4, 3)
    assert row["change"].mean == row["change"].high == 0
