from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from netsparse.errors import FileFormatError
from netsparse.train import EpochRecord
from netsparse.train.history import append, read, rewrite, to_frame


def record(epoch: int) -> EpochRecord:
    return EpochRecord(epoch, 0.1 + epoch, 1 / 3, math.nan, 0.3, 0.7, 0.05, 1.5, 0.1, 100, 7, 2, 9, 1, 80)


def rows(path: Path) -> int:
    return len(path.read_text().splitlines()) - 1


def test_rows_come_back_exactly(tmp_path):
    path = tmp_path / "history.csv"
    for epoch in (1, 2, 3):
        append(path, record(epoch))
        assert rows(path) == epoch
    records = read(path, 3)
    assert repr(records) == repr([record(1), record(2), record(3)])  # repr: NaN is not equal to itself
    assert isinstance(records[0].links, int)


def test_reads_as_a_tidy_table(tmp_path):
    append(tmp_path / "history.csv", record(1))
    frame = pd.read_csv(tmp_path / "history.csv")
    pd.testing.assert_frame_equal(frame, to_frame([record(1)]))
    needed = (
        "epoch train_loss test_accuracy validation_accuracy seconds_train seconds_update links links_removed "
        "links_disconnected links_grown overlap active_neurons test_loss learning_rate"
    )
    assert set(needed.split()) <= set(frame.columns)


def test_what_stands_behind_the_wanted_epochs_is_not_read(tmp_path):
    path = tmp_path / "history.csv"
    append(path, record(1))
    append(path, record(2))
    with open(path, "a") as file:
        file.write("3,0.1,0.")  # a killed process
    assert [row.epoch for row in read(path, 2)] == [1, 2]
    rewrite(path, read(path, 1))
    assert rows(path) == 1


@pytest.mark.parametrize("text", ["", "epoch,colour\n1,red\n", "1,2,3\n", "\xff\xfe\n"])
def test_damaged_files_are_refused(tmp_path, text):
    path = tmp_path / "history.csv"
    path.write_text(text)
    with pytest.raises(FileFormatError, match="history"):
        read(path, 1)


def test_missing_rows_are_noticed(tmp_path):
    path = tmp_path / "history.csv"
    append(path, record(1))
    append(path, record(3))
    with pytest.raises(FileFormatError, match="epochs 1 to 2"):
        read(path, 2)
    with pytest.raises(FileFormatError, match=r"none\.csv"):
        read(tmp_path / "none.csv", 1)


def test_files_that_are_missing_or_no_text_are_named(tmp_path):
    path = tmp_path / "history.csv"
    with pytest.raises(FileFormatError, match=r"history\.csv is missing"):
        read(path, 1)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileFormatError, match=r"history\.csv is damaged"):
        read(path, 1)
