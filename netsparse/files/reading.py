"""The one reader of untrusted text: JSON, tables and lists, read whole or refused in one line."""

from __future__ import annotations

import json
import math
from os import PathLike
from typing import Any

from netsparse.errors import FileFormatError, InvalidValue

LARGEST = 2**26
"""Bytes of the largest text that is read: a list of millions of links has tens of millions."""

_MOST_DIGITS = 300  # of a whole number: as many as a float can stand for


def read_text(path: str | PathLike, *, lines: int | None = None) -> str:
    """Return the text of a file in UTF-8, or its first lines.

    Raises
    ------
    FileFormatError
        If it is no UTF-8, holds NUL characters, or is larger than `LARGEST`.
    OSError
        If there is no such file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'a.txt'
    >>> _ = path.write_bytes(b'a\\nb\\n\\xff')
    >>> read_text(path, lines=2)
    'a\\nb\\n'
    """
    with open(path, "rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileFormatError(f"{path} is damaged: larger than any file of its kind, {LARGEST} bytes")
    if lines is not None:
        content = b"".join(content.splitlines(keepends=True)[:lines])
    if b"\0" in content:
        raise FileFormatError(f"{path} is damaged: it holds NUL characters, hence is no text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is damaged: byte {error.start} is no UTF-8") from None


def read_json(path: str | PathLike) -> Any:
    """Return the value in a JSON file, which must be strict: finite numbers, no name twice in an object.

    Raises
    ------
    FileFormatError
        If it is not.
    OSError
        If there is no such file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'a.json'
    >>> _ = path.write_text('{"a": NaN}')
    >>> read_json(path)
    Traceback (most recent call last):
    ...
    netsparse.errors.FileFormatError: .../a.json is damaged, no JSON: NaN is no number
    """
    text = read_text(path)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_refused, parse_int=_whole_number, parse_float=_number
        )
    except ValueError as error:
        raise FileFormatError(f"{path} is damaged, no JSON: {error}") from None
    except RecursionError:
        raise FileFormatError(f"{path} is damaged, no JSON of ours: nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise InvalidValue("an object has a name twice")
    return values


def _refused(constant: str) -> None:
    raise InvalidValue(f"{constant} is no number")


def _whole_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise InvalidValue(f"a number of {len(digits)} digits")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise InvalidValue(f"{digits:.20} is too large")
    return value
