"""Names of neurons and nodes: text, each once within its side."""

from __future__ import annotations

from collections.abc import Sequence

from netsparse.errors import InvalidType, InvalidValue, one_line


def checked_names(names: Sequence[str] | None, size: int, what: str) -> tuple[str, ...] | None:
    """Return names as a tuple, or raise an error that says which of them cannot be; None stays None.

    Examples
    --------
    >>> checked_names(["Evelyn", "Laura"], 2, "row_names")
    ('Evelyn', 'Laura')
    >>> checked_names(["Evelyn", "Evelyn"], 2, "row_names")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: row_names must be different, 'Evelyn' is there twice
    """
    if names is None:
        return None
    if isinstance(names, str):
        raise InvalidType(f"{what} must be a sequence of texts, got one text", parameter=what)
    names = tuple(names)
    odd = next((name for name in names if not isinstance(name, str)), None)
    if odd is not None:
        raise InvalidType(f"{what} must be texts, got {one_line(repr(odd), 60)}", parameter=what)
    if len(names) != size:
        raise InvalidValue(f"{what} must be {size}, one each, got {len(names)}", parameter=what)
    if len(set(names)) < size:
        seen: set[str] = set()
        twice = next(name for name in names if name in seen or seen.add(name))
        raise InvalidValue(f"{what} must be different, {one_line(repr(twice), 60)} is there twice", parameter=what)
    return tuple(map(str, names))  # numpy's own kind of text becomes Python's
