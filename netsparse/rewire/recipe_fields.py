"""The fields of a recipe: each checked and turned into its value, and back into plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from netsparse.errors import InvalidType, InvalidValue, check_count, check_number, unknown
from netsparse.generate import DISTRIBUTIONS, STARTS
from netsparse.registry import Registry, is_place
from netsparse.rewire.mixture import Mixture
from netsparse.rewire.regrowth import REGROWTH
from netsparse.rewire.removal import REMOVAL
from netsparse.rewire.rule import Rule
from netsparse.rewire.schedule import Schedule


def named(name: str, check: Any, value: Any) -> Any:
    """Return a checked value; an error that does not begin with the parameter's name is made to."""
    try:
        return check(value)
    except (ValueError, TypeError) as error:
        if str(error).startswith((name, f"unknown {name}")):
            raise
        kind = InvalidType if isinstance(error, TypeError) else InvalidValue
        raise kind(f"{name}: {error}", parameter=name) from None


def checked_schedule(name: str, value: Any, **bounds: float) -> Schedule:
    """Return a number or a schedule as a schedule, all of whose values are within bounds."""
    schedule = (
        Schedule.of(value) if isinstance(value, (Schedule, Mapping)) else Schedule(check_number(name, value, **bounds))
    )
    for number in schedule.values:
        check_number(name, number, **bounds)
    return schedule


def checked_start(value: Any) -> Rule:
    """Return an initial topology by its name, or with options that it has."""
    return _known_rule(value, STARTS)


def checked_removal(value: Any) -> Rule:
    """Return a removal by its name, or with options that it has."""
    return _known_rule(value, REMOVAL)


def checked_regrowth(value: Any) -> Mixture:
    """Return a regrowth, shares of several, or phases, of rules that are known."""
    mixture = Mixture.of(value)
    for rule in mixture.rules:
        _known_rule(rule, REGROWTH)
    return mixture


def _known_rule(value: Any, registry: Registry) -> Rule:
    """Return a rule that is known; code of the user's own that a file names is data until it is to run."""
    rule = Rule.of(value)
    if rule.name in registry or not is_place(rule.name):
        rule.check_options(registry[rule.name], registry.kind)
    return rule


def checked_distribution(value: Any) -> str | tuple[float, ...]:
    """Return the name of a distribution, or a positive weight per layer."""
    if isinstance(value, str):
        if value not in DISTRIBUTIONS:
            raise unknown("distribution", value, DISTRIBUTIONS)
        return value
    return tuple(check_number("distribution", weight, above=0) for weight in value)


def checked_layers(value: Any) -> tuple[int, ...]:
    """Return numbers of layers, ascending, each once."""
    return tuple(sorted({check_count("layer", index) for index in np.atleast_1d(np.asarray(value, dtype=object))}))


def plain(value: Any) -> Any:
    """Return a field as JSON holds it."""
    if hasattr(value, "to_json"):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value
