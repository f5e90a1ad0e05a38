"""Pictures: every function takes ``ax=None`` and returns the Axes; none shows anything."""

from __future__ import annotations

from netsparse.plot.attack import attack_curves
from netsparse.plot.comparison import paired_differences
from netsparse.plot.courses import measure_course
from netsparse.plot.degree_tails import degree_ccdf
from netsparse.plot.diagrams import persistence_diagram
from netsparse.plot.discs import hyperbolic_disc
from netsparse.plot.history import accuracy_history, update_times
from netsparse.plot.matrices import community_matrix, pixel_paths
from netsparse.plot.networks import network
from netsparse.plot.percolation import percolation_curves
from netsparse.plot.stages import update_stages
from netsparse.plot.style import figure, legend_above, save
from netsparse.plot.weights import weight_density

__all__ = [
    "accuracy_history",
    "attack_curves",
    "community_matrix",
    "degree_ccdf",
    "figure",
    "hyperbolic_disc",
    "legend_above",
    "measure_course",
    "network",
    "paired_differences",
    "percolation_curves",
    "persistence_diagram",
    "pixel_paths",
    "save",
    "update_stages",
    "update_times",
    "weight_density",
]
