"""The finished cells of a table on disk, so that it can be continued: a line of JSON each."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from netsparse.errors import FileFormatError, InvalidInput, InvalidValue
from netsparse.files import append_text, check_folder, check_writable, make_folder, write_text
from netsparse.files.format import Format
from netsparse.files.reading import read_text
from netsparse.measures.cells import Cell

FORMAT = Format("measures", 1)
FILE = "cells.jsonl"

_TEXTS, _NUMBERS = ("part", "note"), (
    "value", "null_mean", "null_deviation", "z", "p", "reachable", "null_reachable", "seconds",
)  # fmt: skip


class KeptCells:
    """A folder that holds the finished cells of a table.

    Parameters
    ----------
    folder : pathlib.Path
        Made if need be; may hold the cells of the same table, stopped before it was finished.
    settings : dict
        What the numbers depend on: null model, samples, seed.

    Raises
    ------
    ValueError
        If the cells there were computed with other settings, or the file is damaged.
    """

    def __init__(self, folder: Path, settings: dict[str, Any]):
        self.path = folder / FILE
        check_folder(folder)
        self._rows: dict[str, list[dict[str, Any]]] = {}
        if self.path.exists():
            check_writable(self.path)
            self._rows = _read(self.path, settings)
            return
        make_folder(folder)
        write_text(self.path, json.dumps(FORMAT.mark() | {"settings": settings}) + "\n")

    def rows(self, cell: Cell) -> list[dict[str, Any]] | None:
        """Return the rows of a cell, None if it is not finished or was about another graph."""
        return self._rows.get(_key(cell))

    def keep(self, cell: Cell, rows: list[dict[str, Any]]) -> None:
        """Add a finished cell."""
        line = {"cell": _key(cell), "rows": [_as_json(row) for row in rows]}
        append_text(self.path, json.dumps(line) + "\n")


def _key(cell: Cell) -> str:
    subject = cell.subject
    return json.dumps([subject.network, subject.layer, subject.of, cell.name, subject.digest])


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the numbers that JSON has no word for as text."""
    return {name: str(v) if isinstance(v, float) and not math.isfinite(v) else v for name, v in row.items()}


def _read(path: Path, settings: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    lines = read_text(path).splitlines(keepends=True)
    complete = [line for line in lines if line.endswith("\n")]  # a killed process leaves half a line
    head, *cells = [_parsed(path, number, line) for number, line in enumerate(complete, 1)] or [None]
    FORMAT.check(head, path)
    if head.get("settings") != settings:
        raise InvalidInput(
            f"{path} holds measures with other settings: {head.get('settings')}, now {settings}; give a new folder"
        )
    if len(complete) < len(lines):
        write_text(path, "".join(complete))
    try:
        return {cell["cell"]: [_row(row) for row in cell["rows"]] for cell in cells}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileFormatError(f"{path} is damaged: {error!r} in a cell") from None


def _row(row: dict[str, Any]) -> dict[str, Any]:
    if {*row} != {*_TEXTS, *_NUMBERS} or not all(isinstance(row[name], str) for name in _TEXTS):
        raise InvalidValue("other columns than those of a table")
    return {name: row[name] if name in _TEXTS else float(row[name]) for name in row}


def _parsed(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise FileFormatError(f"{path} is damaged: line {number} is no JSON") from None
    if not isinstance(found, dict):
        raise FileFormatError(f"{path} is damaged: line {number} is no object")
    return found
