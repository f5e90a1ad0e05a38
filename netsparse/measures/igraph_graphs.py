"""Layers as igraph graphs without attributes, and igraph's random numbers from ours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from netsparse.graph import BipartiteLayer

if TYPE_CHECKING:
    import igraph


def as_igraph(layer: BipartiteLayer) -> igraph.Graph:
    """Return the undirected graph of a layer, rows first; links in CSR order.

    Examples
    --------
    >>> import netsparse as ns
    >>> as_igraph(ns.BipartiteLayer.from_links([0], [1], [1.0], shape=(1, 2))).get_edgelist()
    [(0, 2)]
    """
    import igraph

    ends = np.column_stack([layer.rows.astype(np.int64), layer.columns.astype(np.int64) + layer.shape[0]])
    return igraph.Graph(n=sum(layer.shape), edges=ends)


@contextmanager
def igraph_seeded(rng: np.random.Generator) -> Iterator[None]:
    """Let igraph, whose generator is global, draw from one seeded by `rng`; afterwards from Python's again.

    Examples
    --------
    >>> import igraph, numpy as np
    >>> def draw():
    ...     with igraph_seeded(np.random.default_rng(0)):
    ...         return igraph.Graph.Erdos_Renyi(9, 0.5).get_edgelist()
    >>> draw() == draw()
    True
    """
    import igraph

    igraph.set_random_number_generator(random.Random(int(rng.integers(2**63))))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)
