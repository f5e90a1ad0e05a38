"""Initial topologies and initial weights."""

from __future__ import annotations

from netsparse.generate.correlated import correlated_links
from netsparse.generate.degrees import DEGREES
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
from netsparse.generate.receptive_field import receptive_field_links
from netsparse.generate.regular import regular_links
from netsparse.generate.scale_free import scale_free_links
from netsparse.generate.small_world import small_world_links
from netsparse.generate.starts import STARTS
from netsparse.generate.weights import WEIGHTS, draw_weights

__all__ = [
    "DEGREES",
    "DISTRIBUTIONS",
    "NULL_MODELS",
    "STARTS",
    "WEIGHTS",
    "NullModel",
    "correlated_links",
    "curveball",
    "draw_weights",
    "erdos_renyi",
    "initial",
    "layer_densities",
    "mixing_rounds",
    "permute_weights",
    "random_links",
    "receptive_field_links",
    "redraw_links",
    "regular_links",
    "scale_free_links",
    "small_world_links",
]
