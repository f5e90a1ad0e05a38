"""The settings of a training run: one frozen, validated value, and the named presets."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from netsparse.errors import FileFormatError, InvalidType, check_count, check_number, unknown
from netsparse.registry import Registry, is_place
from netsparse.train.schedule import LR_SCHEDULES, STATIC

if TYPE_CHECKING:
    from netsparse.rewire import Recipe

BACKENDS = ("auto", "sparse", "masked")  # as in netsparse.nn, which imports torch

PRESETS: Registry[Mapping[str, Any]] = Registry("preset")
PRESETS.register(
    "default",
    MappingProxyType(
        {
            "epochs": 30,
            "batch_size": 64,
            "lr": 0.05,
            "lr_schedule": "linear",
            "momentum": 0.9,
            "weight_decay": 5e-4,
            "zeta": 0.3,
            "rewire_until": 0.75,
            "init": "swi",
            "init_regrown": "kaiming",
        }
    ),
    summary="Falling learning rate, updates in the first three quarters: the best accuracy.",
)
PRESETS.register(
    "paper",
    MappingProxyType(
        {
            "epochs": 100,
            "batch_size": 64,
            "lr": 0.02,
            "lr_schedule": "constant",
            "momentum": 0.9,
            "weight_decay": 5e-4,
            "zeta": 0.1,
            "rewire_until": 1.0,
            "init": "kaiming",
            "init_regrown": "kaiming",
        }
    ),
    summary="As in the study of robustness: constant learning rate, updates to the end.",
    source="arXiv:2602.21961",
)
_DEFAULT = PRESETS["default"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that decides how a network is made and trained; a run is a function of it and the data.

    Every field is a flag of ``netsparse train``, and the errors name it as the flag.

    Parameters
    ----------
    dataset : str
        Name of a data set, or path of an ``.npz`` file; see :mod:`netsparse.datasets`.
    hidden : sequence of int
        Sizes of the hidden layers.
    density : float in (0, 1]
        Of each sparse layer; the readout is dense.
    recipe : str, optional
        A name in :data:`netsparse.rewire.RECIPES`, varied by the fields from `removal` to `rewire_until`, `init` and
        `init_regrown`; :meth:`from_preset` gives these the recipe's values first.
    removal : str
        Which links go: a name in :data:`netsparse.rewire.REMOVAL`.
    regrowth : str
        How removed links are replaced: a name in :data:`netsparse.rewire.REGROWTH`; 'none' keeps the topology as it
        is, 'recipe' mixes rules as the recipe does.
    zeta : float in [0, 1]
        Share of the links of each sparse layer that an update removes.
    keep_disconnected : bool
        Keep the links of neurons that lie on no input-to-output path.
    rewire_until : float in [0, 1]
        Updates follow the first ``floor(rewire_until * epochs)`` epochs.
    epochs, batch_size : int
    lr : float
        Learning rate at the start.
    lr_schedule : {'constant', 'linear'}
        See :data:`netsparse.train.LR_SCHEDULES`.
    momentum, weight_decay : float
        As in ``torch.optim.SGD``; the decay applies to weights and biases.
    init : {'kaiming', 'swi'}
        Distribution of the initial weights. SWI makes a 1 % dense network learn from the first steps on.
    init_regrown : {'kaiming', 'swi'}
        Distribution of the weights of regrown links. SWI's large ones disturb a network that has learned.
    validation : float in [0, 1)
        Share of the training images that is held out, never trained on.
    backend : {'auto', 'sparse', 'masked'}
    seed : int
        Same seed, same result, on one machine and number of threads.
    threads : int
    snapshots : int
        Keep the network of every so many epochs; 0 keeps none.

    Raises
    ------
    ValueError, TypeError
        For a value out of its range, not finite, of the wrong type, or an unknown name.

    Examples
    --------
    >>> from netsparse.train import Settings
    >>> settings = Settings(hidden=[100], epochs=3)
    >>> settings.hidden, settings.lr
    ((100,), 0.05)
    >>> Settings(lr=-1)
    Traceback (most recent call last):
    netsparse.errors.InvalidValue: --lr must be finite and above 0, got -1
    """

    dataset: str = "fashion-mnist-6k"
    hidden: tuple[int, ...] = (1000, 1000, 1000)
    density: float = 0.01
    recipe: str | None = None
    removal: str = "magnitude"
    regrowth: str = "ch3-l3"
    zeta: float = _DEFAULT["zeta"]
    keep_disconnected: bool = False
    rewire_until: float = _DEFAULT["rewire_until"]
    epochs: int = _DEFAULT["epochs"]
    batch_size: int = _DEFAULT["batch_size"]
    lr: float = _DEFAULT["lr"]
    lr_schedule: str = _DEFAULT["lr_schedule"]
    momentum: float = _DEFAULT["momentum"]
    weight_decay: float = _DEFAULT["weight_decay"]
    init: str = _DEFAULT["init"]
    init_regrown: str = _DEFAULT["init_regrown"]
    validation: float = 0.0
    backend: str = "auto"
    seed: int = 0
    threads: int = 1
    snapshots: int = 0

    def __post_init__(self) -> None:
        checked = {"hidden": _checked_sizes(self.hidden)}
        checked |= {name: check_number(flag(name), getattr(self, name), **bounds) for name, bounds in _NUMBERS}
        checked |= {name: _checked_count(flag(name), getattr(self, name), least) for name, least in _COUNTS}
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        self._check_names()

    @classmethod
    def from_preset(cls, preset: str, **explicit: Any) -> Settings:
        """Return the settings of a preset and, if one is named, of a recipe; an explicit value wins over both.

        Examples
        --------
        >>> from netsparse.train import Settings
        >>> settings = Settings.from_preset('paper', zeta=0.2)
        >>> settings.zeta, settings.lr_schedule
        (0.2, 'constant')
        """
        return cls(**layered(preset, explicit))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings that :meth:`to_json` described; a missing or unknown field is an error."""
        names = {field.name for field in dataclasses.fields(cls)}
        values = {**_LATER, **values}
        if set(values) != names:
            missing, odd = (", ".join(sorted(part)) or "none" for part in (names - set(values), set(values) - names))
            raise FileFormatError(f"these are no settings of a run: missing fields {missing}; unknown fields {odd}")
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values; :meth:`from_json` reads them back exactly."""
        return {**dataclasses.asdict(self), "hidden": list(self.hidden)}

    def to_recipe(self) -> Recipe:
        """Return how the topology changes in this run, see :class:`netsparse.rewire.Recipe`.

        Examples
        --------
        >>> from netsparse.train import Settings
        >>> Settings.from_preset("default", recipe="rlr", zeta=0.1).to_recipe()
        Recipe(regrowth=random, zeta=0.1, until=0.75)
        """
        from netsparse.train.recipe import recipe_of

        return recipe_of(self)

    def differences(self, other: Settings) -> list[str]:
        """Return the names of the fields in which `other` differs."""
        return [name for name, value in self.to_json().items() if other.to_json()[name] != value]

    def _check_names(self) -> None:
        from netsparse.generate import WEIGHTS
        from netsparse.rewire import RECIPES, REGROWTH, REMOVAL
        from netsparse.train.recipe import AS_RECIPE

        if self.recipe is not None and self.recipe not in RECIPES:
            raise unknown(flag("recipe"), self.recipe, RECIPES)
        known = {
            "removal": [*REMOVAL],
            "regrowth": [*REGROWTH, STATIC, *([AS_RECIPE] if self.recipe else [])],
            "lr_schedule": LR_SCHEDULES,
            "init": [name for name in WEIGHTS if name != "zero"],
            "init_regrown": WEIGHTS,
            "backend": BACKENDS,
        }
        for name, names in known.items():
            # Code of the user's own that a folder names is data until it is to run.
            own_code = name in ("removal", "regrowth") and is_place(getattr(self, name))
            if getattr(self, name) not in names and not own_code:
                raise unknown(flag(name), getattr(self, name), names)
        if not isinstance(self.dataset, str) or not self.dataset:
            raise InvalidType(f"{flag('dataset')} must be the name of a data set, got {self.dataset!r}")
        if not isinstance(self.keep_disconnected, bool):
            raise InvalidType(f"{flag('keep_disconnected')} must be true or false, got {self.keep_disconnected!r}")


_NUMBERS: tuple[tuple[str, dict[str, float]], ...] = (
    ("density", {"above": 0, "at_most": 1}),
    ("zeta", {"at_least": 0, "at_most": 1}),
    ("rewire_until", {"at_least": 0, "at_most": 1}),
    ("lr", {"above": 0}),
    ("momentum", {"at_least": 0, "below": 1}),
    ("weight_decay", {"at_least": 0}),
    ("validation", {"at_least": 0, "below": 1}),
)
_COUNTS = (("epochs", 1), ("batch_size", 1), ("seed", 0), ("threads", 1), ("snapshots", 0))


_LATER = {"recipe": None, "removal": "magnitude"}  # what the settings of 0.1.0 do not have


def flag(name: str) -> str:
    """Return the command-line flag of a field.

    >>> flag('batch_size')
    '--batch-size'
    """
    return "--" + name.replace("_", "-")


def preset_values(preset: str) -> Mapping[str, Any]:
    """Return the fields that a preset fixes, or raise an error that lists the presets."""
    return PRESETS[preset]


def layered(preset: str | None, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a preset, then of the recipe that `explicit` names, then the explicit ones: the last wins.

    A preset says batch, rate, epochs and decay, a recipe start, weights and rewiring.
    """
    from netsparse.train.recipe import recipe_values

    of_preset = preset_values(preset) if preset is not None else {}
    of_recipe = recipe_values(explicit["recipe"]) if explicit.get("recipe") is not None else {}
    return {**of_preset, **of_recipe, **explicit}


def _checked_sizes(sizes: Any) -> tuple[int, ...]:
    if isinstance(sizes, str) or not hasattr(sizes, "__iter__"):
        raise InvalidType(f"--hidden must be a sequence of layer sizes, got {sizes!r}")
    return tuple(_checked_count("--hidden", size, 1) for size in sizes)


def _checked_count(name: str, value: Any, at_least: int) -> int:
    if not isinstance(value, Integral):  # NaN and infinity cannot even be compared with a whole number
        raise InvalidType(f"{name} must be a whole number, got {value!r}")
    return check_count(name, value, at_least=at_least)
