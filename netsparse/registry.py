"""One registry behind every family of rules: look-up, listing, and registration from outside."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, overload

from netsparse.errors import InvalidInput, InvalidValue, unknown

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_PATH = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


class Row(NamedTuple):
    """A rule as a row of a table: what it is called, does and needs, and where it comes from."""

    name: str
    summary: str
    needs: str
    source: str


@dataclass(frozen=True)
class Entry(Generic[T]):
    """What a registry holds under a name.

    Attributes
    ----------
    name : str
    value : object
        The rule itself.
    needs : frozenset of str
        Kinds of evidence that the rule asks for (:class:`netsparse.rewire.Evidence`).
    summary : str
        First line of the docstring, unless one was given.
    source : str
        Where the rule comes from; the references of the docstring, unless one was given.
    """

    name: str
    value: T
    needs: frozenset[str]
    summary: str
    source: str

    def row(self) -> Row:
        """Return the entry as a row of a table."""
        return Row(self.name, self.summary, ", ".join(sorted(self.needs)), self.source)


class Registry(Mapping[str, T]):
    """A family of rules by name, in the order of their registration; a mapping from name to rule.

    Parameters
    ----------
    kind : str
        What an entry is, for errors: "regrowth".
    entries : mapping of str to object, optional
        The first entries.

    Examples
    --------
    >>> from netsparse.registry import Registry
    >>> greetings = Registry("greeting")
    >>> @greetings.register("hello", source="folklore")
    ... def hello(name):
    ...     '''Say hello.'''
    ...     return f"Hello {name}"
    >>> greetings["hello"]("Ada"), list(greetings)
    ('Hello Ada', ['hello'])
    >>> greetings.table()
    [Row(name='hello', summary='Say hello.', needs='', source='folklore')]
    >>> greetings["hallo"]
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: unknown greeting 'hallo'; known: hello
    """

    def __init__(self, kind: str, entries: Mapping[str, T] | None = None):
        self.kind = kind
        self._entries: dict[str, Entry[T]] = {}
        self._aliases: dict[str, str] = {}
        for name, value in (entries or {}).items():
            self.register(name, value)

    @overload
    def register(self, name: str, value: T, **about: Any) -> T: ...

    @overload
    def register(self, name: str, **about: Any) -> Callable[[T], T]: ...

    def register(self, name, value=None, *, needs=(), summary=None, source=None):
        """Add a rule, by call or as a decorator, and return it.

        Parameters
        ----------
        name : str
            Small letters, digits, dots and hyphens, or the place of the rule, ``package.module:function``; not yet
            taken.
        value : object, optional
            The rule; left out in a decorator.
        needs : iterable of str
            Kinds of evidence that the rule asks for; by default those that :func:`needs` noted on it.
        summary, source : str, optional
            By default the docstring's first line and its references.

        Raises
        ------
        ValueError
            If the name is taken or is no name.
        """
        if value is None:
            return lambda rule: self.register(name, rule, needs=needs, summary=summary, source=source)
        if not isinstance(name, str) or not (_NAME.fullmatch(name) or is_place(name)):
            raise InvalidValue(f"{self.kind} {name!r} is no name: use small letters, digits, dots and hyphens")
        return self._add(name, value, needs, summary, source)

    def unregister(self, name: str) -> None:
        """Take a rule out again, as a test that registered one does."""
        del self._entries[name]

    def alias(self, old: str, new: str) -> None:
        """Let a former name go on for one version: looking it up warns and gives what `new` is."""
        self._aliases[old] = self.entry(new).name

    def resolve(self, name: str, *, trusted: bool = False) -> T:
        """Return a rule by its name, or, if `trusted`, by the place of its code, ``package.module:function``.

        The rule is then imported and registered under that place. Only a name that was typed, on the command line or
        in Python, may be trusted: a file that names a place must not make anything run.

        Examples
        --------
        >>> from netsparse.registry import Registry
        >>> Registry("function").resolve("math:floor", trusted=True)(2.5)
        2
        >>> Registry("function").resolve("math:floor")
        Traceback (most recent call last):
        ...
        netsparse.errors.InvalidValue: function 'math:floor' is code of your own and not yet imported: ...
        """
        if name in self or not is_place(name):
            return self[name]
        if not trusted:
            raise InvalidValue(
                f"{self.kind} {name!r} is code of your own and not yet imported: name it on the command line, "
                "or register it in Python"
            )
        return self._add(name, self._imported(name), (), None, None)

    def entry(self, name: str) -> Entry[T]:
        """Return a rule with what is known about it; an unknown name's error lists the known ones."""
        if isinstance(name, str) and name in self._aliases:
            new = self._aliases[name]
            warnings.warn(f"{self.kind} {name!r} is now called {new!r}", DeprecationWarning, stacklevel=3)
            name = new
        found = self._find(name) if isinstance(name, str) else None
        if found is None:
            raise unknown(self.kind, name, self)
        return found

    def table(self) -> list[Row]:
        """Return a row per rule: name, summary, needs, source."""
        return [self.entry(name).row() for name in self]

    def get(self, name: str, default: Any = None) -> T | Any:
        """Return a rule, or `default` where the name is unknown."""
        if name not in self:  # look-up raises a ValueError, which Mapping does not expect
            return default
        return self[name]

    def __getitem__(self, name: str) -> T:
        return self.entry(name).value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._aliases or self._find(name) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return f"Registry({self.kind!r}: {', '.join(self)})"

    def _find(self, name: str) -> Entry[T] | None:
        """Return an entry, None if there is none; a family that takes over another one's looks there too."""
        return self._entries.get(name)

    def _names(self) -> list[str]:
        """Return the names of all entries that `_find` finds."""
        return list(self._entries)

    def _add(self, name: str, value: T, needs: Iterable[str], summary: str | None, source: str | None) -> T:
        if name in self:
            raise InvalidValue(f"{self.kind} {name!r} is already registered")
        text = _docstring(value)
        self._entries[name] = Entry(
            name,
            value,
            frozenset(needs) or (getattr(value, "needs", frozenset()) if callable(value) else frozenset()),
            summary if summary is not None else summary_of(value),
            source if source is not None else _references(text),
        )
        return value

    def _imported(self, place: str) -> T:
        try:
            return import_function(place)
        except InvalidInput as error:
            raise InvalidValue(f"{self.kind} {place!r} cannot be imported: {error}") from None


def is_place(name: object) -> bool:
    """Tell whether a name is that of code of the user's own, ``package.module:function``.

    >>> is_place("package.module:function"), is_place("ch3-l3")
    (True, False)
    """
    return isinstance(name, str) and _PATH.fullmatch(name) is not None


def import_function(place: str) -> Callable:
    """Return the function at a place, ``package.module:function``; modules of the current folder are found too.

    Raises
    ------
    NetsparseError
        If the module cannot be imported, whatever it raises, or has no such function.

    Examples
    --------
    >>> import_function("math:floor")(2.5)
    2
    >>> import_function("math:pi")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidInput: math has no function 'pi'
    """
    module_name, _, name = place.partition(":")
    if not {"", os.getcwd()} & set(sys.path):
        sys.path.append(os.getcwd())  # as python -m does; last, so that nothing installed is hidden
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever a module of the user's own raises
        raise InvalidInput(f"cannot import {module_name}: {error}") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise InvalidInput(f"{module_name} has no function {name!r}")
    return function


def needs(*kinds: str) -> Callable[[Callable], Callable]:
    """Note on a rule, as a decorator, which kinds of evidence it asks for.

    >>> @needs("gradients")
    ... def rule(layer, n, *, evidence, rng): ...
    >>> rule.needs
    frozenset({'gradients'})
    """

    def note(rule: Callable) -> Callable:
        rule.needs = frozenset(kinds)
        return rule

    return note


def declared(function: Callable, offered: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the offered keyword arguments that a function declares: a rule gets nothing else.

    >>> declared(lambda layer, n, *, rng: None, {"rng": 0, "evidence": 1})
    {'rng': 0}
    """
    return {name: value for name, value in offered.items() if name in keywords(function)[0]}


@lru_cache(maxsize=256)
def keywords(function: Callable) -> tuple[frozenset[str], bool]:
    """Return the names of a function's keyword-only arguments, and whether it takes any other too.

    >>> keywords(lambda layer, n, *, rng: None)
    (frozenset({'rng'}), False)
    """
    parameters = inspect.signature(function).parameters.values()
    names = frozenset(parameter.name for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY)
    return names, any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)


def summary_of(value: Any) -> str:
    """Return the first line of the docstring of a function or class, or of what a partial function calls.

    >>> summary_of(summary_of)
    'Return the first line of the docstring of a function or class, or of what a partial function calls.'
    """
    return _docstring(value).partition("\n")[0]


def _docstring(value: Any) -> str:
    """Return the docstring of a function or class, or of what a partial function calls; of plain data, nothing."""
    value = getattr(value, "func", value)
    return inspect.getdoc(value) or "" if callable(value) else ""


def _references(text: str) -> str:
    """Return the references of a numpydoc docstring as one line."""
    _, _, references = text.partition("References\n----------\n")
    section = re.split(r"\n\n\w+\n-+\n", references)[0]
    return " ".join(re.sub(r"\.\. \[\d+\]", "", section).split())
