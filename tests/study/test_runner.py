"""Runs are carried out once, in order, whatever fails or interrupts; their progress is told."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import pytest

from netsparse.errors import NetsparseError
from netsparse.study import RUNS, Means, Outcome, Progress, Reservations, Tables, attempt, carry_out, missing


class Toss(NamedTuple):
    seed: int

    @property
    def key(self) -> tuple[int]:
        return (self.seed,)

    def __str__(self) -> str:
        return f"toss {self.seed}"


def toss(run: Toss) -> Outcome:
    if run.seed == 2:
        raise NetsparseError("the coin is lost")
    if run.seed == 3:
        raise KeyError("a bug")
    return Outcome(run, {RUNS: pd.DataFrame({"heads": [run.seed % 2], "seconds": [60.0]})}, product=f"coin {run.seed}")


@pytest.fixture
def tables(tmp_path) -> Tables:
    return Tables(tmp_path, {"seed": int})


def carried_out(tables, runs, *, work=toss, workers=1, keep=lambda outcome: None, **means):
    lines: list[str] = []
    progress = Progress(runs, {"toss": 60.0}, lambda run: "toss", lambda row: "ok", workers=workers, note=lines.append)
    return carry_out(runs, work, tables, Means(workers=workers, **means), progress, keep=keep), lines


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_fails_stops_no_other(tables, workers):
    runs = [Toss(seed) for seed in range(5)]
    failed, lines = carried_out(tables, runs, workers=workers)
    assert {outcome.run for outcome in failed} == {Toss(2), Toss(3)}
    assert tables.finished() == {(0,), (1,), (4,)}
    assert missing(runs, tables) == [Toss(2), Toss(3)]
    text = "\n".join(lines)
    assert "toss 2: FAILED\nthe coin is lost" in text and "KeyError: 'a bug'" in text and len(lines) == 5


def test_what_is_no_row_is_kept_before_the_rows_are_written(tables):
    kept = []
    carried_out(tables, [Toss(0), Toss(1)], keep=lambda outcome: kept.append((outcome.product, tables.finished())))
    assert kept == [("coin 0", set()), ("coin 1", {(0,)})]


def test_the_time_that_is_left_is_told(tables):
    _, lines = carried_out(tables, [Toss(0), Toss(1), Toss(4)])
    assert [line.split("; ")[1].split(" left")[0] for line in lines] == ["2 min", "60 s", "0 s"]


def test_an_interruption_keeps_what_is_finished_and_gives_the_others_back(tables):
    def interrupted(run):
        if run.seed == 1:
            raise KeyboardInterrupt
        return toss(run)

    runs = [Toss(0), Toss(1), Toss(4)]
    with pytest.raises(KeyboardInterrupt):
        carried_out(tables, runs, work=interrupted)
    assert tables.finished() == {(0,)}
    assert all(Reservations(tables.folder).take(run.key) for run in runs)
    carried_out(tables, runs)
    assert tables.finished() == {(0,), (1,), (4,)}


def test_a_run_that_another_process_computes_is_left_to_it(tables):
    other = Reservations(tables.folder)
    assert other.take((1,))
    carried_out(tables, [Toss(0), Toss(1), Toss(4)])
    assert tables.finished() == {(0,), (4,)}


def test_no_run_is_started_when_the_time_is_up(tables):
    _, lines = carried_out(tables, [Toss(0)], time_limit=0.0)
    assert lines == ["the time is up: no further run is started"] and not tables.finished()


def test_errors_that_say_it_all_have_no_traceback():
    assert attempt(toss, Toss(2)).error == "the coin is lost"
    assert attempt(toss, Toss(3)).error.startswith("Traceback")
