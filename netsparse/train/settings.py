"""The settings of a training: one frozen value of groups, made of flat values, presets and recipes."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from netsparse.errors import FileFormatError, InvalidType, InvalidValue
from netsparse.rewire import Recipe
from netsparse.train import first_format
from netsparse.train.data_settings import DataSettings
from netsparse.train.former_names import former_attribute, warned, with_present_names
from netsparse.train.group import Group, check_fields
from netsparse.train.model_settings import ModelSettings
from netsparse.train.optimiser_settings import OptimiserSettings
from netsparse.train.presets import PRESETS
from netsparse.train.run_settings import RunSettings
from netsparse.train.variation import VARIES, flat, varied

GROUPS: Mapping[str, type[Group]] = {
    "data": DataSettings,
    "model": ModelSettings,
    "optimiser": OptimiserSettings,
    "run": RunSettings,
}
"""The groups of the settings beside the recipe."""

DENSITY = 0.01
"""Of the sparse layers, where neither the settings nor their recipe say another one."""

PARAMETERS = (*DataSettings.names(), *ModelSettings.names(), *VARIES, *OptimiserSettings.names(), *RunSettings.names())
"""The names of all flat values, each the field of a group or one that varies the recipe."""


@dataclass(frozen=True, init=False)
class Settings:
    """Everything that decides how a network is made and trained; a run is a function of it and the data.

    It is made of flat values: a field of any group by its name, and what varies the recipe. A preset says batch,
    rate, epochs and decay, a recipe start, weights and rewiring; groups that are given win over a preset, flat values
    over everything. ``dataclasses.replace`` takes flat values too.

    Parameters
    ----------
    preset : str, default 'default'
        A name in :data:`netsparse.train.PRESETS`, whose values of the rewiring hold where no recipe is given.
    recipe : Recipe or str, optional
        How the network starts and is rewired: a name in :data:`netsparse.rewire.RECIPES`, or a recipe.
    data, model, optimiser, run : DataSettings, ModelSettings, OptimiserSettings, RunSettings, optional
        Whole groups.
    **values
        Fields of these groups by their names, `density` among them, and of the recipe: `start`, `init` (its weights),
        `removal`, `regrowth` ('static' for a topology that stays as it is), `zeta`, `clean_up`, `rewire_until` (its
        until) and `init_regrown` (its new_weights). A number leaves the shape of a schedule.

    Attributes
    ----------
    data : DataSettings
    model : ModelSettings
    recipe : Recipe
    optimiser : OptimiserSettings
    run : RunSettings

    Raises
    ------
    ValueError, TypeError
        That names the parameter: for a value out of its range, not finite, of the wrong type, or an unknown name.

    Examples
    --------
    >>> from netsparse.train import Settings
    >>> settings = Settings(hidden=[100], epochs=3, recipe="rlr", zeta=0.2)
    >>> settings.model.hidden, settings.optimiser.lr, settings.recipe
    ((100,), 0.05, Recipe(regrowth=random, zeta=0.2, until=0.75))
    >>> Settings(preset="paper").run.epochs
    100
    >>> Settings(lr=-1)
    Traceback (most recent call last):
    netsparse.errors.InvalidValue: lr must be finite and above 0, got -1
    """

    data: DataSettings
    model: ModelSettings
    recipe: Recipe
    optimiser: OptimiserSettings
    run: RunSettings

    def __init__(
        self,
        *,
        preset: str | None = None,
        recipe: Recipe | str | None = None,
        data: DataSettings | None = None,
        model: ModelSettings | None = None,
        optimiser: OptimiserSettings | None = None,
        run: RunSettings | None = None,
        **values: Any,
    ):
        usual = PRESETS["default" if preset is None else preset]
        values = with_present_names(values)
        odd = [name for name in values if name not in PARAMETERS]
        if odd:
            known = ", ".join(["preset", "recipe", *GROUPS, *PARAMETERS])
            raise InvalidType(f"{odd[0]} is no parameter of Settings; known: {known}", parameter=odd[0])
        own = varied(Recipe(), _among(usual, VARIES)) if recipe is None else Recipe.of(recipe)
        own = varied(own, _among(values, VARIES))
        if own.density is not None and values.get("density") is not None:
            own = _of_density(own, values.pop("density"))
        given = {"data": data, "model": model, "optimiser": optimiser, "run": run}
        groups = {name: _group(name, given[name], usual, values) for name in GROUPS}
        groups["model"] = _with_one_density(groups["model"], own)
        for name, value in {**groups, "recipe": own}.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_preset(cls, preset: str, **values: Any) -> Settings:
        """Return ``Settings(preset=preset, ...)``, under its former name."""
        warned("Settings.from_preset(name, ...) is now Settings(preset=name, ...)", 3)
        return cls(preset=preset, **values)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings that :meth:`to_json` described, now or in an earlier version.

        Raises
        ------
        FileFormatError
            If a group or a field is missing or unknown.
        """
        if "data" not in values and "dataset" in values:
            return cls(**first_format.arguments(values))
        check_fields(values, [field.name for field in dataclasses.fields(cls)])
        odd = [name for name, group in values.items() if not isinstance(group, Mapping)]
        if odd:
            raise FileFormatError(f"these are no settings of a run: {odd[0]} must be an object, got {values[odd[0]]!r}")
        groups = {name: kind.from_json(values[name]) for name, kind in GROUPS.items()}
        return cls(**groups, recipe=Recipe.from_json(values["recipe"]))

    def to_json(self) -> dict[str, Any]:
        """Return the groups as plain JSON values; :meth:`from_json` reads them back exactly."""
        return {field.name: getattr(self, field.name).to_json() for field in dataclasses.fields(self)}

    def flat(self) -> dict[str, Any]:
        """Return every value by the name of its parameter as plain JSON values, all fields of the recipe among them.

        Examples
        --------
        >>> from netsparse.train import Settings
        >>> values = Settings(regrowth="random").flat()
        >>> values["lr"], values["regrowth"], values["scope"]
        (0.05, 'random', 'layer')
        """
        recipe = flat(self.recipe)
        if recipe["density"] is None:
            del recipe["density"]
        parts = (self.data.to_json(), self.model.to_json(), recipe, self.optimiser.to_json(), self.run.to_json())
        return {name: value for part in parts for name, value in part.items()}

    def differences(self, other: Settings) -> list[str]:
        """Return the names of the parameters in which `other` differs."""
        theirs = other.flat()
        return [name for name, value in self.flat().items() if theirs[name] != value]

    def __getattr__(self, name: str) -> Any:
        return former_attribute(self, name)


def _among(values: Mapping[str, Any], names: Container[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _group(name: str, given: Any, usual: Mapping[str, Any], values: Mapping[str, Any]) -> Group:
    """Return a group as it was given, or as a preset says, with the flat values that are its own."""
    kind = GROUPS[name]
    if given is None:
        given = kind(**_among(usual, kind.names()))
    if not isinstance(given, kind):
        raise InvalidType(f"{name} must be a {kind.__name__}, got {given!r}", parameter=name)
    return dataclasses.replace(given, **_among(values, kind.names()))


def _of_density(recipe: Recipe, density: float) -> Recipe:
    """Return a recipe that has a density of its own with another one."""
    if recipe.changes_density:
        raise InvalidValue("density changes by the recipe itself: leave it out", parameter="density")
    return recipe.replace(density=density)


def _with_one_density(model: ModelSettings, recipe: Recipe) -> ModelSettings:
    """Return the model with a density, unless the recipe has one."""
    if recipe.density is None:
        return model if model.density is not None else dataclasses.replace(model, density=DENSITY)
    if model.density is not None:
        raise InvalidValue("density is said by the recipe and by the model: leave that of the model out")
    return model
