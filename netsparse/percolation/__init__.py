"""Directed reachability, percolation curves, their theory and the optimal cuts."""

from __future__ import annotations

from netsparse.percolation.curve import PercolationCurve, curve
from netsparse.percolation.disconnected import DisconnectedReport, remove_disconnected
from netsparse.percolation.reachability import active_neurons
from netsparse.percolation.survival import Survival, survival

__all__ = [
    "DisconnectedReport",
    "PercolationCurve",
    "Survival",
    "active_neurons",
    "curve",
    "remove_disconnected",
    "survival",
]
