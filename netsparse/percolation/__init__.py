"""Directed reachability, percolation curves, their theory and the optimal cuts."""

from __future__ import annotations

from netsparse.percolation.disconnected import DisconnectedReport, remove_disconnected
from netsparse.percolation.reachability import active_neurons

__all__ = ["DisconnectedReport", "active_neurons", "remove_disconnected"]
