"""What users give to plots: frames, files, results, lists and mappings of them; each plot takes all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netsparse import generate, percolation, plot
from netsparse.plot.tables import tidy

FRAME = pd.DataFrame({"epoch": [1, 2], "test_accuracy": [0.5, np.nan], "recipe": ["null", "rlr"]})


@pytest.fixture
def file(tmp_path) -> Path:
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    return tmp_path / "a.csv"


def test_a_frame_is_taken_as_it_is():
    assert tidy(FRAME, FRAME.columns) is FRAME


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_the_frame_that_was_written(file, kind):
    pd.testing.assert_frame_equal(tidy(kind(file)), FRAME)


def test_a_result_has_a_frame():
    curve = percolation.curve(generate.erdos_renyi((4, 5, 2), 0.5, rng=0), np.arange(3))
    pd.testing.assert_frame_equal(tidy(curve), curve.frame())


def test_lists_are_stacked_and_mappings_labelled(file):
    assert len(tidy([FRAME, file, [FRAME]])) == 6
    labelled = tidy({"a": FRAME, "b": [file, FRAME]})
    assert labelled["label"].tolist() == ["a"] * 2 + ["b"] * 4
    assert list(labelled) == ["label", *FRAME]
    assert list(FRAME) == ["epoch", "test_accuracy", "recipe"]  # not changed by its label


@pytest.mark.parametrize(
    ("data", "columns", "error", "words"),
    [
        (FRAME, ["speed"], ValueError, "unknown column 'speed'; known: epoch, recipe, test_accuracy"),
        (pd.DataFrame({3: [1]}), ["speed"], ValueError, "unknown column 'speed'; known: 3"),
        (FRAME.iloc[:0], [], ValueError, "nothing to draw"),
        ([], [], ValueError, "nothing to draw"),
        ({}, [], ValueError, "nothing to draw"),
        (3, [], TypeError, "data must be a data frame, .* got int"),
        ({"a": None}, [], TypeError, "got NoneType"),
        ([FRAME, {1, 2}], [], TypeError, "got set"),
    ],
)
def test_anything_else_is_refused_in_one_line(data, columns, error, words):
    with pytest.raises(error, match=words):
        tidy(data, columns)


def test_a_file_that_is_no_table_is_named(tmp_path):
    for content in (b"", b'a,b\n"1', b"\xff", b"a\n1,2\n3,4,5\n"):
        (tmp_path / "bad.csv").write_bytes(content)
        with pytest.raises(ValueError, match=r"bad\.csv"):
            tidy(tmp_path / "bad.csv")
    with pytest.raises(FileNotFoundError):
        tidy(tmp_path / "none.csv")


def test_every_part_needs_the_columns():
    less = FRAME.drop(columns="epoch")
    for data in ([FRAME, less], {"a": FRAME, "b": less}, {"a": FRAME, "b": [FRAME, less]}):
        with pytest.raises(ValueError, match="unknown column 'epoch'; known: recipe, test_accuracy"):
            tidy(data, ["epoch"])
    assert len(tidy({"a": FRAME, "b": FRAME}, ["label", "epoch"])) == 4
    with pytest.raises(ValueError, match="unknown column 'label'"):
        tidy([FRAME], ["label"])


def test_nothing_may_be_a_picture_too():
    assert tidy(FRAME.iloc[:0], ["epoch"], may_be_empty=True).empty


ATTACK = pd.DataFrame({"attack": "noise", "step": [0, 1], "strength": [0.0, 1.0], "accuracy": [0.9, 0.4]})
HISTORY = pd.DataFrame({"epoch": [1, 2], "test_accuracy": [0.5, 0.6], "seconds_update": [0.1, 0.2]})
CURVE = pd.DataFrame({"removed": [0, 1], "fraction": [0.0, 1.0], "active_links": [4, 0]})
PLOTS = {
    "attack": (lambda data, ax, **hue: plot.attack_curves(data, ax, **hue), ATTACK),
    "accuracy": (lambda data, ax, **hue: plot.accuracy_history(data, ax, **hue), HISTORY),
    "times": (lambda data, ax, **hue: plot.update_times(data, ax, **hue), HISTORY),
    "percolation": (lambda data, ax, **hue: plot.percolation_curves(data, ax), CURVE),
}


@pytest.mark.parametrize(("draw", "frame"), PLOTS.values(), ids=PLOTS)
def test_every_plot_takes_a_file_and_a_mapping(draw, frame, ax, tmp_path):
    frame.to_csv(tmp_path / "a.csv", index=False)
    draw(tmp_path / "a.csv", ax)
    draw(frame, ax)
    one, other = (line.get_xydata() for line in ax.lines)
    assert np.array_equal(one, other) and len(one) == 2
    draw({"a": tmp_path / "a.csv", "b": frame}, ax, hue="label")
    assert len(ax.lines) == 4
    assert {"a", "b"} <= {text.get_text() for text in ax.get_legend().get_texts()}


@pytest.mark.parametrize(("draw", "frame"), PLOTS.values(), ids=PLOTS)
def test_every_plot_names_a_column_that_is_not_there_before_it_draws(draw, frame, ax):
    for column in frame.columns.drop(["removed"], errors="ignore"):
        left = frame.drop(columns=column)
        try:
            draw(left, ax)
        except ValueError as error:
            assert str(error) == f"unknown column {column!r}; known: {', '.join(sorted(left))}"
            assert not ax.lines
        else:  # a column that this plot has no use for
            ax.clear()
