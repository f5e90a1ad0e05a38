"""Text files, in UTF-8 whatever the locale says: written whole, or grown at their end."""

from __future__ import annotations

import json
import os
from pathlib import Path

from netsparse.files.writer import writing


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write a text, whole or not at all, its line ends as they are; see :func:`netsparse.files.writing`."""
    with writing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def write_json(path: str | os.PathLike, value: object) -> None:
    r"""Write a value as indented JSON, whole or not at all.

    A file name that is not UTF-8 comes back as it is: Python keeps its odd bytes as lone surrogates, which UTF-8 has
    no code for, but JSON has an escape.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'names.json'
    >>> write_json(path, ['für', os.fsdecode(b'r\xff')])
    >>> json.loads(path.read_text(encoding='utf-8')) == ['für', os.fsdecode(b'r\xff')]
    True
    """
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    with writing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8", "backslashreplace"))  # \udcff: what JSON writes for one, too


def append_text(path: Path, text: str, *, header: str = "") -> None:
    """Add a text to the end of a file, after the header if the file is new; on disk when this returns."""
    with open(path, "a", encoding="utf-8", newline="") as file:
        file.write(text if file.tell() else header + text)
        file.flush()
        os.fsync(file.fileno())
