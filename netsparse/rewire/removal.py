"""Which links of a layer go: removal rules, by name, and every order of netsparse.importance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.importance import LINKS, RECOMPUTED_LINKS, link_order, split_direction
from netsparse.importance.order import REVERSE
from netsparse.importance.ties import smallest
from netsparse.registry import Entry, Registry


@dataclass(frozen=True)
class ByImportance:
    """The removal that takes what an order of links lists first: the most important ones, or in reverse the least.

    Parameters
    ----------
    by : str
        A name in :data:`netsparse.importance.LINKS`.
    reverse : bool
        Whether the least important links go.
    """

    by: str
    reverse: bool

    def __call__(self, layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> np.ndarray:
        """Return the `n` links of a layer, by itself, that go: ascending positions, ties at the cut at random."""
        return smallest(self.signed(LINKS[self.by](LayeredNetwork([layer]), rng=rng))[0], n, rng=rng)

    def signed(self, values: list[np.ndarray]) -> list[np.ndarray]:
        """Return the importance of links with the sign that lets the smallest go first."""
        return values if self.reverse else [-value.astype(np.result_type(value, np.float32)) for value in values]


@dataclass(frozen=True)
class ByRecomputed:
    """The removal of one link after the other, always the most important one that is still there.

    Values change with every link that goes, so that those of different layers are not comparable: each layer is taken
    by itself, with the degrees that its own links give.

    Parameters
    ----------
    by : str
        A name in :data:`netsparse.importance.RECOMPUTED_LINKS`.
    """

    by: str

    def __call__(self, layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> np.ndarray:
        """Return the `n` links of a layer that go first: ascending positions, ties at random."""
        return np.sort(link_order(layer, self.by, rng=rng)[:n])


class Removals(Registry[Callable[..., np.ndarray]]):
    """Removal rules: those registered here, and every order that an importance of links gives."""

    def _find(self, name: str) -> Entry | None:
        by, reverse = split_direction(name)
        own = super()._find(name)
        if own is None and name in RECOMPUTED_LINKS:
            return _recomputed(name)
        return _order(by, reverse) if own is None and by in LINKS else own

    def _names(self) -> list[str]:
        orders = [*(name for by in LINKS for name in (by, REVERSE + by)), *RECOMPUTED_LINKS]
        return list(dict.fromkeys([*super()._names(), *orders]))


def _order(by: str, reverse: bool) -> Entry:
    about = LINKS.entry(by)
    name, words = (REVERSE + by, "Least important first") if reverse else (by, "Most important first")
    return Entry(name, ByImportance(by, reverse), about.needs, f"{words}: {about.summary}", about.source)


def _recomputed(name: str) -> Entry:
    about = RECOMPUTED_LINKS.entry(name)
    summary = "The most important link that is still there goes, one by one: the largest product of degrees."
    return Entry(name, ByRecomputed(name), about.needs, summary, about.source)


REMOVAL = Removals("removal")
"""Removal rules by name: functions ``(layer, n, *, ...) -> positions``, and ``ByImportance`` for every order."""
REMOVAL.register(
    "magnitude",
    ByImportance("weight", reverse=True),
    summary="The smallest absolute weights: another name of 'reverse-weight'.",
    source="D. C. Mocanu et al., Nature Communications 9, 2383, 2018.",
)
REMOVAL.register(
    "relative-magnitude",
    ByImportance("relative-weight", reverse=True),
    summary="The smallest relative importances: another name of 'reverse-relative-weight'.",
    source="Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107.",
)
