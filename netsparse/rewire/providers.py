"""Evidence that follows from the signals and deltas of a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from netsparse.graph import BipartiteLayer
from netsparse.rewire.kinds import KINDS
from netsparse.rewire.missing import largest_gradients

if TYPE_CHECKING:
    from netsparse.rewire.evidence import LayerEvidence

_LINK_BLOCK = 1 << 22  # products of signals and deltas at a time


@KINDS.register("gradients", axes="links", needs={"signals", "deltas"}, floats=True)
def gradients(layer: BipartiteLayer, *, evidence: LayerEvidence) -> np.ndarray:
    """Gradient of the loss with respect to each link, in CSR order."""
    found = np.empty(layer.n_links, dtype=evidence.signals.dtype)
    rows, columns = layer.rows, layer.columns
    size = max(1, _LINK_BLOCK // len(evidence.signals))
    for first in range(0, layer.n_links, size):
        part = slice(first, first + size)
        found[part] = np.einsum("sk,sk->k", evidence.signals[:, rows[part]], evidence.deltas[:, columns[part]])
    return found


@KINDS.register("missing", axes="missing", needs={"signals", "deltas"})
def missing(layer: BipartiteLayer, *, evidence: LayerEvidence) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Function ``(layer, n, *, rng)`` that finds the n missing links of largest absolute dense gradient."""

    def best(layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return largest_gradients(layer, n, evidence.signals, evidence.deltas, rng=rng)

    return best


@KINDS.register("input-statistics", axes="rows", needs={"signals"})
def input_statistics(layer: BipartiteLayer, *, evidence: LayerEvidence) -> dict[str, np.ndarray]:
    """Mean and deviation, over the samples, of what each row of the layer emits."""
    return {"mean": evidence.signals.mean(axis=0), "deviation": evidence.signals.std(axis=0)}
