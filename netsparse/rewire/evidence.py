"""What a rule may see beside the network: gradients, signals, whatever its provider computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import BipartiteLayer, LayeredNetwork, check_network
from netsparse.registry import Registry, needs
from netsparse.rewire.missing import largest_gradients

Values = Sequence[np.ndarray] | Callable[[], Sequence[np.ndarray]]

_LINK_BLOCK = 1 << 22  # products of signals and deltas at a time


@needs("signals", "deltas")
def gradients(layer: BipartiteLayer, *, evidence: LayerEvidence) -> np.ndarray:
    """Gradient of the loss with respect to each link, in CSR order."""
    found = np.empty(layer.n_links, dtype=evidence.signals.dtype)
    rows, columns = layer.rows, layer.columns
    size = max(1, _LINK_BLOCK // len(evidence.signals))
    for first in range(0, layer.n_links, size):
        part = slice(first, first + size)
        found[part] = np.einsum("sk,sk->k", evidence.signals[:, rows[part]], evidence.deltas[:, columns[part]])
    return found


@needs("signals", "deltas")
def missing(layer: BipartiteLayer, *, evidence: LayerEvidence) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Function ``(layer, n, *, rng)`` that finds the n missing links of largest absolute dense gradient."""

    def best(layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return largest_gradients(layer, n, evidence.signals, evidence.deltas, rng=rng)

    return best


@needs("signals")
def input_statistics(layer: BipartiteLayer, *, evidence: LayerEvidence) -> dict[str, np.ndarray]:
    """Mean and deviation, over the samples, of what each row of the layer emits."""
    return {"mean": evidence.signals.mean(axis=0), "deviation": evidence.signals.std(axis=0)}


PROVIDERS: Registry[Callable[..., Any]] = Registry(
    "evidence", {"gradients": gradients, "missing": missing, "input-statistics": input_statistics}
)
"""Evidence that follows from other evidence: functions ``(layer, *, evidence)`` that declare what they need."""

_GIVEN = {
    "signals": "what the rows of a layer emit for each sample of a batch",
    "deltas": "the gradient of the loss with respect to the sum of each column",
    "momentum": "the momentum of missing links, which only layers of backend 'masked' have",
}


class Evidence:
    """What the rules of an update may see, computed when it is first asked for.

    Parameters
    ----------
    network : LayeredNetwork
        The network that is to be rewired: evidence by link is in its CSR order.
    **given : sequence of array_like, or function that returns one
        By kind of evidence (a hyphen is written as an underscore) an array per layer. ``gradients`` by link,
        ``signals`` (samples, rows), ``deltas`` (samples, columns), and whatever rules of your own need. What is not
        given follows from the rest where a provider is registered (:data:`netsparse.rewire.PROVIDERS`).

    Raises
    ------
    ValueError
        When something is asked for that was not given and does not follow.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [2.0, 2.0], shape=(2, 2))
    >>> network = ns.LayeredNetwork([layer])
    >>> evidence = ns.rewire.Evidence(network, signals=[np.ones((1, 2))], deltas=[np.array([[0.5, -0.5]])])
    >>> evidence.of_layer(0, {"gradients"}).gradients
    array([ 0.5, -0.5])
    """

    def __init__(self, network: LayeredNetwork, **given: Values):
        check_network(network)
        self.network = network
        self._given = {name.replace("_", "-"): values for name, values in given.items()}
        self._known: dict[tuple[str, int], Any] = {}

    def can_give(self, kind: str) -> bool:
        """Tell whether a kind of evidence was given, or follows from what was."""
        if kind in self._given:
            return True
        return kind in PROVIDERS and all(map(self.can_give, PROVIDERS.entry(kind).needs))

    def check(self, kinds: Iterable[str], rule: str) -> None:
        """Raise a `ValueError` that names the rule unless all kinds can be given; nothing is computed."""
        for kind in sorted(kinds):
            if not self.can_give(kind):
                raise InvalidValue(f"{rule} needs evidence of kind {kind!r}: {_how_to_give(kind)}")

    def of_layer(self, index: int, kinds: Iterable[str], positions: np.ndarray | None = None) -> LayerEvidence:
        """Return what a rule that needs these kinds may see of a layer.

        `positions` are those of the links that the rule is shown, in CSR order: evidence by link is of these, and 0
        where the position is -1, that of a new link.
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
            provider = PROVIDERS.entry(kind)
            return provider.value(layer, evidence=self.of_layer(index, provider.needs))
        values = self._given[kind]
        if callable(values):
            values = self._given[kind] = values()
        if len(values) != len(self.network.layers):
            raise InvalidValue(f"{kind} must be an array per layer, {len(self.network.layers)}, got {len(values)}")
        return _checked(kind, values[index], index, layer)


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
        if kind != "gradients" or self._positions is None:
            return value
        return np.where(self._positions < 0, 0, value[self._positions])  # a link that has just grown has none


class NetworkEvidence:
    """What one rule may see of all layers: the attributes of :class:`LayerEvidence`, as a list."""

    def __init__(self, layers: list[LayerEvidence]):
        self._layers = layers

    def __getattr__(self, name: str) -> list[Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return [getattr(layer, name) for layer in self._layers]


def _checked(kind: str, value: Any, index: int, layer: BipartiteLayer) -> Any:
    """Return given evidence of a known shape as an array, or raise an error that says which layer it does not fit."""
    if kind not in ("gradients", "signals", "deltas"):
        return value
    value = np.asarray(value)
    shape = {"gradients": (layer.n_links,), "signals": (None, layer.shape[0]), "deltas": (None, layer.shape[1])}[kind]
    fits = (value.ndim == len(shape) and value.shape[-1] == shape[-1] and value.shape[0] > 0) or value.shape == shape
    if not fits or value.dtype.kind != "f":
        words = ", ".join("samples" if size is None else str(size) for size in shape)
        raise InvalidValue(
            f"{kind} of layer {index} must be floats of shape ({words}), got {value.dtype} {value.shape}"
        )
    if not np.isfinite(value).all():
        raise InvalidValue(f"{kind} of layer {index} hold NaN or infinite values")
    return value


def _how_to_give(kind: str) -> str:
    if kind in PROVIDERS:
        wanted = " and ".join(sorted(PROVIDERS.entry(kind).needs))
        return f"give Evidence(network, {wanted.replace(' and ', '=..., ')}=...), of a batch of samples"
    return f"give {_GIVEN.get(kind, 'it')} as Evidence(network, {kind.replace('-', '_')}=...)"
