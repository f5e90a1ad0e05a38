from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse.robustness import area, bootstrap_interval, collapse, summary


def frame_of(curves: dict, **columns) -> pd.DataFrame:
    """Return a frame of curves: (name, repeat) -> accuracies over equal strengths from 0 to 1."""
    rows = [
        {"attack": name, "repeat": repeat, "step": step, "strength": step / (len(accuracy) - 1), "accuracy": value}
        for (name, repeat), accuracy in curves.items()
        for step, value in enumerate(accuracy)
    ]
    return pd.DataFrame(rows).assign(**columns)


@pytest.mark.parametrize(
    ("strengths", "accuracy", "expected"),
    [
        ([0, 1], [1, 1], 1.0),
        ([0, 1], [1, 0], 0.5),
        ([0, 0.5, 1], [1, 0, 0], 0.25),
        ([0, 0.1, 1], [0.9, 0.1, 0.1], 0.1 * 0.5 + 0.9 * 0.1),
        ([8, 4, 2, 1], [1, 1, 0, 0], (4 + 1) / 7),  # bits fall
        ([0, 5], [0.8, 0.4], 0.6),
    ],
)
def test_areas(strengths, accuracy, expected):
    assert area(strengths, accuracy) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("strengths", "accuracy", "expected"),
    [
        ([0, 1], [1.0, 0.0], 0.9),
        ([0, 1], [1.0, 0.1], 1.0),  # reached exactly at the end
        ([0, 1], [1.0, 0.11], np.nan),
        ([0, 0.5, 1], [1.0, 0.0, 1.0], 0.45),  # the first crossing counts, whatever comes later
        ([0, 0.2, 0.4], [1.0, 0.0, 0.0], 0.18),
        ([8, 4, 2], [1.0, 1.0, 0.0], 2.2),
    ],
)
def test_collapses(strengths, accuracy, expected):
    assert collapse(strengths, accuracy, clean=1.0, chance=0.0) == pytest.approx(expected, nan_ok=True)


def test_collapse_is_counted_above_chance():
    assert collapse([0, 1], [0.9, 0.1], clean=0.9, chance=0.1) == pytest.approx(0.9)
    assert collapse([0, 1], [0.9, 0.1], clean=0.9, chance=0.1, lost=0.5) == pytest.approx(0.5)
    assert np.isnan(collapse([0, 1], [0.1, 0.0], clean=0.1, chance=0.1))


@pytest.mark.parametrize(
    ("strengths", "accuracy"),
    [
        ([0, 1], [1]),
        ([0], [1]),
        ([0, 1, 1], [1, 1, 1]),
        ([0, 2, 1], [1, 1, 1]),
        ([0, 1], [1, np.nan]),
        ([[0, 1]], [[1, 1]]),
    ],
)
def test_curves_that_are_none(strengths, accuracy):
    for measure in (area, lambda s, a: collapse(s, a, clean=1, chance=0)):
        with pytest.raises(ValueError, match="strengths"):
            measure(strengths, accuracy)


def test_intervals_cover_the_mean_as_often_as_they_say():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(300):
        low, high = bootstrap_interval(rng.normal(size=30), level=0.9, samples=500, rng=rng)
        covered += low <= 0 <= high
    assert 0.83 <= covered / 300 <= 0.95  # the percentile interval is a little narrow at 30 values


def test_an_interval_is_that_of_the_normal_theory_for_many_values():
    values = np.random.default_rng(1).normal(loc=3, scale=2, size=2000)
    low, high = bootstrap_interval(values, rng=0)
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / np.sqrt(2000), rel=0.05)
    assert (high + low) / 2 == pytest.approx(values.mean(), abs=0.01)
    assert bootstrap_interval(values, statistic=np.median, rng=0) != (low, high)


def test_no_interval_from_one_value_and_none_from_nan():
    assert np.isnan(bootstrap_interval([1.0])).all()
    assert bootstrap_interval([2.0, 2.0]) == (2.0, 2.0)
    with pytest.raises(ValueError, match="finite"):
        bootstrap_interval([1.0, np.nan])


def test_the_summary_of_hand_made_curves():
    frame = frame_of({("a", 0): [1, 0], ("a", 1): [1, 0.5], ("b", 0): [0.8, 0.8]})
    scores = summary(frame, chance=0.0, rng=0).set_index("attack")
    assert scores.loc["a", "runs"] == 2
    assert scores.loc["a", "area"] == pytest.approx((0.5 + 0.75) / 2)
    assert (scores.loc["a", "area_low"], scores.loc["a", "area_high"]) == (0.5, 0.75)
    assert (scores.loc["a", "collapse"], scores.loc["a", "collapsed"]) == (pytest.approx(0.9), 1)
    assert scores.loc["b", "clean"] == 0.8
    assert scores.loc["b", ["area_low", "collapse", "collapse_low"]].isna().all()
    assert scores.loc["b", "collapsed"] == 0


def test_the_order_of_rows_does_not_matter():
    frame = frame_of({("a", 0): [1, 0.7, 0.1], ("a", 1): [1, 0.6, 0.2]})
    mixed = frame.sample(frac=1, random_state=0)
    expected = summary(frame, chance=0, rng=0)["area"].iloc[0]
    assert summary(mixed, chance=0, rng=0)["area"].iloc[0] == pytest.approx(expected)


def test_repeats_within_a_run_are_no_independent_units():
    runs = [frame_of({("a", 0): [1, end], ("a", 1): [1, end + 0.2]}, run=f"run {end}") for end in (0.0, 0.4)]
    scores = summary(pd.concat(runs), chance=0, run="run", rng=0).iloc[0]
    assert scores["runs"] == 2
    assert (scores["area_low"], scores["area_high"]) == (pytest.approx(0.55), pytest.approx(0.75))  # means of each run


def test_bits_are_scored_without_the_intact_network():
    frame = frame_of({("quantise", 0): [1.0, 1.0, 0.5, 0.0]}).assign(strength=[0, 8, 4, 2])
    scores = summary(frame, chance=0).iloc[0]
    assert scores["area"] == pytest.approx((4 * 0.75 + 2 * 0.25) / 6)
    assert scores["collapse"] == pytest.approx(2.4)
    assert scores["clean"] == 1.0


def test_curves_of_two_networks_must_be_told_apart():
    one = frame_of({("a", 0): [1, 0]})
    with pytest.raises(ValueError, match="strengths must rise"):
        summary(pd.concat([one, one]), chance=0)


def test_chance_is_a_probability():
    with pytest.raises(ValueError, match="chance"):
        summary(frame_of({("a", 0): [1, 0]}), chance=1.0)


@pytest.mark.parametrize("options", [{"by": ("rule",)}, {"run": "rule"}])
def test_columns_that_are_not_there(options):
    with pytest.raises(ValueError, match=r"unknown column 'rule'; known: .*attack"):
        summary(frame_of({("a", 0): [1, 0]}), chance=0, **options)
