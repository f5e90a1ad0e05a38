"""Generated blocks in pages that are written by hand, each between two marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from netsparse.errors import InvalidInput
from netsparse.files import write_text
from netsparse.study.statistics import Estimate


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
        raise InvalidInput(f"{path} needs {begin} and, after it, {end}, once each")
    write_text(path, old.split(begin)[0] + marked(name, text) + old.split(end)[1])
    return True


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table.

    Examples
    --------
    >>> print(markdown_table(["a", "b"], [[1, "x|y"]]))
    | a | b |
    |---|---|
    | 1 | x\\|y |
    """
    lines = [header, *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(header), *text[1:]])


def interval(found: Estimate, digits: int = 3) -> str:
    """Return an estimate as text, ``mean [low, high]``; the mean alone if there is no interval.

    Examples
    --------
    >>> from netsparse.study import estimate
    >>> interval(estimate([1.0, 2.0, 3.0])), interval(estimate([2.0]))
    ('2 [-0.484, 4.48]', '2 (1 seed)')
    """
    if not found.n:
        return "-"
    mean, low, high = (f"{value:.{digits}g}" for value in (found.mean, found.low, found.high))
    return f"{mean} [{low}, {high}]" if found.n > 1 else f"{mean} (1 seed)"


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
