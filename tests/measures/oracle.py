"""Layers and numbers of the reference implementations."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np

from netsparse import BipartiteLayer, LayeredNetwork

FOLDER = Path(__file__).parents[1] / "oracles"


@cache
def read(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def layer_of(graph: dict) -> BipartiteLayer:
    """Return the layer of an oracle's rows, columns and links, all weights 1."""
    return from_pairs(graph["links"], (graph["rows"], graph["columns"]))


def from_pairs(links: list, shape: tuple[int, int]) -> BipartiteLayer:
    pairs = np.array(links, dtype=np.int64).reshape(-1, 2)
    return BipartiteLayer.from_links(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), shape)


def network_of(graph: dict) -> LayeredNetwork:
    sizes = graph["sizes"]
    shapes = zip(sizes, sizes[1:], strict=False)
    return LayeredNetwork([from_pairs(links, shape) for links, shape in zip(graph["layers"], shapes, strict=True)])


def number(value: float | None) -> float:
    """Return a number of an oracle, which writes None where it is undefined."""
    return math.nan if value is None else value
