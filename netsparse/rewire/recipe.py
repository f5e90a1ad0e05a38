"""A recipe: which rules rewire a network, when, and by how much."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from netsparse.errors import (
    FileFormatError,
    InvalidType,
    InvalidValue,
    check_count,
    check_number,
    check_positions,
    unknown,
)
from netsparse.generate import WEIGHTS
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.registry import Registry
from netsparse.rewire.clean_up import CLEAN_UPS
from netsparse.rewire.counts import floor_share
from netsparse.rewire.mixture import Mixture
from netsparse.rewire.recipe_fields import (
    checked_distribution,
    checked_layers,
    checked_regrowth,
    checked_removal,
    checked_schedule,
    checked_start,
    named,
    plain,
)
from netsparse.rewire.regrowth import REGROWTH
from netsparse.rewire.removal import REMOVAL, ByImportance
from netsparse.rewire.rule import Rule
from netsparse.rewire.schedule import Schedule
from netsparse.rewire.sharing import SHARING

SCOPES = ("layer", "network")
UNITS = ("epochs", "steps")
RETURNING = ("new", "zero", "old", "historical")

_MAGNITUDE, _CH3_L3, _ZETA = Rule("magnitude"), Mixture.of("ch3-l3"), Schedule(0.3)
_ERDOS_RENYI = Rule("erdos-renyi")

RECIPES: Registry[Recipe] = Registry("recipe")
"""Named recipes; each is a value that :meth:`Recipe.replace` varies."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Recipe:
    r"""How a network starts and how its topology changes in training: a frozen, validated value.

    An update (:func:`netsparse.rewire.step`) prunes to the density of the time, removes a share of the links, cleans
    up, and regrows what was removed and lost. Rules are named as in their registries, with options as a mapping
    ``{"rule": name, option: value}``; an option, like `zeta` and `density`, may be a :class:`Schedule`.

    Parameters
    ----------
    start : str or mapping
        Initial topology: a name in :data:`netsparse.generate.STARTS`.
    weights : str
        Initial weights, a name in :data:`netsparse.generate.WEIGHTS`.
    density : float or Schedule, optional
        Of the sparse layers together. One that changes changes the number of links; None: as the network comes.
    distribution : str or sequence of float
        How that density is distributed over the layers: a name in :data:`netsparse.generate.DISTRIBUTIONS`, or a
        weight per sparse layer, see :func:`netsparse.generate.layer_densities`.
    removal : str or mapping
        A name in :data:`netsparse.rewire.REMOVAL`, every order of :mod:`netsparse.importance` among them.
    scope : {'layer', 'network'}
        Whether each layer loses the same share, or the links of all layers compete (removals by importance only).
    pruning : str or mapping, optional
        The removal that lowers the density; by default `removal`.
    regrowth : str, mapping or sequence
        A name in :data:`netsparse.rewire.REGROWTH`; or shares of several, ``{"ch3-l3": 0.9, "random": 0.1}``; or
        what changes over time, ``[(0, "random"), (0.5, "ch3-l3")]``.
    sharing : str
        'own': each layer gets back what it lost; or a name in :data:`netsparse.rewire.SHARING`, which shares all
        growth among the layers.
    zeta : float or Schedule
        Share of the links that an update removes.
    interval, unit : int, {'epochs', 'steps'}
        An update every so many epochs or steps.
    until : float
        Share of the training after which no update is made, and at which schedules end.
    replaces_step : bool
        Whether an update takes the place of the optimiser's step of its batch, or follows it.
    batches : int
        Evidence comes from this many last batches, their mean.
    early_stop : float, optional
        A layer whose overlap, links removed and regrown over links regrown, exceeds this keeps its topology from
        then on.
    stops_together : bool
        Whether layers stop only when all of them would.
    new_weights : str
        Weights of new links, a name in :data:`netsparse.generate.WEIGHTS`.
    returning : {'new', 'zero', 'old', 'historical'}
        What a link gets that is removed and regrown: a new weight, 0, the weight and momentum it had; or, whenever it
        was removed, its last weight.
    clean_up : str
        What becomes of neurons on no input-to-output path, a name in :data:`netsparse.rewire.CLEAN_UPS`.
    frozen_layers : sequence of int
        Layers whose topology no update changes; their weights go on learning.
    frozen_biases : sequence of int
        Layers whose biases are frozen, see :meth:`freeze`.

    Raises
    ------
    ValueError, TypeError
        That names the parameter.

    Examples
    --------
    >>> from netsparse.rewire import RECIPES, Recipe, Schedule
    >>> recipe = RECIPES["ch3-l3"].replace(zeta=Schedule(0.3, "cosine"), until=0.75)
    >>> recipe
    Recipe(zeta=0.3 to 0 (cosine), until=0.75)
    >>> Recipe.from_json(recipe.to_json()) == recipe
    True
    """

    start: Rule = _ERDOS_RENYI
    weights: str = "swi"
    density: Schedule | None = None
    distribution: str | tuple[float, ...] = "uniform"
    removal: Rule = _MAGNITUDE
    scope: str = "layer"
    pruning: Rule | None = None
    regrowth: Mixture = _CH3_L3
    sharing: str = "own"
    zeta: Schedule = _ZETA
    interval: int = 1
    unit: str = "epochs"
    until: float = 1.0
    replaces_step: bool = False
    batches: int = 1
    early_stop: float | None = None
    stops_together: bool = False
    new_weights: str = "kaiming"
    returning: str = "new"
    clean_up: str = "reach"
    frozen_layers: tuple[int, ...] = ()
    frozen_biases: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        checks = {
            "density": lambda value: None if value is None else checked_schedule("density", value, above=0, at_most=1),
            "distribution": checked_distribution,
            "start": checked_start,
            "removal": checked_removal,
            "pruning": lambda value: None if value is None else checked_removal(value),
            "regrowth": checked_regrowth,
            "zeta": lambda value: checked_schedule("zeta", value, at_least=0, at_most=1),
            "interval": lambda value: check_count("interval", value, at_least=1),
            "until": lambda value: check_number("until", value, at_least=0, at_most=1),
            "batches": lambda value: check_count("batches", value, at_least=1),
            "early_stop": lambda value: value if value is None else check_number("early_stop", value, at_least=0),
            "frozen_layers": checked_layers,
            "frozen_biases": checked_layers,
        }
        for name, check in checks.items():
            object.__setattr__(self, name, named(name, check, getattr(self, name)))
        self._check_names()
        self._check_together()

    @classmethod
    def of(cls, recipe: Recipe | str) -> Recipe:
        """Return a recipe given as such, or by its name in :data:`RECIPES`."""
        return recipe if isinstance(recipe, Recipe) else RECIPES[recipe]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recipe:
        """Return the recipe that :meth:`to_json` described; a field that is not given has its default.

        Raises
        ------
        FileFormatError
            If a field is unknown.
        """
        odd = sorted(set(values) - {field.name for field in dataclasses.fields(cls)})
        if odd:
            raise FileFormatError(f"a recipe has no {', '.join(odd)}")
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults as plain JSON values; :meth:`from_json` is the inverse."""
        return {name: plain(value) for name, value in self._differences().items()}

    def replace(self, **changes: Any) -> Recipe:
        """Return a recipe with some fields changed."""
        odd = sorted(set(changes) - {field.name for field in dataclasses.fields(self)})
        if odd:
            raise InvalidType(f"a recipe has no {', '.join(odd)}")
        return dataclasses.replace(self, **changes)

    def freeze(self, network: NetworkLike) -> LayeredNetwork:
        """Return a network in which the biases of `frozen_biases` are frozen, as it is trained and rewired.

        Raises
        ------
        ValueError
            If the recipe freezes a layer that is not there.
        """
        network = as_network(network)
        for name in ("frozen_layers", "frozen_biases"):
            check_positions(name, getattr(self, name), len(network.layers))
        return network.with_layers(
            layer.freeze(biases=np.arange(layer.shape[1])) if index in self.frozen_biases else layer
            for index, layer in enumerate(network.layers)
        )

    @property
    def is_static(self) -> bool:
        """Whether no update is ever made."""
        return self.until == 0

    @property
    def changes_density(self) -> bool:
        """Whether updates change the number of links."""
        return self.density is not None and not self.density.is_constant

    @property
    def remembers_weights(self) -> bool:
        """Whether updates keep the last weight of links that are gone."""
        return self.returning == "historical"

    def needs(self) -> dict[str, frozenset[str]]:
        """Return what kinds of evidence each rule asks for, of those that ask for any."""
        removals = {f"removal {rule.name!r}": REMOVAL.entry(rule.name) for rule in (self.removal, self.pruning) if rule}
        regrowths = {f"regrowth {rule.name!r}": REGROWTH.entry(rule.name) for rule in self.regrowth.rules}
        sharing = {} if self.sharing == "own" else {f"sharing {self.sharing!r}": SHARING.entry(self.sharing)}
        return {rule: entry.needs for rule, entry in {**removals, **regrowths, **sharing}.items() if entry.needs}

    def updates_after(self, step: int, steps_per_epoch: int, epochs: int) -> bool:
        """Return whether an update is due at a step of the training, counted from 1.

        With unit 'epochs' it follows the last step of every `interval`-th of the first floor(until x epochs) epochs;
        with unit 'steps' every `interval`-th step before the share `until` of all steps is reached.

        Examples
        --------
        >>> from netsparse.rewire import Recipe
        >>> recipe = Recipe(until=0.75, interval=10, unit="steps")
        >>> [step for step in range(1, 41) if recipe.updates_after(step, 10, 4)]
        [10, 20]
        """
        if self.unit == "steps":
            return step % self.interval == 0 and step < self.until * steps_per_epoch * epochs - 1e-9
        epoch, rest = divmod(step, steps_per_epoch)
        return rest == 0 and epoch % self.interval == 0 and 0 < epoch <= floor_share(self.until, epochs)

    def _check_names(self) -> None:
        for name, registry in {"weights": WEIGHTS, "new_weights": WEIGHTS, "clean_up": CLEAN_UPS}.items():
            if getattr(self, name) not in registry:
                raise unknown(name, getattr(self, name), registry)
        if self.sharing != "own" and self.sharing not in SHARING:
            raise unknown("sharing", self.sharing, ["own", *SHARING])
        if self.weights == "zero":
            raise InvalidValue("weights must not be 'zero': a network of zeros cannot learn")
        for name, known in {"scope": SCOPES, "unit": UNITS, "returning": RETURNING}.items():
            if getattr(self, name) not in known:
                raise unknown(name, getattr(self, name), known)
        for name in ("replaces_step", "stops_together"):
            if not isinstance(getattr(self, name), bool):
                raise InvalidType(f"{name} must be true or false, got {getattr(self, name)!r}")

    def _check_together(self) -> None:
        """Refuse fields that contradict each other."""
        for name, rule in {"removal": self.removal, "pruning": self.pruning}.items():
            if rule and self.scope == "network" and not isinstance(REMOVAL[rule.name], ByImportance):
                raise InvalidValue(f"scope 'network' needs an order of links, which {name} {rule.name!r} is not")
        if self.replaces_step and self.interval == 1 and self.unit == "steps":
            raise InvalidValue("replaces_step with an update at every step leaves no step to learn by: raise interval")
        if self.pruning and not self.changes_density:
            raise InvalidValue("pruning lowers the density: give density a schedule")

    def _differences(self) -> dict[str, Any]:
        fields = dataclasses.fields(self)
        return {f.name: getattr(self, f.name) for f in fields if getattr(self, f.name) != f.default}

    def __repr__(self) -> str:
        return f"Recipe({', '.join(f'{name}={value}' for name, value in self._differences().items())})"
