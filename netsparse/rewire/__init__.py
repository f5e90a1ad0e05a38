"""Topology updates: removal, clean-up, regrowth and new weights, composed by recipes."""

from __future__ import annotations

from netsparse.rewire.clean_up import CLEAN_UPS
from netsparse.rewire.evidence import Evidence
from netsparse.rewire.kinds import KINDS, Kind
from netsparse.rewire.mixture import Mixture
from netsparse.rewire.recipe import RECIPES, Recipe
from netsparse.rewire.record import LayerUpdate, TopologyUpdate
from netsparse.rewire.regrowth import REGROWTH
from netsparse.rewire.removal import REMOVAL
from netsparse.rewire.rule import Rule
from netsparse.rewire.schedule import SHAPES, Schedule
from netsparse.rewire.sharing import SHARING
from netsparse.rewire.state import State
from netsparse.rewire.steps import step
from netsparse.rewire.updates import update

from netsparse.rewire import gradient_removal, providers, recipes, signed_removal, soft_removal  # isort: skip

__all__ = [
    "CLEAN_UPS",
    "KINDS",
    "RECIPES",
    "REGROWTH",
    "REMOVAL",
    "SHAPES",
    "SHARING",
    "Evidence",
    "Kind",
    "LayerUpdate",
    "Mixture",
    "Recipe",
    "Rule",
    "Schedule",
    "State",
    "TopologyUpdate",
    "step",
    "update",
]
