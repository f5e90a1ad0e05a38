"""A recipe of iterative pruning: what is pruned, how much, where training goes on from, and when it is enough."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from netsparse.errors import InvalidType, InvalidValue, check_count, check_number
from netsparse.prune.counting import Count, Rate
from netsparse.prune.rewinding import REWINDING
from netsparse.prune.scoring import SCORES
from netsparse.prune.selection import SCOPES
from netsparse.prune.stopping import Epochs, Stop
from netsparse.registry import Registry
from netsparse.rewire import Schedule

RECIPES: Registry[Recipe] = Registry("pruning recipe")
"""Named recipes with their published defaults; each is a value that :meth:`Recipe.replace` varies."""

_RATE, _STOP, _LR = Rate(), (Epochs(20),), Schedule(0.01)


@dataclass(frozen=True, kw_only=True, repr=False)
class Recipe:
    """How a network is pruned, round after round: a frozen, validated value.

    Training of the dense network, then rounds of pruning, rewinding and retraining.

    Parameters
    ----------
    score : str
        What a weight is worth, a name in :data:`netsparse.prune.SCORES`.
    scope : str
        Which weights compete, a name in :data:`netsparse.prune.SCOPES`.
    count : Count
        How many go: :class:`Rate`, :class:`Sap`, :class:`Density`, :class:`Geometric`.
    minimum : int
        Links that each layer keeps at the least; with 0, a layer that would lose its last is an error.
    rounds : int
        Prunings that are each followed by retraining.
    steps : int
        Prunings in a row in each round, each with new scores.
    dense_epochs : int
        Epochs of the dense network before it is pruned.
    rewind : str
        What the weights go back to, a name in :data:`netsparse.prune.REWINDING`.
    rewind_step : int
        With 'step': the step of the dense training, from 0, whose state is returned to.
    stop : tuple of Stop
        When retraining is enough, whichever comes first; one of them is :class:`Epochs`, and schedules end there.
    check_every : int
        Epochs between two looks at the stop rules.
    lr : float or netsparse.rewire.Schedule
        Learning rate, over the steps of a training.
    momentum, nesterov, weight_decay, batch_size
        Of stochastic gradient descent, as in ``torch.optim.SGD``; each training starts without momentum.

    Raises
    ------
    ValueError, TypeError
        That names the parameter.

    Examples
    --------
    >>> from netsparse import prune
    >>> prune.RECIPES["incop-gf"]
    Recipe(scope='global', count=Sap(p=1.0, q=2.0, eta=0.0, gamma=1.0, beta=0.9), rounds=14, dense_epochs=20,
    rewind='dense', stop=(Epochs(epochs=40), GradientStop(eps=0.5, metric='norm')), check_every=2, weight_decay=0.0005)
    """

    score: str = "magnitude"
    scope: str = "layer"
    count: Count = _RATE
    minimum: int = 0
    rounds: int = 1
    steps: int = 1
    dense_epochs: int = 0
    rewind: str = "none"
    rewind_step: int = 0
    stop: tuple[Stop, ...] = _STOP
    check_every: int = 1
    lr: Schedule = _LR
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    batch_size: int = 64

    def __post_init__(self) -> None:
        for name, registry in {"score": SCORES, "scope": SCOPES, "rewind": REWINDING}.items():
            registry.entry(getattr(self, name))
        least = {"minimum": 0, "rounds": 0, "steps": 1, "dense_epochs": 0, "rewind_step": 0}
        for name, at_least in {**least, "check_every": 1, "batch_size": 1}.items():
            check_count(name, getattr(self, name), at_least=at_least)
        check_number("momentum", self.momentum, at_least=0, below=1)
        check_number("weight_decay", self.weight_decay, at_least=0)
        object.__setattr__(self, "lr", Schedule.of(self.lr))
        for value in self.lr.values:
            check_number("lr", value, at_least=0)
        self._check_rules()

    @classmethod
    def of(cls, recipe: Recipe | str) -> Recipe:
        """Return a recipe given as such, or by its name in :data:`netsparse.prune.RECIPES`."""
        return recipe if isinstance(recipe, Recipe) else RECIPES[recipe]

    @property
    def epochs(self) -> int:
        """Epochs after which a retraining ends in any case."""
        return min(rule.epochs for rule in self.stop if isinstance(rule, Epochs))

    def replace(self, **changes: Any) -> Recipe:
        """Return a recipe with some fields changed."""
        odd = sorted(set(changes) - {field.name for field in dataclasses.fields(self)})
        if odd:
            raise InvalidType(f"a recipe has no {', '.join(odd)}", parameter=odd[0])
        return dataclasses.replace(self, **changes)

    def _check_rules(self) -> None:
        object.__setattr__(self, "stop", tuple(self.stop))
        if not callable(getattr(self.count, "of", None)):
            raise InvalidType(f"count must be a Rate, Sap, Density or the like, got {self.count!r}", parameter="count")
        if not all(callable(getattr(rule, "is_reached", None)) for rule in self.stop):
            raise InvalidType("stop must be a sequence of stop rules, such as Epochs(20)", parameter="stop")
        if not any(isinstance(rule, Epochs) for rule in self.stop):
            raise InvalidValue("stop must have Epochs among its rules, which end it in any case", parameter="stop")
        if self.nesterov and not self.momentum:
            raise InvalidValue("nesterov needs momentum", parameter="nesterov")

    def __repr__(self) -> str:
        fields = [(field.name, getattr(self, field.name), field.default) for field in dataclasses.fields(self)]
        shown = (f"{name}={str(value) if name == 'lr' else repr(value)}" for name, value, own in fields if value != own)
        return f"Recipe({', '.join(shown)})"
