"""Paired differences: what is drawn where, and how a difference that is shown stands out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import plot

DIFFERENCES = pd.DataFrame({"pair": ["b - a"] * 3 + ["c - a"] * 3, "difference": [1.0, 2.0, 3.0, -1.0, 0.0, 1.5]})
ESTIMATES = pd.DataFrame(
    {
        "pair": ["b - a", "c - a"],
        "mean": [2.0, 0.5],
        "low": [0.5, np.nan],
        "high": [3.5, np.nan],
        "shown": [True, False],
        "words": ["p = 0.01", "not tested"],
    }
)


def test_every_seed_the_mean_and_the_interval_are_drawn(ax):
    drawn = plot.paired_differences(DIFFERENCES, ESTIMATES, ax)
    assert drawn is ax
    _, *lines = ax.lines
    seeds, interval, mean, *others = lines
    assert list(seeds.get_xdata()) == [1.0, 2.0, 3.0]
    assert (list(interval.get_xdata()), list(interval.get_ydata())) == ([0.5, 3.5], [0, 0])
    assert (list(mean.get_xdata()), list(mean.get_ydata())) == ([2.0], [0])
    assert list(others[0].get_xdata()) == [-1.0, 0.0, 1.5]


def test_the_first_pair_is_on_top_and_words_stand_beside_it(ax):
    plot.paired_differences(DIFFERENCES, ESTIMATES, ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b - a", "c - a"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert [text.get_text() for text in ax.texts] == ["p = 0.01", "not tested"]


def test_only_a_difference_that_is_shown_is_full(ax):
    plot.paired_differences(DIFFERENCES, ESTIMATES, ax)
    full, hollow = ax.lines[3], ax.lines[6]
    assert full.get_markerfacecolor() == full.get_color() != hollow.get_color()
    assert hollow.get_markerfacecolor() == "white"


@pytest.mark.parametrize("missing", ["pair", "mean", "shown", "words"])
def test_a_missing_column_is_named(missing):
    with pytest.raises(ValueError, match=f"unknown column '{missing}'"):
        plot.paired_differences(DIFFERENCES, ESTIMATES.drop(columns=missing))
