"""Directed reachability, percolation curves, their theory and the optimal cuts."""

from __future__ import annotations

from netsparse.percolation.curves import PercolationCurve, Point, curve
from netsparse.percolation.cut import MinimumCut, minimum_cut
from netsparse.percolation.deep import deep_limit, deep_threshold
from netsparse.percolation.disconnected import DisconnectedReport, remove_disconnected
from netsparse.percolation.reachability import active_neurons
from netsparse.percolation.scaling import ThresholdFit, collapse, collapse_quality, fit_threshold
from netsparse.percolation.simulation import compare_with_simulation
from netsparse.percolation.survivors import Survival, survival
from netsparse.percolation.theory import Messages, expected_curve, message_passing

__all__ = [
    "DisconnectedReport",
    "Messages",
    "MinimumCut",
    "PercolationCurve",
    "Point",
    "Survival",
    "ThresholdFit",
    "active_neurons",
    "collapse",
    "collapse_quality",
    "compare_with_simulation",
    "curve",
    "deep_limit",
    "deep_threshold",
    "expected_curve",
    "fit_threshold",
    "message_passing",
    "minimum_cut",
    "remove_disconnected",
    "survival",
]
