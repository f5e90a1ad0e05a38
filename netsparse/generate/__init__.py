"""Initial topologies and initial weights."""

from __future__ import annotations

from netsparse.generate.densities import DISTRIBUTIONS, layer_densities
from netsparse.generate.links import random_links
from netsparse.generate.random_network import erdos_renyi, initial
from netsparse.generate.starts import STARTS
from netsparse.generate.weights import WEIGHTS, draw_weights

__all__ = [
    "DISTRIBUTIONS",
    "STARTS",
    "WEIGHTS",
    "draw_weights",
    "erdos_renyi",
    "initial",
    "layer_densities",
    "random_links",
]
