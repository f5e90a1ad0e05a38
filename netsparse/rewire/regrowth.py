"""Which non-links of a layer become links: regrowth rules, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from netsparse.generate import random_links
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred import METHODS, top_links
from netsparse.registry import Registry

Links = tuple[np.ndarray, np.ndarray]


def at_random(layer: BipartiteLayer, n: int, *, rng: np.random.Generator) -> Links:
    """Return `n` distinct non-links of the layer, uniformly at random (random link regrowth, RLR).

    Parameters
    ----------
    layer : BipartiteLayer
        What is left of the layer: every non-link is a candidate, a link that was just removed included.
    n : int
        At most the number of non-links.
    rng : numpy.random.Generator

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [1.0, 1.0, 1.0], shape=(2, 2))
    >>> ns.rewire.REGROWTH['random'](layer, 1, rng=np.random.default_rng(0))
    (array([1]), array([1]))
    """
    return random_links(layer.shape, n, absent_from=layer, rng=rng)


def predicted(
    layer: BipartiteLayer,
    n: int,
    *,
    method: str,
    selection: str = "top",
    ties: str = "random",
    rng: np.random.Generator,
) -> Links:
    """Return `n` non-links that link prediction by `method` ranks first, or draws in proportion to their scores.

    Parameters and result as in :func:`at_random`; see :func:`netsparse.linkpred.top_links`.
    """
    rows, columns, _ = top_links(layer, n, method, selection=selection, ties=ties, rng=rng)
    return rows, columns


REGROWTH: Registry[Callable[..., Links]] = Registry("regrowth")
"""Regrowth rules by name: functions ``(layer, n, *, rng, evidence, ...) -> (rows, columns)``."""

REGROWTH.register("random", at_random)
for _method in METHODS:
    _entry = METHODS.entry(_method)
    if _method in REGROWTH or not _entry.value.on_layers:
        continue
    REGROWTH.register(
        _method, partial(predicted, method=_method), summary=f"Best of: {_entry.summary}", source=_entry.source
    )


@REGROWTH.register("gradient", needs={"missing"})
def by_gradient(layer: BipartiteLayer, n: int, *, evidence, rng: np.random.Generator) -> Links:
    """Return the `n` non-links of largest absolute dense gradient, ties at random (RigL).

    Parameters and result as in :func:`at_random`; `evidence` is of a batch of samples.

    References
    ----------
    .. [1] U. Evci et al., Rigging the lottery: making all tickets winners, ICML 2020.
    """
    return evidence.missing(layer, n, rng=rng)
