"""Initial topologies and initial weights."""

from __future__ import annotations

from netsparse.generate.densities import DISTRIBUTIONS, layer_densities
from netsparse.generate.links import random_links
from netsparse.generate.null_models import (
    NULL_MODELS,
    NullModel,
    curveball,
    mixing_rounds,
    permute_weights,
    redraw_links,
)
from netsparse.generate.random_network import erdos_renyi, initial
from netsparse.generate.starts import STARTS
from netsparse.generate.weights import WEIGHTS, draw_weights

__all__ = [
    "DISTRIBUTIONS",
    "NULL_MODELS",
    "STARTS",
    "WEIGHTS",
    "NullModel",
    "curveball",
    "draw_weights",
    "erdos_renyi",
    "initial",
    "layer_densities",
    "mixing_rounds",
    "permute_weights",
    "random_links",
    "redraw_links",
]
