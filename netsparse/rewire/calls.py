"""How an update calls a rule: with the links it may see, the evidence it declared, and nothing else."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.graph.keys import layer_keys
from netsparse.registry import Entry, declared
from netsparse.rewire.evidence import Evidence
from netsparse.rewire.recipe import Recipe
from netsparse.rewire.rule import Rule


@dataclass(eq=False)
class Caller:
    """What one update offers to its rules.

    Attributes
    ----------
    evidence : Evidence
        About the network that the update started from.
    recipe : Recipe
    progress : float
    rng : numpy.random.Generator
    memory : dict of str to numpy.ndarray
        What rules keep for themselves from update to update.
    origins : list of numpy.ndarray of int64
        Per layer, for each link there is by now its position in that network; -1 for a new one.
    """

    evidence: Evidence
    recipe: Recipe
    progress: float
    rng: np.random.Generator
    memory: dict[str, np.ndarray]
    origins: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origins = [np.arange(layer.n_links) for layer in self.evidence.network.layers]

    def lose(self, gone: list[np.ndarray]) -> None:
        """Note that links, given by their positions per layer, are there no more."""
        self.origins = [
            np.delete(origin, positions) if positions.size else origin
            for origin, positions in zip(self.origins, gone, strict=True)
        ]

    def call(
        self,
        entry: Entry,
        rule: Rule,
        layer: BipartiteLayer,
        n: int,
        network: LayeredNetwork,
        index: int,
        shown: np.ndarray | None = None,
    ) -> Any:
        """Return what a rule chooses in a layer; `shown` are the positions, in the network's layer, of its links."""
        origins = self.origins[index] if shown is None else self.origins[index][shown]
        added = layer.n_links - origins.size
        if added:  # grown a moment ago, by another rule
            origins = _origins_among(layer, network.layers[index], origins)
        offered = {
            "evidence": self.evidence.of_layer(index, entry.needs, origins),
            "index": index,
            **self._offered(network, rule, f"{rule.name}/{index}/"),
        }
        return entry.value(layer, n, **declared(entry.value, offered))

    def call_for_network(self, entry: Entry, rule: Rule, function: Any, network: LayeredNetwork) -> Any:
        """Return what a rule that looks at the whole network makes of it."""
        offered = {
            "evidence": self.evidence.of_network(entry.needs, self.origins),
            **self._offered(network, rule, f"{rule.name}/"),
        }
        return function(network, **declared(function, offered))

    def _offered(self, network: LayeredNetwork, rule: Rule, own: str) -> dict[str, Any]:
        return {
            "memory": Memory(self.memory, own),
            "network": network,
            "progress": self.progress,
            "rng": self.rng,
            **rule.options_at(self.progress, self.recipe.until),
        }


class Memory(MutableMapping):
    """The arrays that one rule keeps about one layer: a view of those of all rules."""

    def __init__(self, arrays: dict[str, np.ndarray], own: str):
        self._arrays, self._own = arrays, own

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[self._own + name]

    def __setitem__(self, name: str, array: np.ndarray) -> None:
        self._arrays[self._own + name] = np.array(array)

    def __delitem__(self, name: str) -> None:
        del self._arrays[self._own + name]

    def __iter__(self):
        return (name.removeprefix(self._own) for name in list(self._arrays) if name.startswith(self._own))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _origins_among(layer: BipartiteLayer, before: BipartiteLayer, origins: np.ndarray) -> np.ndarray:
    """Return the origins of a layer's links, of which those that were not there before have none."""
    found = np.full(layer.n_links, -1)
    found[np.searchsorted(layer_keys(layer), layer_keys(before))] = origins
    return found
