"""The history of a run: a row per epoch, appended to a CSV file as the epoch ends."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_type_hints

from netsparse.errors import FileFormatError, InvalidValue
from netsparse.files import append_text, write_text
from netsparse.files.reading import read_text

if TYPE_CHECKING:
    import pandas


class EpochRecord(NamedTuple):
    """One row of the history.

    An epoch is: gradient steps, then the evaluation, then (if one is due) a topology update. Counts of links are
    sums over the sparse layers unless they say otherwise.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.train.EpochRecord._fields[:3]
    ('epoch', 'train_loss', 'test_accuracy')
    """

    epoch: int  #: from 1
    train_loss: float  #: mean over the samples, during the steps
    test_accuracy: float  #: after the steps, before the update
    validation_accuracy: float  #: likewise; NaN if nothing is held out
    test_accuracy_updated: float  #: of the network the epoch ends with
    test_loss: float  #: after the steps, before the update
    learning_rate: float  #: of the last step
    seconds_train: float  #: shuffling, batches and steps; no evaluation
    seconds_update: float  #: the whole topology update, 0 without one
    links: int  #: of all layers, readout included
    links_removed: int  #: by their weight
    links_disconnected: int  #: lost with disconnected neurons
    links_grown: int  #: the sum of the two before
    overlap: int  #: links removed and regrown in the same update
    active_neurons: int  #: on an input-to-output path, inputs and outputs included


_TYPES = get_type_hints(EpochRecord)
_SHARES = ("test_accuracy", "test_accuracy_updated")
_MOST_DIGITS = 18  # of a count that fits 64 bits


def append(path: Path, record: EpochRecord) -> None:
    """Add a row to the file, making the file with its header first; on disk when this returns."""
    append_text(path, _lines([record]), header=_lines([EpochRecord._fields]))


def read(path: Path, n_epochs: int) -> list[EpochRecord]:
    """Return the rows of the first `n_epochs` epochs.

    What stands behind them, a row that a killed process wrote half included, is not looked at.

    Raises
    ------
    FileFormatError
        If one of these rows is missing or not as :func:`append` wrote it.
    """
    if not path.exists():
        raise FileFormatError(f"{path} is missing, it should hold the epochs 1 to {n_epochs}")
    try:
        header, *rows = csv.reader(io.StringIO(read_text(path, lines=n_epochs + 1)), strict=True)
        records = [_parse(row) for row in rows]
    except FileFormatError:
        raise
    except (ValueError, csv.Error) as error:
        raise FileFormatError(f"{path} is damaged: {error}") from None
    whole = len(records) == n_epochs and all(record.epoch == n for n, record in enumerate(records, start=1))
    if tuple(header) != EpochRecord._fields or not whole:
        raise FileFormatError(f"{path} does not hold the epochs 1 to {n_epochs}")
    return records


def rewrite(path: Path, records: Sequence[EpochRecord]) -> None:
    """Replace the file by one of these rows, atomically."""
    write_text(path, _lines([EpochRecord._fields, *records]))


def to_frame(records: Sequence[EpochRecord]) -> pandas.DataFrame:
    """Return the history as a tidy table, a row per epoch."""
    import pandas as pd

    return pd.DataFrame(records, columns=list(EpochRecord._fields))


def _lines(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _parse(row: Sequence[str]) -> EpochRecord:
    record = EpochRecord(*(_READ[kind](text) for kind, text in zip(_TYPES.values(), row, strict=True)))
    not_finite = [name for name, value in record._asdict().items() if not math.isfinite(value)]
    if not_finite and not_finite != ["validation_accuracy"]:
        raise InvalidValue(f"{', '.join(not_finite)} of epoch {record.epoch} should be finite")
    if any(not 0 <= getattr(record, name) <= 1 for name in _SHARES):
        raise InvalidValue(f"an accuracy of epoch {record.epoch} is not between 0 and 1")
    return record


def _count(text: str) -> int:
    """Return a count as it is written: Python's `int` takes blanks, signs and underscores too."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InvalidValue(f"{text[:40]!r} is no count")
    return int(text)


_READ = {int: _count, float: float}
