"""Ways to break a network, and its accuracy on the way down."""

from __future__ import annotations

from netsparse.robustness.attacks import ATTACKS, PAPER, Attack, get_attack, in_order
from netsparse.robustness.curves import curve, n_states
from netsparse.robustness.inputs import add_input_noise, fgsm, pgd
from netsparse.robustness.removal import prune_links, remove_neurons
from netsparse.robustness.summaries import area, bootstrap_interval, collapse, summary
from netsparse.robustness.weights import add_weight_noise, flip_signs, quantise_weights, shuffle_weights

__all__ = [
    "ATTACKS",
    "PAPER",
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
    "in_order",
    "n_states",
    "pgd",
    "prune_links",
    "quantise_weights",
    "remove_neurons",
    "shuffle_weights",
    "summary",
]
