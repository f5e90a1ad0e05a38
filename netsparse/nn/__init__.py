"""The torch adapter: graph to module, module to graph, rewiring of both, and the engines that train them."""

from __future__ import annotations

from netsparse.nn.backend import BACKENDS, choose_backend
from netsparse.nn.checkpoints import from_module
from netsparse.nn.engines import ENGINES, engine
from netsparse.nn.feedforward import FeedForward, to_module, to_network
from netsparse.nn.frozen import keep_frozen
from netsparse.nn.masked import MaskedLinear, masks
from netsparse.nn.rewirer import Rewirer
from netsparse.nn.rewiring import apply_update
from netsparse.nn.shrink_report import ShrinkReport
from netsparse.nn.shrinking import shrink
from netsparse.nn.sparse import SparseLinear
from netsparse.nn.sparsifying import SparsifyReport, sparsify
from netsparse.nn.weight_readers import refuse_readers

__all__ = [
    "BACKENDS",
    "ENGINES",
    "FeedForward",
    "MaskedLinear",
    "Rewirer",
    "ShrinkReport",
    "SparseLinear",
    "SparsifyReport",
    "apply_update",
    "choose_backend",
    "engine",
    "from_module",
    "keep_frozen",
    "masks",
    "shrink",
    "sparsify",
    "to_module",
    "to_network",
]
