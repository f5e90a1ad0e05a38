"""The tables survive kills, restarts and two processes side by side."""

from __future__ import annotations

import multiprocessing
import threading

import pandas as pd
import pytest

from netsparse.errors import NetsparseError
from netsparse.study import RUNS, Reservations, Tables

KEY = {"dataset": str, "recipe": str, "seed": int, "lr": float}


def tables_in(folder) -> Tables:
    return Tables(folder, KEY, ["history", "attacks"])


def run_of(seed: int, recipe: str = "rlr", lr: float = 0.02) -> tuple:
    return ("mnist", recipe, seed, lr)


def rows_of(seed: int, n: int = 3) -> dict[str, pd.DataFrame]:
    history = pd.DataFrame({"epoch": range(1, n + 1), "test_accuracy": [0.5 + seed / 1000] * n})
    return {"history": history, RUNS: pd.DataFrame({"accuracy": [0.5], "command": ['python -m x "a, b"']})}


def test_rows_come_back_with_their_keys(tmp_path):
    tables = tables_in(tmp_path)
    assert tables.append(run_of(4), rows_of(4))
    history = tables.read("history")
    assert list(history.columns) == [*KEY, "epoch", "test_accuracy"]
    assert history["test_accuracy"].tolist() == [0.504] * 3
    assert tables.read(RUNS)["command"].tolist() == ['python -m x "a, b"']
    assert tables.finished() == {run_of(4)}


def test_five_significant_digits_are_kept(tmp_path):
    tables = tables_in(tmp_path)
    tables.append(run_of(0), {RUNS: pd.DataFrame({"accuracy": [0.123456789]})})
    assert tables.read(RUNS)["accuracy"].tolist() == [0.12346]


def test_a_finished_run_is_never_written_again(tmp_path):
    tables = tables_in(tmp_path)
    tables.append(run_of(1), rows_of(1))
    before = tables.path("history").read_text()
    assert not tables.append(run_of(1), rows_of(2))
    assert tables.path("history").read_text() == before


def test_seeds_and_rates_whose_text_begins_alike_are_different_runs(tmp_path):
    tables = tables_in(tmp_path)
    for run in (run_of(1), run_of(10), run_of(1, lr=0.021), run_of(1, recipe="ch3-l3")):
        assert tables.append(run, rows_of(run[2]))
    assert len(tables.finished()) == 4 and len(tables.read("history")) == 12


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_line_is_healed_and_the_run_done_anew(tmp_path, cut):
    tables = tables_in(tmp_path)
    tables.append(run_of(0), rows_of(0))
    tables.append(run_of(1), rows_of(1))
    path = tables.path(RUNS)
    path.write_bytes(path.read_bytes()[:-cut])
    assert tables.finished() == {run_of(0)}
    assert set(tables.read("history")["seed"]) == {0}
    assert tables.append(run_of(1), rows_of(1))
    assert len(tables.read("history")) == 6 and len(tables.read(RUNS)) == 2


def test_rows_orphaned_before_the_end_of_a_run_are_neither_read_nor_doubled(tmp_path):
    tables = tables_in(tmp_path)
    tables.append(run_of(0), rows_of(0))
    killed = rows_of(1)
    del killed[RUNS]
    tables.append(run_of(1), killed)
    torn = tables.path("history").read_bytes()
    tables.path("history").write_bytes(torn[:-7])
    assert len(tables.read("history")) == 3
    tables.append(run_of(1), rows_of(1))
    assert tables.read("history").groupby("seed").size().to_dict() == {0: 3, 1: 3}


def test_a_file_with_other_columns_is_refused_before_anything_is_written(tmp_path):
    tables = tables_in(tmp_path)
    tables.append(run_of(0), rows_of(0))
    before = tables.path("history").read_text()
    with pytest.raises(ValueError, match=r"history\.csv has other columns"):
        tables.append(run_of(1), {"history": pd.DataFrame({"other": [1]}), RUNS: rows_of(1)[RUNS]})
    assert tables.path("history").read_text() == before


def test_a_value_that_would_break_a_line_is_refused(tmp_path):
    tables = tables_in(tmp_path)
    with pytest.raises(NetsparseError, match="line break"):
        tables.append(run_of(0), {RUNS: pd.DataFrame({"command": ["a\nb"]})})
    assert not tables.path(RUNS).exists()


@pytest.mark.parametrize("name", ["null", "NA", "1e3", "007", "a,b", 'a "b"', "/home/x y/mine.npz"])
def test_names_come_back_as_they_are(tmp_path, name):
    """A name that looks like a number or like nothing is still a name, or its run would be done again and again."""
    tables = tables_in(tmp_path)
    tables.append(run_of(0, recipe=name), rows_of(0))
    assert tables.finished() == {run_of(0, recipe=name)}
    assert not tables.append(run_of(0, recipe=name), rows_of(0))


def test_an_empty_folder_reads_as_empty_tables(tmp_path):
    assert tables_in(tmp_path / "new").read("attacks").empty
    assert tables_in(tmp_path / "new").finished() == set()


def _append_many(folder, first: int) -> None:
    for seed in range(first, first + 40, 2):
        tables_in(folder).append(run_of(seed), rows_of(seed, n=20))


def test_two_processes_append_side_by_side(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append_many, args=(tmp_path, first)) for first in (0, 1)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    history = tables_in(tmp_path).read("history")
    assert history.groupby("seed").size().to_dict() == dict.fromkeys(range(40), 20)
    assert (history["test_accuracy"] == (0.5 + history["seed"] / 1000).round(5)).all()


def test_a_run_is_reserved_by_one_at_a_time(tmp_path):
    mine, yours = Reservations(tmp_path), Reservations(tmp_path)
    assert mine.take(run_of(0))
    assert not yours.take(run_of(0)) and yours.take(run_of(1))
    mine.release(run_of(0))
    assert yours.take(run_of(0))


def test_a_run_reserved_in_one_thread_is_given_back_in_another(tmp_path):
    """Executors take runs in a thread of their own."""
    mine, yours = Reservations(tmp_path), Reservations(tmp_path)
    thread = threading.Thread(target=mine.take, args=(run_of(0),))
    thread.start()
    thread.join()
    assert not yours.take(run_of(0))
    mine.release(run_of(0))
    assert yours.take(run_of(0))


def test_a_key_that_holds_a_path_can_be_reserved(tmp_path):
    reservations = Reservations(tmp_path)
    assert reservations.take(("/some/where/" + "deep/" * 60 + "mine.npz", "rlr", 0, 0.1))
    reservations.release_all()


def _take_and_die(folder) -> None:
    Reservations(folder).take(run_of(0))
    import os

    os._exit(1)


def test_a_reservation_dies_with_its_process(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=_take_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert Reservations(tmp_path).take(run_of(0))
