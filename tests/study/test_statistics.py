"""Intervals, tests and Holm's correction against hand-made data and references."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from netsparse.study import estimate, geometric, holm


def test_the_interval_of_a_textbook_sample():
    # mean 3, deviation sqrt(2.5), t(0.975, 4) = 2.776
    found = estimate([1, 2, 3, 4, 5])
    half = 2.776445 * np.sqrt(2.5 / 5)
    assert found.mean == 3 and found.n == 5
    assert (found.low, found.high) == pytest.approx((3 - half, 3 + half), abs=1e-5)


@pytest.mark.parametrize("null", [0.0, 2.5])
def test_the_p_value_is_that_of_the_t_test(null):
    values = np.random.default_rng(0).normal(0.4, 1, size=12)
    assert estimate(values, null).p == pytest.approx(stats.ttest_1samp(values, null).pvalue)


def test_a_paired_comparison_is_the_paired_t_test():
    ours, other = np.random.default_rng(3).normal(size=(2, 6))
    found, reference = estimate(ours - other), stats.ttest_rel(ours, other)
    interval = reference.confidence_interval()
    assert (found.p, found.low, found.high) == pytest.approx((reference.pvalue, interval.low, interval.high))


def test_the_interval_covers_the_mean_as_often_as_it_says():
    draws = np.random.default_rng(1).normal(size=(2000, 5))
    covered = [found.low <= 0 <= found.high for found in map(estimate, draws)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)


def test_one_value_has_no_interval_and_none_is_nothing():
    one, none = estimate([2.0]), estimate([])
    assert one.mean == 2 and one.n == 1 and np.isnan([one.low, one.high, one.p]).all()
    assert none.n == 0 and np.isnan(none.mean)


def test_unknown_values_are_left_out():
    assert estimate([1.0, np.nan, 3.0, np.inf]).n == 2


def test_values_without_spread():
    found = estimate([1.0, 1.0, 1.0])
    assert found.low == found.high == 1 and np.isnan(found.p)


def test_a_widened_interval_is_that_of_the_corrected_level():
    values = np.random.default_rng(0).normal(size=7)
    widened = estimate(values).widened(4)
    expected = stats.ttest_1samp(values, 0).confidence_interval(1 - 0.05 / 4)
    assert (widened.low, widened.high) == pytest.approx((expected.low, expected.high))
    assert estimate([2.0]).widened(4).n == 1 and estimate(values).widened(1).low == pytest.approx(estimate(values).low)


def test_the_geometric_mean_of_ratios_does_not_depend_on_which_is_divided():
    ratios = np.array([2.0, 3.0, 10.0])
    ours, turned = geometric(ratios), geometric(1 / ratios)
    assert ours.mean == pytest.approx(60 ** (1 / 3)) and ours.mean == pytest.approx(1 / turned.mean)
    assert ours.low == pytest.approx(1 / turned.high) and ours.low > 0
    assert geometric([]).n == 0


def test_holm_by_hand():
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1, 1])


def test_holm_leaves_unknown_values_out_of_the_count():
    adjusted = holm([0.01, np.nan, 0.04])
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.04]) and np.isnan(adjusted[1])


def test_holm_is_between_the_raw_and_the_bonferroni_values():
    p_values = np.random.default_rng(2).uniform(size=50) ** 3
    adjusted = holm(p_values)
    assert (adjusted >= p_values).all() and (adjusted <= np.minimum(p_values * 50, 1) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p_values)]) >= 0).all()
