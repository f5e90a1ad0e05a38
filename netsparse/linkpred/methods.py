"""The methods by name. A new one is a function in its family's file and an entry here."""

from __future__ import annotations

from netsparse.linkpred import weights
from netsparse.linkpred.path_score import PathScore
from netsparse.registry import Registry

METHODS: Registry[PathScore] = Registry("link prediction method")
METHODS.register(
    "l3",
    PathScore(weights.count, internal=False),
    summary="Number of paths of length 3 between the neurons.",
    source="I. A. Kovács et al., Nature Communications 10, 1240, 2019.",
)
METHODS.register(
    "ra-l3",
    PathScore(weights.resource_allocation, internal=False),
    summary="Paths of length 3, each divided by the square root of its inner degrees.",
    source="A. Muscoloni, I. Abdelhamid, C. V. Cannistraci, bioRxiv 346916, 2018.",
)
METHODS.register(
    "ch3-l3",
    PathScore(weights.cannistraci_hebb_3),
    summary="Paths of length 3, each divided by the square root of its inner external degrees.",
    source="A. Muscoloni, U. Michieli, C. V. Cannistraci, Adaptive network automata modelling, Preprints 2020.",
)
