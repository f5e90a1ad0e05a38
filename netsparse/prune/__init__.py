"""Iterative pruning: scores, scopes, counts, rewinding, stop rules, and how signals and gradients flow meanwhile."""

from __future__ import annotations

from netsparse.prune.counting import COUNTS, Density, Geometric, Rate, Sap
from netsparse.prune.flows import GradientFlow, InformationFlow, flow_distance, gradient_flow, information_flow
from netsparse.prune.loop import Pruned, iterate
from netsparse.prune.masking import Masks
from netsparse.prune.models import MODELS, make_model
from netsparse.prune.nulls import NullDistances, null_distances
from netsparse.prune.recipe import RECIPES, Recipe
from netsparse.prune.rewinding import REWINDING
from netsparse.prune.sap import SapCount, sap_count
from netsparse.prune.scoring import SCORES, scores
from netsparse.prune.selection import SCOPES, Selection, select
from netsparse.prune.stopping import STOPS, Accuracy, Epochs, GradientStop, InformationStop

from netsparse.prune import recipes  # isort: skip

__all__ = [
    "COUNTS",
    "MODELS",
    "RECIPES",
    "REWINDING",
    "SCOPES",
    "SCORES",
    "STOPS",
    "Accuracy",
    "Density",
    "Epochs",
    "Geometric",
    "GradientFlow",
    "GradientStop",
    "InformationFlow",
    "InformationStop",
    "Masks",
    "NullDistances",
    "Pruned",
    "Rate",
    "Recipe",
    "Sap",
    "SapCount",
    "Selection",
    "flow_distance",
    "gradient_flow",
    "information_flow",
    "iterate",
    "make_model",
    "null_distances",
    "sap_count",
    "scores",
    "select",
]
