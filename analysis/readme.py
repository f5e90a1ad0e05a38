"""Blocks of the README that are generated, each between two marks."""

from __future__ import annotations

from pathlib import Path

from netsparse.errors import NetsparseError
from netsparse.files import write_text

README = Path(__file__).parents[1] / "README.md"


def marked(name: str, text: str) -> str:
    """Return a block with the marks that it stands between.

    Examples
    --------
    >>> marked("bench", "words")
    '<!-- bench:begin -->\\nwords\\n<!-- bench:end -->'
    """
    begin, end = _marks(name)
    return f"{begin}\n{text}\n{end}"


def has_block(path: Path, name: str) -> bool:
    """Tell whether a file has at least one of the marks of a block."""
    return path.exists() and any(mark in path.read_text(encoding="utf-8") for mark in _marks(name))


def replace_block(path: Path, name: str, text: str) -> bool:
    """Put a text in the place of the block of this name; return False if the file has no such marks.

    Raises
    ------
    NetsparseError
        If there is one mark without the other.
    """
    if not has_block(path, name):
        return False
    begin, end = _marks(name)
    old = path.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1 or old.index(begin) > old.index(end):
        raise NetsparseError(f"{path} needs {begin} and, after it, {end}, once each")
    write_text(path, old.split(begin)[0] + marked(name, text) + old.split(end)[1])
    return True


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
