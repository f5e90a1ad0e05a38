"""A rule as a recipe names it: the name in its registry, and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from netsparse.errors import InvalidType, InvalidValue
from netsparse.registry import keywords
from netsparse.rewire.schedule import Schedule

Option = float | str | bool | Schedule


@dataclass(frozen=True)
class Rule:
    """The name of a rule and the options it is called with.

    Parameters
    ----------
    name : str
    options : mapping of str to number, str, bool or Schedule, or such pairs
        Keyword arguments of the rule's own; a schedule is given to it as the number it is at the time.

    Examples
    --------
    >>> from netsparse.rewire import Rule, Schedule
    >>> rule = Rule("soft", {"temperature": Schedule(1, "linear", final=3)})
    >>> rule
    soft(temperature=1 to 3 (linear))
    >>> rule.options_at(0.5)
    {'temperature': 2.0}
    """

    name: str
    options: tuple[tuple[str, Option], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise InvalidType(f"a rule is named by a string, got {self.name!r}")
        pairs = self.options.items() if isinstance(self.options, Mapping) else self.options
        object.__setattr__(self, "options", tuple(sorted((name, _checked(name, value)) for name, value in pairs)))

    @classmethod
    def of(cls, value: str | Mapping[str, Any] | Rule) -> Rule:
        """Return a rule given as such, by its name, or as :meth:`to_json` wrote it."""
        if isinstance(value, Mapping):
            options = dict(value)
            if "rule" not in options:
                raise InvalidValue(f"a rule with options is a mapping with 'rule', its name, got {value!r}")
            return cls(options.pop("rule"), tuple(options.items()))
        return value if isinstance(value, Rule) else cls(value)

    def options_at(self, progress: float, until: float = 1.0) -> dict[str, float | str | bool]:
        """Return the options with their schedules' values at a progress."""
        return {
            name: value.at(progress, until) if isinstance(value, Schedule) else value for name, value in self.options
        }

    def check_options(self, function: Callable, kind: str) -> None:
        """Raise an error unless the function behind the rule takes all options."""
        takes, anything = keywords(function)
        odd = [name for name, _ in self.options if name not in takes and not anything]
        if odd:
            known = ", ".join(sorted(takes - OFFERED)) or "none"
            raise InvalidValue(f"{kind} {self.name!r} has no option {odd[0]!r}; its options: {known}")

    def to_json(self) -> str | dict[str, Any]:
        """Return the name, or a mapping of 'rule' to it and of each option to its value."""
        if not self.options:
            return self.name
        values = {name: value.to_json() if isinstance(value, Schedule) else value for name, value in self.options}
        return {"rule": self.name, **values}

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value}" for name, value in self.options)
        return f"{self.name}({options})" if options else self.name


OFFERED = frozenset({"evidence", "index", "inputs", "memory", "network", "progress", "rng", "shapes"})
"""Keyword arguments that a rule may declare beside its options."""


def _checked(name: str, value: Any) -> Option:
    if isinstance(value, Mapping):
        return Schedule.of(value)
    if isinstance(value, (Schedule, str, bool, int)):
        return value
    if isinstance(value, Real):
        return float(value)
    raise InvalidType(f"option {name!r} of a rule must be a number, text, true, false or a schedule, got {value!r}")
