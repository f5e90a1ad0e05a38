"""What a run remembers between two updates: plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from netsparse.errors import FileFormatError
from netsparse.graph import as_network
from netsparse.graph.door import NetworkLike
from netsparse.graph.keys import layer_keys
from netsparse.rewire.recipe import Recipe

_OWN = "own/"
_PER_LAYER = ("past_links", "past_weights", "ever_alive")

Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class State:
    """What a run remembers between updates; immutable, a new one comes from each :func:`netsparse.rewire.step`.

    A link is remembered by its key, row x columns + column, which rewiring does not change.

    Attributes
    ----------
    updates : int
        Updates made so far.
    progress : float
        Progress of training at the last of them.
    stopped : numpy.ndarray of bool, shape (layers,)
        Layers whose overlap has been above the recipe's threshold.
    past_links, past_weights : tuple of numpy.ndarray, optional
        Per layer, ascending keys of links that are gone and the last weight of each, if the recipe brings it back.
    ever_alive : tuple of numpy.ndarray of int64, optional
        Per layer, ascending keys of all links that there ever were, if asked for.
    own : mapping of str to numpy.ndarray
        What rules keep for themselves.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), 0.4, rng=0)
    >>> state = ns.rewire.State.start(network, "rlr")
    >>> network, state, _ = ns.rewire.step(network, state, "rlr", progress=0.1, rng=0)
    >>> state
    State(updates=1, progress=0.1, stopped=none)
    """

    updates: int
    progress: float
    stopped: np.ndarray
    past_links: Arrays | None = None
    past_weights: Arrays | None = None
    ever_alive: Arrays | None = None
    own: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.stopped, *(array for name in _PER_LAYER for array in getattr(self, name) or ())):
            array.setflags(write=False)
        object.__setattr__(self, "own", MappingProxyType({name: _read_only(v) for name, v in self.own.items()}))

    @classmethod
    def start(cls, network: NetworkLike, recipe: Any, *, ever_alive: bool = False) -> State:
        """Return the state before the first update of a network by a recipe.

        Parameters
        ----------
        network : LayeredNetwork
            Or what :func:`netsparse.graph.as_network` takes.
        recipe : Recipe or str
        ever_alive : bool, default False
            Whether all links that there ever were are remembered.
        """
        network = as_network(network)
        recipe = Recipe.of(recipe)
        layers = network.layers
        return cls(
            updates=0,
            progress=0.0,
            stopped=np.zeros(len(layers), dtype=bool),
            past_links=tuple(_no_keys() for _ in layers) if recipe.remembers_weights else None,
            past_weights=tuple(np.empty(0, layer.dtype) for layer in layers) if recipe.remembers_weights else None,
            ever_alive=tuple(map(layer_keys, layers)) if ever_alive else None,
        )

    def replace(self, **changes: Any) -> State:
        """Return a state with some attributes changed."""
        return replace(self, **changes)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the state as named arrays, for a checkpoint; :meth:`from_arrays` reads them back exactly."""
        arrays = {
            "updates": np.array(self.updates),
            "progress": np.array(self.progress),
            "stopped": self.stopped,
            **{f"{name}/{i}": part for name in _PER_LAYER for i, part in enumerate(getattr(self, name) or ())},
        }
        return arrays | {_OWN + name: array for name, array in self.own.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> State:
        """Return the state that :meth:`to_arrays` described.

        Raises
        ------
        FileFormatError
            If an array is missing or of another kind.
        """
        try:
            stopped = np.array(arrays["stopped"])
            names = [name for name in _PER_LAYER if f"{name}/0" in arrays]
            parts = {name: tuple(np.array(arrays[f"{name}/{i}"]) for i in range(stopped.size)) for name in names}
            own = {name.removeprefix(_OWN): np.array(v) for name, v in arrays.items() if name.startswith(_OWN)}
            updates, progress = int(arrays["updates"]), float(arrays["progress"])
        except (KeyError, TypeError, ValueError) as error:
            raise FileFormatError(f"these arrays are no state of a rewiring: {error}") from None
        if stopped.dtype != bool or stopped.ndim != 1:
            raise FileFormatError(f"these arrays are no state of a rewiring: stopped is {stopped.dtype}")
        return cls(updates=updates, progress=progress, stopped=stopped, **parts, own=own)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, State):
            return NotImplemented
        mine, theirs = self.to_arrays(), other.to_arrays()
        return mine.keys() == theirs.keys() and all(
            v.dtype == theirs[name].dtype and np.array_equal(v, theirs[name]) for name, v in mine.items()
        )

    __hash__ = None  # arrays have none

    def __repr__(self) -> str:
        stopped = ", ".join(map(str, np.flatnonzero(self.stopped))) or "none"
        return f"State(updates={self.updates}, progress={self.progress:g}, stopped={stopped})"


def _no_keys() -> np.ndarray:
    return np.empty(0, dtype=np.int64)


def _read_only(array: np.ndarray) -> np.ndarray:
    array = np.array(array)
    array.setflags(write=False)
    return array
