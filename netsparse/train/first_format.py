"""Settings as version 1 of the format ``netsparse run`` holds them: flat, the recipe by name and varied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netsparse.errors import InvalidValue
from netsparse.rewire import RECIPES, Recipe
from netsparse.train.former_names import present
from netsparse.train.group import check_fields

_FIELDS = (
    "dataset", "hidden", "density", "recipe", "removal", "regrowth", "zeta", "keep_disconnected", "rewire_until",
    "epochs", "batch_size", "lr", "lr_schedule", "momentum", "weight_decay", "init", "init_regrown", "validation",
    "backend", "seed", "threads", "snapshots",
)  # fmt: skip
_LATER = {"recipe": None, "removal": "magnitude"}  # what the settings of 0.1.0 do not have
_AS_RECIPE = "recipe"  # the regrowth of a recipe that mixes rules


def arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of :class:`netsparse.train.Settings` that such a description stands for.

    Raises
    ------
    ValueError, TypeError
        If fields are missing or unknown, or a value is none of theirs.
    """
    values = {**_LATER, **values}
    check_fields(values, _FIELDS)
    recipe = Recipe() if values["recipe"] is None else RECIPES[values["recipe"]]
    changed = {name: value for name, value in values.items() if not _is_of(recipe, name, value)}
    return {**dict(present(name, value) or (name, value) for name, value in changed.items()), "recipe": recipe}


def _is_of(recipe: Recipe, name: str, value: Any) -> bool:
    """Tell whether a value says only what the recipe says anyway."""
    if name == "density" and recipe.density is not None:
        if recipe.changes_density and value != recipe.density.last:
            raise InvalidValue("density changes by the recipe itself, which has another one", parameter=name)
        return value == recipe.density.last
    if name == "keep_disconnected":
        return present(name, value)[1] == "reach" and recipe.clean_up != "none"
    return name == "regrowth" and value == _AS_RECIPE
