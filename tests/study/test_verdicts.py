"""Holds, does not, unclear: the rules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from netsparse.study import FAILS, HOLDS, UNCLEAR, Between, Estimate, Greater, combined, equal, estimate


def found(mean: float, half: float, n: int = 5) -> Estimate:
    return Estimate(mean, mean - half, mean + half, 0.001 if abs(mean) > half else 0.5, n)


@pytest.mark.parametrize(
    ("value", "test", "verdict"),
    [
        (found(1, 0.5), Greater(0), HOLDS),
        (found(-1, 0.5), Greater(0), FAILS),
        (found(-1, 0.5), Greater(0, -1), HOLDS),
        (found(0.1, 0.5), Greater(0), UNCLEAR),
        (found(0.01, 0.05), Greater(0, negligible=0.2), FAILS),
        (found(0.15, 0.2), Greater(0, negligible=0.2), UNCLEAR),
        (found(3, 1), Between(1, 5), HOLDS),
        (found(4.5, 1), Between(1, 5), UNCLEAR),
        (found(9, 1), Between(1, 5), FAILS),
        (found(0.2, 0.1), equal(0.5), HOLDS),
        (found(0.9, 0.1), equal(0.5), FAILS),
    ],
)
def test_a_verdict_follows_from_the_interval_or_the_test(value, test, verdict):
    assert test.verdict(value, value.p, cases=1) == verdict


@pytest.mark.parametrize(("test", "value"), [(Between(1, 5), found(6.2, 1)), (equal(0.5), found(-0.7, 0.15))])
def test_a_claim_of_many_cases_is_not_refuted_by_the_first_that_lies_outside(test, value):
    assert test.verdict(value, value.p, cases=1) == FAILS
    assert test.verdict(value, value.p, cases=8) == UNCLEAR


def test_a_difference_that_may_be_more_than_negligible_for_one_of_many_cases_refutes_nothing():
    value, test = found(0.05, 0.13), Greater(0, negligible=0.2)
    assert test.verdict(value, value.p, cases=1) == FAILS and test.verdict(value, value.p, cases=8) == UNCLEAR


@pytest.mark.parametrize("test", [Greater(0), Between(-10, 10), equal(0.5)])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_nothing_is_claimed_from_fewer_than_three_seeds(test, n):
    assert test.verdict(dataclasses.replace(found(5, 0.001), n=n), 1e-9, cases=1) == UNCLEAR
    assert test.verdict(estimate([0.1] * n), np.nan, cases=1) == UNCLEAR


@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_values_without_spread_are_no_test_of_a_direction(value):
    found = estimate([value] * 5)
    assert Greater(0).verdict(found, found.p, cases=4) == UNCLEAR


def test_significance_is_judged_after_the_correction():
    assert Greater(0).verdict(found(1, 0.5), 0.2, cases=1) == UNCLEAR


@pytest.mark.parametrize(
    ("verdicts", "needed", "verdict"),
    [
        ([HOLDS] * 4, None, HOLDS),
        ([HOLDS, HOLDS, HOLDS, UNCLEAR], None, UNCLEAR),
        ([HOLDS, HOLDS, HOLDS, FAILS], None, FAILS),
        ([HOLDS, HOLDS, HOLDS, FAILS], 3, HOLDS),
        ([HOLDS, HOLDS, UNCLEAR, FAILS], 3, UNCLEAR),
        ([HOLDS, HOLDS, FAILS, FAILS], 3, FAILS),
        ([], None, UNCLEAR),
    ],
)
def test_claims_about_several_data_sets(verdicts, needed, verdict):
    assert combined(verdicts, needed) == verdict
