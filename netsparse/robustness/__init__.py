"""Ways to break a network, and its accuracy on the way down."""

from __future__ import annotations

import warnings

from netsparse.robustness.attacks import ATTACKS, Attack, get_attack, in_order
from netsparse.robustness.curves import curve, n_states
from netsparse.robustness.groups import ATTACK_GROUPS, get_attacks
from netsparse.robustness.inputs import add_input_noise, fgsm, pgd
from netsparse.robustness.names import present_names
from netsparse.robustness.removal import prune_links, remove_neurons
from netsparse.robustness.summaries import area, bootstrap_interval, collapse, summary
from netsparse.robustness.weights import add_weight_noise, flip_signs, quantise_weights, shuffle_weights

__all__ = [
    "ATTACKS",
    "ATTACK_GROUPS",
    "Attack",
    "add_input_noise",
    "add_weight_noise",
    "area",
    "bootstrap_interval",
    "collapse",
    "curve",
    "fgsm",
    "flip_signs",
    "get_attack",
    "get_attacks",
    "in_order",
    "n_states",
    "pgd",
    "present_names",
    "prune_links",
    "quantise_weights",
    "remove_neurons",
    "shuffle_weights",
    "summary",
]


def __getattr__(name: str):
    if name == "PAPER":
        warnings.warn("PAPER is now ATTACK_GROUPS['robustness-paper']", DeprecationWarning, stacklevel=2)
        return ATTACK_GROUPS["robustness-paper"]
    raise AttributeError(f"module 'netsparse.robustness' has no attribute {name!r}")
