"""Between a recipe and the flat fields of the settings that vary it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from netsparse.errors import InvalidValue
from netsparse.rewire import RECIPES, REGROWTH, REMOVAL, Mixture, Recipe, Rule, Schedule
from netsparse.train.schedule import STATIC

if TYPE_CHECKING:
    from netsparse.train.settings import Settings

AS_RECIPE = "recipe"
"""The regrowth of a recipe that mixes rules, which no single name says."""


def recipe_values(name: str) -> dict[str, Any]:
    """Return the fields of the settings that a named recipe fixes; an unknown name's error lists the known ones.

    Examples
    --------
    >>> recipe_values("static")["rewire_until"]
    0.0
    """
    return {"recipe": name, **_flat(RECIPES[name])}


def recipe_of(settings: Settings) -> Recipe:
    """Return the recipe that settings name, varied by their flat fields where these say otherwise.

    Raises
    ------
    ValueError
        If a rule is code of the user's own that was not imported, or the recipe changes a density that is not its own.
    """
    base = RECIPES[settings.recipe] if settings.recipe else Recipe()
    own = _flat(base)
    changed = {name: getattr(settings, name) for name, value in own.items() if getattr(settings, name) != value}
    for registry, name in ((REGROWTH, settings.regrowth), (REMOVAL, settings.removal)):
        if name not in (STATIC, AS_RECIPE):
            registry.resolve(name)
    if "density" in changed and base.changes_density:
        raise InvalidValue(f"the recipe {settings.recipe!r} changes the density itself: leave --density out")
    if settings.regrowth == STATIC:
        changed = {name: value for name, value in changed.items() if name not in ("regrowth", "rewire_until")}
        base = base.replace(until=0)
    return base.replace(**dict(_field(base, name, value) for name, value in changed.items()))


def _flat(recipe: Recipe) -> dict[str, Any]:
    """Return what a recipe says as fields of the settings: of a schedule the number it is known by."""
    (_, shares), *later = recipe.regrowth.phases
    density = {} if recipe.density is None else {"density": recipe.density.last}
    return {
        **density,
        "init": recipe.weights,
        "init_regrown": recipe.new_weights,
        "removal": recipe.removal.name,
        "regrowth": AS_RECIPE if later or len(shares) > 1 else shares[0][0].name,
        "zeta": recipe.zeta.initial,
        "keep_disconnected": recipe.clean_up == "none",
        "rewire_until": recipe.until,
    }


def _field(base: Recipe, name: str, value: Any) -> tuple[str, Any]:
    """Return the field of a recipe that another value of a setting changes; schedules keep their shape."""
    changes = {
        "density": lambda: ("density", Schedule(value)),
        "init": lambda: ("weights", value),
        "init_regrown": lambda: ("new_weights", value),
        "removal": lambda: ("removal", Rule(value)),
        "regrowth": lambda: ("regrowth", Mixture.of(value)),
        "zeta": lambda: ("zeta", dataclasses.replace(base.zeta, initial=value)),
        "keep_disconnected": lambda: ("clean_up", "none" if value else "reach"),
        "rewire_until": lambda: ("until", value),
    }
    return changes[name]()
