"""Holds, does not, unclear: whole tables of made-up results."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from analysis.robustness.arms import ARMS, Study
from analysis.robustness.claims import CLAIMS
from analysis.robustness.folder import Folder
from analysis.robustness.judgement import Case, cases, judge
from analysis.robustness.metrics import metric_table
from netsparse.study import FAILS, HOLDS, UNCLEAR
from tests.analysis.synthetic import Effects, MadeUpTables, fill


@cache
def judged(seeds: int = 5, arms=("main",), **effects):
    study = Study(seeds=seeds, epochs=20, arms=arms)
    judgements = judge(metric_table(MadeUpTables(study, effects=Effects(**effects))))
    return {(judgement.claim.words, judgement.claim.place): judgement for judgement in judgements}


REVERSE = ("Random regrowth is better everywhere", "")
FINAL = ("Final accuracies are equal within a margin", "")
FASTER = ("CH3-L3 reaches its limit in fewer epochs", "")
HALF = ("Random regrowth halves the update time", "")


@pytest.mark.parametrize(("shift", "verdict"), [(-0.05, HOLDS), (0.05, FAILS), (0.0, FAILS)])
def test_a_difference_put_into_the_tables_is_found(shift, verdict):
    judgement = judged(reverse=shift, noise=0.0003)[REVERSE]
    assert judgement.verdict == verdict
    assert judgement.estimates[Case("mnist")].mean == pytest.approx(100 * shift, abs=0.6)
    assert judgement.estimates[Case("mnist")].n == 5


def test_a_difference_lost_in_noise_is_unclear():
    assert judged(reverse=-0.01, noise=0.05)[REVERSE].verdict == UNCLEAR


def test_two_seeds_leave_everything_unclear():
    assert {judgement.verdict for judgement in judged(seeds=2, reverse=-0.05).values()} == {UNCLEAR}


@pytest.mark.parametrize(("accuracy", "verdict"), [(0.0, HOLDS), (0.03, FAILS)])
def test_equality_within_a_margin(accuracy, verdict):
    assert judged(accuracy=accuracy)[FINAL].verdict == verdict


@pytest.mark.parametrize(("later", "verdict"), [(-7, HOLDS), (7, FAILS)])
def test_fewer_epochs(later, verdict):
    assert judged(epochs_to_limit=later)[FASTER].verdict == verdict


@pytest.mark.parametrize(("ratio", "verdict"), [(2.0, HOLDS), (5.0, FAILS)])
def test_the_ratio_of_update_times(ratio, verdict):
    judgement = judged(update_ratio=ratio)[HALF]
    assert judgement.verdict == verdict
    assert judgement.estimates[Case("kmnist")].mean == pytest.approx(ratio, rel=0.01)


def test_the_other_arms_are_counted_setting_by_setting():
    judgement = judged(arms=ARMS, reverse=-0.05)[REVERSE]
    assert judgement.settings == {"sensitivity": [True] * 16, "default": [True] * 2}  # 8 pairs and 1, 2 data sets


def test_a_setting_with_one_seed_is_not_counted():
    assert judged(seeds=1, arms=ARMS, reverse=-0.05)[REVERSE].settings == {"sensitivity": [], "default": []}


def test_every_claim_has_a_metric_and_a_verdict():
    judgements = judged()
    assert len(judgements) == len(CLAIMS)
    for judgement in judgements.values():
        measured = [value for value in judgement.estimates.values() if value.n == 5]
        assert len(measured) == len(cases(judgement.claim)), judgement.claim.words


def test_a_claim_about_curves_must_hold_for_each_rule():
    """The mean of both rules lies in the range, neither rule does."""
    metrics = metric_table(MadeUpTables(Study(datasets=("mnist",), seeds=5, epochs=20, arms=ARMS)))
    claim = next(claim for claim in CLAIMS if claim.words == "Accuracy is at its minimum near 80 % removed")
    metrics[claim.metric] = np.where(metrics["rule"] == "ch3-l3", 0.95, 0.65) + 0.0001 * metrics["seed"]
    (judgement,) = judge(metrics, [claim])
    by_rule = [judgement.verdicts[Case("mnist", rule)] for rule in ("ch3-l3", "random")]
    assert by_rule == [FAILS, FAILS] and judgement.verdict == FAILS
    assert judgement.settings == {"sensitivity": [False] * 8, "default": [False]}
    metrics[claim.metric] = 0.8 + 0.0001 * metrics["seed"]
    (judgement,) = judge(metrics, [claim])
    assert judgement.verdicts[Case("mnist", "random")] == HOLDS
    assert judgement.settings == {"sensitivity": [True] * 8, "default": [True]}


def test_the_embedded_sample_stands_in_for_fashion_mnist(tmp_path):
    fill(Folder(tmp_path), Study(datasets=("fashion-mnist-6k",), seeds=3, epochs=20), effects=Effects(reverse=-0.05))
    by_words = {judgement.claim.words: judgement for judgement in judge(metric_table(Folder(tmp_path).tables()))}
    judgement = by_words[REVERSE[0]]
    assert judgement.verdicts[Case("fashion-mnist")] == HOLDS and judgement.verdicts[Case("mnist")] == UNCLEAR
    assert judgement.verdict == UNCLEAR
