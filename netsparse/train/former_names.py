"""Names that settings had before: they go on for one version, and say what they are called now."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from netsparse.errors import InvalidType
from netsparse.train.variation import STATIC, VARIES, flat

if TYPE_CHECKING:
    from netsparse.train.settings import Settings

FORMER_STATIC = "none"
"""What the regrowth 'static' was called."""


def present(name: str, value: Any) -> tuple[str, Any] | None:
    """Return what a setting under a former name, or of a former value, is now; None if neither is former.

    Examples
    --------
    >>> present("keep_disconnected", True), present("regrowth", "none"), present("lr", 0.1)
    (('clean_up', 'none'), ('regrowth', 'static'), None)
    """
    if name == "keep_disconnected":
        if not isinstance(value, bool):
            raise InvalidType(f"{name} must be true or false, got {value!r}", parameter=name)
        return "clean_up", "none" if value else "reach"
    return ("regrowth", STATIC) if name == "regrowth" and value == FORMER_STATIC else None


def with_present_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings under their present names; a former one is warned about, in one line."""
    found = {}
    for name, value in values.items():
        now = present(name, value)
        if now is not None:
            warned(f"{name}={value!r} is now {now[0]}={now[1]!r}", 4)
        found.update([now or (name, value)])
    return found


def former_attribute(settings: Settings, name: str) -> Any:
    """Return a setting that was an attribute of the settings themselves before they had groups, with a warning."""
    groups = ("data", "model", "optimiser", "run")
    if name.startswith("_") or name in groups:  # asked for before the settings are whole, as unpickling does
        raise AttributeError(name)
    for group in groups:
        if name in getattr(settings, group).names():
            warned(f"Settings.{name} is now Settings.{group}.{name}", 4)
            return getattr(getattr(settings, group), name)
    if name == "keep_disconnected":
        warned("Settings.keep_disconnected is now Settings.recipe.clean_up == 'none'", 4)
        return settings.recipe.clean_up == "none"
    if name in VARIES:
        warned(f"Settings.{name} is now Settings.recipe.{VARIES[name]}", 4)
        return flat(settings.recipe)[name]
    raise AttributeError(f"Settings has no attribute {name!r}")


def warned(message: str, stacklevel: int) -> None:
    """Warn the caller of a caller; `stacklevel` is what `warnings.warn` needs there."""
    warnings.warn(message, DeprecationWarning, stacklevel=stacklevel)
