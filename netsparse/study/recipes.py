"""What `compare` compares: recipes by name, and regrowth rules of the user's own."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from netsparse.errors import InvalidInput, unknown
from netsparse.files import digest
from netsparse.registry import import_function, is_place

if TYPE_CHECKING:
    import numpy as np

    from netsparse.graph import BipartiteLayer


class NamedRecipe(NamedTuple):
    """A way of growing a sparse network: the training settings that it fixes.

    Attributes
    ----------
    name : str
    settings : mapping
        Fields of :class:`netsparse.train.Settings`.
    source : str
        Digest of the module that a rule of the user's own is from, else empty.
    """

    name: str
    settings: Mapping[str, Any]
    source: str = ""


def named_recipe(name: str) -> NamedRecipe:
    """Return a recipe: a name in :func:`known_recipes`, or ``package.module:function``, a regrowth rule.

    The module is imported, from the current folder too, and its function registered as a regrowth rule:
    ``function(layer, n, *, rng)`` returns the rows and columns of `n` non-links, see
    :data:`netsparse.rewire.REGROWTH`.

    Raises
    ------
    ValueError
        For an unknown name.
    NetsparseError
        If the module cannot be imported, or has no such function.

    Examples
    --------
    >>> named_recipe("random").settings, named_recipe("rlr").settings
    ({'regrowth': 'random'}, {'recipe': 'rlr'})
    >>> named_recipe("nowhere:rule")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidInput: recipe nowhere:rule: cannot import nowhere: No module named 'nowhere'
    """
    if ":" in name:
        return _own_recipe(name)
    from netsparse.train.former_names import FORMER_STATIC, warned
    from netsparse.train.variation import STATIC

    if name == FORMER_STATIC:
        warned(f"recipe {name!r} is now called {STATIC!r}", 3)
        name = STATIC
    known = known_recipes()
    if name not in known:
        raise unknown("recipe", name, [*known, "package.module:function"])
    return NamedRecipe(name, known[name])


def known_recipes() -> dict[str, dict[str, Any]]:
    """Return the settings of every named recipe, and of every regrowth rule under the preset's other settings.

    Examples
    --------
    >>> {"rlr", "ch3-l3", "random", "static"} <= set(known_recipes())
    True
    """
    from netsparse.rewire import RECIPES, REGROWTH

    rules = {rule: {"regrowth": rule} for rule in REGROWTH if not is_place(rule)}
    return rules | {name: {"recipe": name} for name in RECIPES}


def _own_recipe(name: str) -> NamedRecipe:
    from netsparse.rewire import REGROWTH

    module_name, _, attribute = name.partition(":")
    if not (module_name and attribute):
        raise InvalidInput(f"recipe {name!r} must be a name, or package.module:function")
    try:
        rule = import_function(name)
    except InvalidInput as error:
        raise InvalidInput(f"recipe {name}: {error}") from error
    if name not in REGROWTH:
        REGROWTH.register(name, _counted(name, rule))
    return NamedRecipe(name, {"regrowth": name}, _digest(sys.modules[module_name]))


def _counted(name: str, rule: Callable) -> Callable:
    """Return the rule with a check: a run that loses links would be compared at another density."""

    @functools.wraps(rule)
    def counted(layer: BipartiteLayer, n: int, **offered: Any) -> tuple[np.ndarray, np.ndarray]:
        try:
            rows, columns = rule(layer, n, **offered)
        except Exception as error:  # whatever a function of the user's own raises
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{os.path.basename(place.filename)}, line {place.lineno}"
            raise InvalidInput(f"recipe {name}: {type(error).__name__} in {where}: {error}") from error
        if not len(rows) == len(columns) == n:
            raise InvalidInput(f"recipe {name}: asked for {n} links, got {len(rows)} rows and {len(columns)} columns")
        return rows, columns

    return counted


def _digest(module: ModuleType) -> str:
    try:
        return digest(inspect.getsource(module))[:16]
    except (OSError, TypeError):  # a compiled module
        return ""
