"""The methods by name. A new one is a function in its family's file and an entry here."""

from __future__ import annotations

from netsparse.errors import unknown
from netsparse.linkpred import weights
from netsparse.linkpred.path_score import PathScore

METHODS = {
    "l3": PathScore(weights.count, internal=False),
    "ra-l3": PathScore(weights.resource_allocation, internal=False),
    "ch3-l3": PathScore(weights.cannistraci_hebb_3),
}


def method_named(name: str) -> PathScore:
    """Return the method of that name, or raise the error that lists the names."""
    if name not in METHODS:
        raise unknown("link prediction method", name, METHODS)
    return METHODS[name]
