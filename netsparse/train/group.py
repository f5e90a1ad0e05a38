"""What every group of settings is: a frozen value whose fields are checked, and which JSON holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from netsparse.errors import FileFormatError, InvalidType, check_count, check_number, unknown

Check = Callable[[str, Any], Any]
Own = TypeVar("Own", bound="Group")


def setting(default: Any, check: Check) -> Any:
    """Return a field of a group: its default, and the function ``(name, value) -> value`` that checks what is given."""
    return dataclasses.field(default=default, metadata={"check": check})


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of settings; its fields are made by :func:`setting`.

    Examples
    --------
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Ink(Group):
    ...     drops: int = setting(1, count(at_least=1))
    >>> Ink.from_json(Ink(drops=3).to_json())
    Ink(drops=3)
    >>> Ink(drops=0)
    Traceback (most recent call last):
    netsparse.errors.InvalidValue: drops must be at least 1, got 0
    """

    LATER: ClassVar[Mapping[str, Any]] = {}
    """What fields mean in the files that were written before there were these fields."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, field.metadata["check"](field.name, getattr(self, field.name)))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(field.name for field in dataclasses.fields(cls))

    @classmethod
    def from_json(cls: type[Own], values: Mapping[str, Any]) -> Own:
        """Return the group that :meth:`to_json` described; a missing or unknown field is an error."""
        values = {**cls.LATER, **values}
        check_fields(values, cls.names())
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values; :meth:`from_json` reads them back exactly."""
        values = {name: getattr(self, name) for name in self.names()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def check_fields(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raise a `FileFormatError` unless a file holds these fields and no others."""
    names = set(names)
    if set(values) != names:
        missing, odd = (", ".join(sorted(part)) or "none" for part in (names - set(values), set(values) - names))
        raise FileFormatError(f"these are no settings of a run: missing fields {missing}; unknown fields {odd}")


def number(**bounds: float) -> Check:
    """Return the check of a finite number, see :func:`netsparse.errors.check_number`."""
    return lambda name, value: check_number(name, value, **bounds)


def count(at_least: int = 0) -> Check:
    """Return the check of a whole number, see :func:`netsparse.errors.check_count`."""
    return lambda name, value: check_count(name, value, at_least=at_least)


def one_of(known: Container[str]) -> Check:
    """Return the check of a name that must be one of these, or in this registry."""

    def check(name: str, value: Any) -> Any:
        if value not in known:
            raise unknown(name, value, known)
        return value

    return check


def sizes(name: str, value: Any) -> tuple[int, ...]:
    """Check a sequence of sizes, each at least 1."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise InvalidType(f"{name} must be a sequence of layer sizes, got {value!r}", parameter=name)
    return tuple(check_count(name, size, at_least=1) for size in value)


def text(what: str) -> Check:
    """Return the check of a text that is not empty; `what` says what it is."""

    def check(name: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise InvalidType(f"{name} must be {what}, got {value!r}", parameter=name)
        return value

    return check
