"""The methods by name. A new one is a function in its family's file and an entry here."""

from __future__ import annotations

from netsparse.linkpred import contributions
from netsparse.linkpred.method import Chance, Method
from netsparse.linkpred.neighbour_score import NeighbourScore
from netsparse.linkpred.node_score import NodeScore
from netsparse.linkpred.path_score import PathScore
from netsparse.linkpred.preferential_attachment import PreferentialAttachment
from netsparse.linkpred.structural_perturbation import StructuralPerturbation
from netsparse.registry import Registry

_ADAPTIVE = "A. Muscoloni, U. Michieli, C. V. Cannistraci, Adaptive network automata modelling, Preprints 2020."
_LOCAL = "A. Muscoloni, I. Abdelhamid, C. V. Cannistraci, bioRxiv 346916, 2018."
_BRAIN = "Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025."
_SECOND = "A. Muscoloni, C. V. Cannistraci, Cannistraci-Hebb network automata, public code NSIforPPI, 2026."

METHODS: Registry[Method] = Registry("link prediction method")
METHODS.register(
    "l3",
    PathScore(contributions.count, internal=False),
    summary="Number of paths of length 3 between the neurons.",
    source="I. A. Kovács et al., Nature Communications 10, 1240, 2019.",
)
METHODS.register(
    "ra-l3",
    PathScore(contributions.resource_allocation, internal=False),
    summary="Paths of length 3, each divided by the square root of its inner degrees.",
    source=_LOCAL,
)
METHODS.register(
    "ch1-l3",
    PathScore(contributions.cannistraci_hebb_1),
    summary="Paths of length 3, each times the geometric mean of its inner nodes' i / d.",
    source=_LOCAL,
)
METHODS.register(
    "ch2-l3",
    PathScore(contributions.cannistraci_hebb_2),
    summary="Paths of length 3, each times the geometric mean of its inner nodes' (1 + i) / (1 + e).",
    source=_LOCAL,
)
METHODS.register(
    "ch3-l3",
    PathScore(contributions.cannistraci_hebb_3),
    summary="Paths of length 3, each divided by the square root of its inner external degrees.",
    source=_ADAPTIVE,
)
METHODS.register(
    "ch3.1-l3",
    PathScore(contributions.cannistraci_hebb_3_1),
    summary="As ch2-l3, external degrees weighing the more the larger they are.",
    source=_SECOND,
)
METHODS.register(
    "ilcl-l3",
    PathScore(contributions.local_community_links),
    summary="Paths of length 3, each times the geometric mean of its inner nodes' i / (1 + i).",
    source=_LOCAL,
)
METHODS.register(
    "ch2-l3n",
    NodeScore(contributions.cannistraci_hebb_2),
    summary="Nodes on paths of length 3, each once, times (1 + i) / (1 + e): their internal and external degrees.",
    source=_BRAIN,
)
METHODS.register(
    "ch3-l3n",
    NodeScore(contributions.cannistraci_hebb_3),
    summary="Nodes on paths of length 3, each once, divided by its external degree plus 1.",
    source=_BRAIN,
)
METHODS.register(
    "ra-l2",
    NeighbourScore(contributions.resource_allocation, internal=False),
    summary="Common neighbours, each divided by its degree; monopartite graphs only.",
    source="T. Zhou, L. Lü, Y.-C. Zhang, European Physical Journal B 71, 623-630, 2009.",
)
METHODS.register(
    "ch2-l2",
    NeighbourScore(contributions.cannistraci_hebb_2),
    summary="Common neighbours, each times (1 + i) / (1 + e); monopartite graphs only.",
    source=_LOCAL,
)
METHODS.register(
    "ch3-l2",
    NeighbourScore(contributions.cannistraci_hebb_3),
    summary="Common neighbours, each divided by its external degree plus 1; monopartite graphs only.",
    source=_ADAPTIVE,
)
METHODS.register(
    "ch3.1-l2",
    NeighbourScore(contributions.cannistraci_hebb_3_1),
    summary="As ch2-l2, external degrees weighing the more the larger they are; monopartite graphs only.",
    source=_SECOND,
)
METHODS.register(
    "preferential-attachment",
    PreferentialAttachment(),
    summary="Product of the degrees of the two ends: a baseline.",
    source="A.-L. Barabási, R. Albert, Science 286, 509-512, 1999.",
)
METHODS.register(
    "structural-perturbation",
    StructuralPerturbation(),
    summary="What eigenvectors without a tenth of the links expect, averaged over 10 choices: small graphs only.",
    source="L. Lü, L. Pan, T. Zhou, Y.-C. Zhang, H. E. Stanley, PNAS 112, 2325-2330, 2015.",
)
METHODS.register("random", Chance(), summary="All non-links alike: a baseline.")
