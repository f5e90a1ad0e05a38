"""What a rule may see beside the network: gradients, signals, whatever its provider computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue, unknown
from netsparse.graph import as_network
from netsparse.graph.door import NetworkLike
from netsparse.rewire.kinds import KINDS

Values = Sequence[Any] | Callable[[], Sequence[Any]]


class Evidence:
    """What the rules of an update may see, computed when it is first asked for.

    Parameters
    ----------
    network : LayeredNetwork
        The network that is to be rewired: evidence by link is in its CSR order.
    **given : sequence of array_like, or function that returns one
        By kind of evidence (a hyphen is written as an underscore) an array per layer. ``gradients`` by link,
        ``signals`` (samples, rows), ``deltas`` (samples, columns), and whatever rules of your own need: every kind is
        in :data:`netsparse.rewire.KINDS`. What is not given follows from the rest where the kind has a provider.

    Raises
    ------
    ValueError
        If a kind is unknown; and when something is asked for that was not given and does not follow.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [2.0, 2.0], shape=(2, 2))
    >>> network = ns.LayeredNetwork([layer])
    >>> evidence = ns.rewire.Evidence(network, signals=[np.ones((1, 2))], deltas=[np.array([[0.5, -0.5]])])
    >>> evidence.of_layer(0, {"gradients"}).gradients
    array([ 0.5, -0.5])
    """

    def __init__(self, network: NetworkLike, **given: Values):
        network = as_network(network)
        self.network = network
        self._given = {name.replace("_", "-"): values for name, values in given.items()}
        for kind in self._given.keys() - set(KINDS):
            raise unknown("kind of evidence", kind, KINDS)
        self._known: dict[tuple[str, int], Any] = {}

    def can_give(self, kind: str) -> bool:
        """Tell whether a kind of evidence was given, or follows from what was."""
        if kind in self._given:
            return True
        return kind in KINDS and KINDS[kind].provider is not None and all(map(self.can_give, KINDS.entry(kind).needs))

    def check(self, kinds: Iterable[str], rule: str) -> None:
        """Raise a `ValueError` that names the rule unless all kinds can be given; nothing is computed."""
        for kind in sorted(kinds):
            if not self.can_give(kind):
                raise InvalidValue(f"{rule} needs evidence of kind {kind!r}: {_how_to_give(kind)}")

    def of_layer(self, index: int, kinds: Iterable[str], positions: np.ndarray | None = None) -> LayerEvidence:
        """Return what a rule that needs these kinds may see of a layer.

        `positions` are those of the links that the rule is shown, in CSR order: evidence by link is brought to these,
        as :class:`netsparse.rewire.Kind` says; -1 is that of a new link.
        """
        return LayerEvidence(self, index, frozenset(kinds), positions)

    def of_network(self, kinds: Iterable[str], positions: Sequence[np.ndarray]) -> NetworkEvidence:
        """Return what a rule that needs these kinds may see of all layers, and of which of their links."""
        return NetworkEvidence([self.of_layer(i, kinds, shown) for i, shown in enumerate(positions)])

    def value(self, kind: str, index: int) -> Any:
        """Return one kind of evidence about one layer, computed at its first use."""
        key = kind, index
        if key not in self._known:
            self._known[key] = self._computed(kind, index)
        return self._known[key]

    def _computed(self, kind: str, index: int) -> Any:
        layer = self.network.layers[index]
        if kind not in self._given:
            self.check([kind], "this")
            entry = KINDS.entry(kind)
            found = entry.value.provider(layer, evidence=self.of_layer(index, entry.needs))
            return entry.value.checked(kind, found, layer, index)
        values = self._given[kind]
        if callable(values):
            values = self._given[kind] = values()
        if len(values) != len(self.network.layers):
            raise InvalidValue(f"{kind} must be an array per layer, {len(self.network.layers)}, got {len(values)}")
        return KINDS[kind].checked(kind, values[index], layer, index)


class LayerEvidence:
    """What one rule may see of one layer: attributes by the kinds that it declared, a hyphen as an underscore."""

    def __init__(self, evidence: Evidence, index: int, kinds: frozenset[str], positions: np.ndarray | None):
        self._evidence, self._index, self._kinds, self._positions = evidence, index, kinds, positions

    def __getattr__(self, name: str) -> Any:
        kind = name.replace("_", "-")
        if name.startswith("_"):
            raise AttributeError(name)
        if kind not in self._kinds:
            declared = ", ".join(sorted(self._kinds)) or "nothing"
            raise AttributeError(f"the rule did not declare that it needs {kind!r}: it declared {declared}")
        value = self._evidence.value(kind, self._index)
        return value if self._positions is None else KINDS[kind].of_links(value, self._positions)


class NetworkEvidence:
    """What one rule may see of all layers: the attributes of :class:`LayerEvidence`, as a list."""

    def __init__(self, layers: list[LayerEvidence]):
        self._layers = layers

    def __getattr__(self, name: str) -> list[Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return [getattr(layer, name) for layer in self._layers]


def _how_to_give(kind: str) -> str:
    if kind not in KINDS:
        return f"there is none; known: {', '.join(sorted(KINDS))}"
    entry = KINDS.entry(kind)
    if entry.value.provider is None:
        return f"give Evidence(network, {kind.replace('-', '_')}=...). {entry.summary}"
    return f"give Evidence(network, {', '.join(f'{name}=...' for name in sorted(entry.needs))}), of a batch of samples"
