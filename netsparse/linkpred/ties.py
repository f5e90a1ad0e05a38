"""What decides between equal scores, by name. What it leaves equal is left to chance, never to the order of nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.method import Method
from netsparse.linkpred.pairs import Graph
from netsparse.linkpred.spcorr import SPcorr
from netsparse.registry import Registry


class TieBreaking(Protocol):
    """A way of breaking ties."""

    def refined(self, graph: Graph, method: Method, stream: Iterable[Candidates]) -> Iterable[Candidates]:
        """Return the candidates with scores that are less often equal; numpy orders complex ones part by part."""


class ByChance:
    """Equal scores are equally likely to come first."""

    def refined(self, graph: Graph, method: Method, stream: Iterable[Candidates]) -> Iterable[Candidates]:
        """Return the candidates as they are: what selects them breaks ties at random."""
        return stream


_NSI = "A. Muscoloni, C. V. Cannistraci, public code NSIforPPI, 2026."
_CHA = "A. Muscoloni, U. Michieli, C. V. Cannistraci, Adaptive network automata modelling, Preprints 2020."
_CHT = "Y. Zhang et al., public code Cannistraci-Hebb-training, an option that was removed."

TIES: Registry[TieBreaking] = Registry("ties")
"""Ways of breaking ties."""
TIES.register("random", ByChance(), summary="Uniformly at random.")
TIES.register(
    "spcorr-pearson",
    SPcorr(),
    summary="By the Pearson correlation of shortest-path distances, links as long as min + max - s.",
    source=_NSI,
)
TIES.register(
    "spcorr-spearman",
    SPcorr(inverse=True, ranks=True),
    summary="By the Spearman correlation of shortest-path distances, links 1 / (1 + s) long.",
    source=_CHA,
)
TIES.register(
    "spcorr-zeros",
    SPcorr(ranks=True, zeros_only=True),
    summary="Among scores of 0 only, by the Spearman correlation of shortest-path distances.",
    source=_CHT,
)
