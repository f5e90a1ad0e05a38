"""Measures of sparse networks as graphs, each with its formula, range and degenerate cases.

Many were defined for graphs of one kind of nodes. How they are carried over to a layer, whose two sides are never
linked within, is netsparse's choice wherever the literature leaves it open; each docstring says what is computed.
"""

from __future__ import annotations

from netsparse.measures.assigned_paths import CreditPaths, credit_assigned_paths, credit_paths
from netsparse.measures.cells import NullComparison, compare_with_null
from netsparse.measures.community_search import Communities, barber_modularity, communities, modularity
from netsparse.measures.consistency import consistency_of_removal, perturbed_scores, structural_consistency
from netsparse.measures.cores import core_numbers, k_core, meta_depth_cores, singular_values, spectral_gap, three_walks
from netsparse.measures.correlation import assortativity, assortativity_symmetric
from netsparse.measures.degree_laws import meta_depth_radial, power_law, power_law_p, power_law_rivals
from netsparse.measures.distances import PathLengths, path_lengths, paths
from netsparse.measures.distributions import degree, degrees, distribution, strength, strengths
from netsparse.measures.embedding import LENGTHS, REDUCTIONS, Embedding, coalescent_embedding
from netsparse.measures.inequality import density, gini, pq_index
from netsparse.measures.local_community import (
    LocalCommunities,
    lcp_corr,
    lcp_corr_graph,
    local_communities,
    local_communities_graph,
)
from netsparse.measures.navigation import GreedyRouting, greedy_routing, navigability, separability_of_communities
from netsparse.measures.neurons import neuron_strength, neuron_strengths
from netsparse.measures.overlap import four_cycles, latapy, latapy_of_neurons, nodf, robins_alexander, three_paths
from netsparse.measures.persistence import (
    Persistence,
    bottleneck_matrix,
    deep_graph_persistence,
    deep_persistence,
    layer_persistence,
    neural_persistence,
)
from netsparse.measures.power_laws import LikelihoodRatio, PowerLaw, compare_power_law, fit_power_law
from netsparse.measures.pq import pq_index_of
from netsparse.measures.reachability import active_neuron_share, percolation_threshold
from netsparse.measures.registry import MEASURES, Measure, Value, register, undefined
from netsparse.measures.separability import Separability, angular_separability
from netsparse.measures.small_worlds import SmallWorldness, small_world, small_worldness
from netsparse.measures.tables import table
from netsparse.measures.tails import RIVALS

__all__ = [
    "LENGTHS",
    "MEASURES",
    "REDUCTIONS",
    "RIVALS",
    "Communities",
    "CreditPaths",
    "Embedding",
    "GreedyRouting",
    "LikelihoodRatio",
    "LocalCommunities",
    "Measure",
    "NullComparison",
    "PathLengths",
    "Persistence",
    "PowerLaw",
    "Separability",
    "SmallWorldness",
    "Value",
    "active_neuron_share",
    "angular_separability",
    "assortativity",
    "assortativity_symmetric",
    "barber_modularity",
    "bottleneck_matrix",
    "coalescent_embedding",
    "communities",
    "compare_power_law",
    "compare_with_null",
    "consistency_of_removal",
    "core_numbers",
    "credit_assigned_paths",
    "credit_paths",
    "deep_graph_persistence",
    "deep_persistence",
    "degree",
    "degrees",
    "density",
    "distribution",
    "fit_power_law",
    "four_cycles",
    "gini",
    "greedy_routing",
    "k_core",
    "latapy",
    "latapy_of_neurons",
    "layer_persistence",
    "lcp_corr",
    "lcp_corr_graph",
    "local_communities",
    "local_communities_graph",
    "meta_depth_cores",
    "meta_depth_radial",
    "modularity",
    "navigability",
    "neural_persistence",
    "neuron_strength",
    "neuron_strengths",
    "nodf",
    "path_lengths",
    "paths",
    "percolation_threshold",
    "perturbed_scores",
    "power_law",
    "power_law_p",
    "power_law_rivals",
    "pq_index",
    "pq_index_of",
    "register",
    "robins_alexander",
    "separability_of_communities",
    "singular_values",
    "small_world",
    "small_worldness",
    "spectral_gap",
    "strength",
    "strengths",
    "structural_consistency",
    "table",
    "three_paths",
    "three_walks",
    "undefined",
]
