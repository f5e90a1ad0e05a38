"""Text files of links, a line each, part by part: they may be larger than memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from os import PathLike
from typing import TYPE_CHECKING

from netsparse.errors import InvalidValue

if TYPE_CHECKING:
    import pandas

ENDS = {"row": "column", "source": "target"}
"""What the columns of both ends of a link are called."""

_CHUNK = 2**19  # rows of a text file that are in memory at a time


def opened(path: str | PathLike) -> tuple[list[str], Iterator[pandas.DataFrame]]:
    """Return the names of the columns, and the parts of the file."""
    import pandas as pd

    line, n_before = _first_line(path)
    separator = next((mark for mark in "\t,;" if mark in line), " ")
    fields = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    titled = any({first, second} & set(fields) for first, second in ENDS.items())
    columns = fields if titled else ["source", "target", "weight"][: max(2, min(len(fields), 3))]
    if not titled and len(fields) not in (2, 3):
        raise InvalidValue(f"line {n_before + 1} has {len(fields)} columns: source and target, and perhaps the weight")
    parts = pd.read_csv(
        path, sep=r"\s+" if separator == " " else separator, names=columns, skiprows=n_before + titled, header=None,
        dtype=dict.fromkeys(columns, str), keep_default_na=False, comment="#", chunksize=_CHUNK, encoding="utf-8",
        on_bad_lines="error", skipinitialspace=True,
    )  # fmt: skip
    return columns, map(_typed, parts)


def _first_line(path: str | PathLike) -> tuple[str, int]:
    with open(path, encoding="utf-8", newline=None) as file:
        for number, line in enumerate(file):
            if line.strip() and not line.startswith("#"):
                return line.rstrip("\n"), number
    raise InvalidValue("it holds no link")


def _typed(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Turn the texts of a part into numbers where they must be some."""
    import pandas as pd

    if not isinstance(frame.index, pd.RangeIndex):  # where pandas puts the fields that are too many
        raise InvalidValue(f"a line has more than the {len(frame.columns)} columns of the first")
    for name in {"weight", "layer"} & set(frame.columns):
        frame[name] = [float(value) for value in frame[name].tolist()]
    return frame
