"""Iterative pruning: scores, scopes, counts, rewinding, stop rules, and how signals and gradients flow meanwhile."""

from __future__ import annotations

from netsparse.prune.counting import COUNTS, Density, Geometric, Rate, Sap
from netsparse.prune.masking import Masks
from netsparse.prune.pq import pq_index
from netsparse.prune.sap import SapCount, sap_count
from netsparse.prune.scoring import SCORES, scores
from netsparse.prune.selection import SCOPES, Selection, select

__all__ = [
    "COUNTS",
    "SCOPES",
    "SCORES",
    "Density",
    "Geometric",
    "Masks",
    "Rate",
    "Sap",
    "SapCount",
    "Selection",
    "pq_index",
    "sap_count",
    "scores",
    "select",
]
