"""The parameters that vary a recipe: each changes one of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from numbers import Real
from typing import Any

from netsparse.errors import InvalidType, InvalidValue, unknown
from netsparse.generate import STARTS
from netsparse.registry import is_place
from netsparse.rewire import REGROWTH, REMOVAL, Mixture, Recipe, Rule, Schedule

STATIC = "static"
"""The regrowth that leaves the topology as it is: no update is made."""

VARIES: Mapping[str, str] = {
    "start": "start",
    "init": "weights",
    "removal": "removal",
    "regrowth": "regrowth",
    "zeta": "zeta",
    "clean_up": "clean_up",
    "rewire_until": "until",
    "init_regrown": "new_weights",
}
"""Name of each parameter, and the field of :class:`netsparse.rewire.Recipe` that it changes."""

_PARAMETER_OF = {field: name for name, field in VARIES.items()}


def varied(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """Return a recipe with other values of some parameters of `VARIES`.

    A number leaves the shape of a schedule, and the name of the rule that the recipe has anyway its options.

    Raises
    ------
    ValueError, TypeError
        That names the parameter.

    Examples
    --------
    >>> from netsparse.rewire import RECIPES
    >>> varied(RECIPES["rlr"], {"zeta": 0.1, "rewire_until": 1.0})
    Recipe(regrowth=random, zeta=0.1)
    """
    if values.get("regrowth") == STATIC:
        values = {**{name: value for name, value in values.items() if name != "regrowth"}, "rewire_until": 0}
    for name, value in values.items():
        recipe = _with(recipe, name, value)
    return recipe


def flat(recipe: Recipe) -> dict[str, Any]:
    """Return all fields of a recipe by the names of the parameters that change them, as plain JSON values.

    Examples
    --------
    >>> from netsparse.rewire import RECIPES
    >>> flat(RECIPES["static"])["regrowth"], flat(RECIPES["set"])["init_regrown"]
    ('static', 'zero')
    """
    values = {
        _PARAMETER_OF.get(field.name, field.name): plain(getattr(recipe, field.name))
        for field in dataclasses.fields(recipe)
    }
    return {**values, "regrowth": STATIC} if recipe.is_static else values


def plain(value: Any) -> Any:
    """Return a field of a recipe as a plain JSON value."""
    if hasattr(value, "to_json"):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


def check_rules(recipe: Recipe) -> None:
    """Raise an error if a rule is code of the user's own that nobody has imported."""
    STARTS.resolve(recipe.start.name)
    for rule in (recipe.removal, recipe.pruning):
        if rule is not None:
            REMOVAL.resolve(rule.name)
    for rule in recipe.regrowth.rules:
        REGROWTH.resolve(rule.name)


def _with(recipe: Recipe, name: str, value: Any) -> Recipe:
    field = VARIES[name]
    own = getattr(recipe, field)
    if isinstance(value, str) and value == _rule_name(own):
        return recipe
    if name == "regrowth" and isinstance(value, str) and value not in REGROWTH and not is_place(value):
        raise unknown(name, value, [*REGROWTH, STATIC])
    try:
        shaped = isinstance(own, Schedule) and not own.is_constant and isinstance(value, Real)
        return recipe.replace(**{field: dataclasses.replace(own, initial=value) if shaped else value})
    except (ValueError, TypeError) as error:
        kind = InvalidType if isinstance(error, TypeError) else InvalidValue
        raise kind(_renamed(str(error), field, name), parameter=name) from None


def _rule_name(value: Any) -> str | None:
    """Return the name of a rule, or of the only rule of a mixture."""
    if isinstance(value, Mixture):
        value = value.rules[0] if len(value.phases) == 1 and len(value.rules) == 1 else None
    return value.name if isinstance(value, Rule) else None


def _renamed(message: str, field: str, name: str) -> str:
    """Return a recipe's message about a field as one about the parameter that changes it."""
    for start in ("", "unknown "):
        if message.startswith(start + field):
            return start + name + message.removeprefix(start + field)
    return f"{name}: {message}"
