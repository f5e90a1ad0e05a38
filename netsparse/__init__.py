"""Sparse neural networks as graphs: train, rewire, percolate and break them.

The public rooms are submodules, loaded when first used, so that ``import netsparse`` costs little more than
``import scipy.sparse``.
"""

from __future__ import annotations

import importlib

from netsparse.errors import NetsparseError
from netsparse.graph.door import as_graph, as_layer, as_network
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

__version__ = "0.2.0.dev0"

_ROOMS = (
    "datasets", "generate", "graph", "importance", "linkpred", "measures", "nn", "percolation", "plot", "prune",
    "report", "rewire", "robustness", "study", "train",
)  # fmt: skip

__all__ = ["BipartiteLayer", "LayeredNetwork", "NetsparseError", "as_graph", "as_layer", "as_network", "load", *_ROOMS]


def __getattr__(name: str):
    if name in _ROOMS:
        return importlib.import_module(f"netsparse.{name}")
    if name == "load":
        from netsparse.graph.files import load

        return load
    raise AttributeError(f"module 'netsparse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_ROOMS, "load"])
