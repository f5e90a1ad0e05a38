"""Local processes and dask clusters compute tasks in the order of their list, taken as late as possible."""

from __future__ import annotations

import importlib.util
import time

import pytest

from netsparse.errors import NetsparseError
from netsparse.study import Means, executor


def _double(number: int) -> int:
    time.sleep(0.2)  # long beside the reading of a result, as a run is
    return 2 * number


def test_tasks_are_taken_late_and_none_is_lost():
    taken: list[int] = []
    results = []
    most_ahead = 0

    def tasks():
        for number in range(9):
            taken.append(number)
            yield number

    for result in executor("joblib")(_double, tasks(), workers=2):
        results.append(result)
        most_ahead = max(most_ahead, len(taken) - len(results))
    assert sorted(results) == [2 * number for number in range(9)]
    assert most_ahead <= 4


def test_unknown_executors_are_named():
    with pytest.raises(ValueError, match="known: dask, joblib"):
        executor("slurm")


@pytest.mark.parametrize(
    ("means", "words"),
    [({"executor": "slurm"}, "known: dask, joblib"), ({"scheduler": "tcp://host:8786"}, "for the executor dask")],
)
def test_means_that_cannot_be_had_are_refused(means, words):
    with pytest.raises(ValueError, match=words):
        Means(**means)


def test_an_executor_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NetsparseError, match="pip install"):
        Means(executor="dask")


def test_a_dask_cluster_computes_all_tasks():
    pytest.importorskip("distributed", reason="dask is not installed")
    assert sorted(executor("dask")(_double, iter(range(5)), workers=2)) == [0, 2, 4, 6, 8]
