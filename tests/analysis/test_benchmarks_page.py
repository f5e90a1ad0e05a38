"""The README's words about speed, from the committed results."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import README
from analysis.benchmarks import page
from analysis.benchmarks.common import RESULTS, table
from netsparse.study import marked


@pytest.fixture(scope="module")
def frames():
    return page.read()


def test_the_readme_of_this_repository_is_up_to_date(frames):
    assert marked(page.BLOCK, page.block(frames)) in README.read_text(encoding="utf-8")


def test_every_row_names_what_is_done_and_how_long_it_takes(frames):
    rows = [line.split(" | ") for line in page.block(frames).splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 11
    assert all(len(row) == 3 and row[0] and row[1] for row in rows)


def test_the_ratios_are_those_of_the_tables(frames):
    training = frames["training"].set_index(["case", "contender"]).seconds
    ratio = training["batch 64", "masked PyTorch"] / training["batch 64", "netsparse"]
    line = next(line for line in page.block(frames).splitlines() if "batch 64" in line)
    assert f"masked PyTorch × {float(f'{ratio:.2g}'):.0f}," in line


def test_all_panels_hold_measurements(frames):
    axes = page.figure(frames).axes
    assert len(axes) == 4
    assert all(len(line.get_xdata()) for ax in axes for line in ax.lines)


def test_nothing_is_published_while_a_topic_has_no_results(tmp_path):
    assert not page.publish(tmp_path)


def test_results_say_what_made_them():
    for topic in page.TOPICS:
        frame = pd.read_csv(RESULTS / f"{topic}.csv")
        assert frame.command.str.startswith("python -m analysis.benchmarks").all()
        assert frame[["version", "cpu"]].notna().all(axis=None)


def test_a_table_compares_minima():
    frame = table("case", {"netsparse": [3.0, 2.0], "rival": [8.0, 9.0]})
    assert frame.set_index("contender").ratio_to_ours.to_dict() == {"netsparse": 1.0, "rival": 4.0}
