"""Durations, wall time of overlapping runs, projections."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import pytest

from netsparse import train
from netsparse.study import duration, elapsed_seconds, mean_seconds, projected, seconds_of_run, total_seconds
from tests.train.small import clusters, settings


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7300, "2.0 h"), (1e6, "11.6 days")]
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_runs_side_by_side_count_once_and_pauses_do_not():
    minutes = [(0, 10), (5, 15), (6, 8), (60, 70)]
    frame = pd.DataFrame([{"started": stamp(a), "finished": stamp(b)} for a, b in minutes])
    assert elapsed_seconds(frame) == 25 * 60


def stamp(minute: int) -> str:
    return f"2026-01-01T{minute // 60:02d}:{minute % 60:02d}:00+00:00"


class Task(NamedTuple):
    kind: str


def kind(task: Task) -> str:
    return task.kind


def test_a_projection_adds_the_kinds_up_and_divides_by_the_workers():
    tasks = [Task("short"), Task("long"), Task("long")]
    seconds = {"short": 600.0, "long": 3600.0}
    assert total_seconds(tasks, seconds, kind, workers=2) == 3900
    words = projected(tasks, 5, seconds, kind, workers=2)
    assert words.startswith("3 of 5 runs are missing; a run takes about short 10 min, long 60 min;")
    assert words.endswith("projected time with 2 workers: 65 min")
    assert projected(tasks[:1], 1, seconds, kind, workers=1).endswith("with 1 worker: 10 min")


def test_many_kinds_are_told_as_a_range():
    seconds = {("mnist", str(number)): 60.0 * number for number in range(5, 10)}
    assert "a run takes about 5 min to 9 min;" in projected([Task(("mnist", "5"))], 5, seconds, kind, workers=1)


def test_finished_runs_tell_how_long_their_kind_takes():
    runs = pd.DataFrame({"dataset": ["a", "a", "b"], "recipe": ["x", "x", "x"], "seconds": [1.0, 3.0, 5.0]})
    assert mean_seconds(runs, ["dataset", "recipe"]) == {("a", "x"): 2.0, ("b", "x"): 5.0}
    assert mean_seconds(runs.iloc[:0], "recipe") == {}


def test_a_run_is_projected_from_one_epoch_with_an_update(monkeypatch):
    """An epoch of a second, whatever the machine: a hundred of them are a hundred seconds."""
    fit, epochs = train.fit, []

    def timed(network, data, own, **options):
        result = fit(network, data, own, **options)
        epochs.append((own.run.epochs, result.history["links_grown"].sum() > 0))
        return result._replace(history=result.history.assign(seconds_train=0.75, seconds_update=0.25))

    monkeypatch.setattr(train, "fit", timed)
    assert seconds_of_run(settings(epochs=101), clusters()) == pytest.approx(100, abs=5)
    assert epochs[-1] == (1, True) and {n_epochs for n_epochs, _ in epochs} == {1}
