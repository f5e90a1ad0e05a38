"""A number per link or per neuron, and the orders that follow from it: written once for attacks, rewiring, pruning."""

from __future__ import annotations

from netsparse.importance.link_values import LINKS, links
from netsparse.importance.neuron_values import NEURONS, neurons
from netsparse.importance.order import fixed_neurons, link_order, neuron_order, order_names, split_direction
from netsparse.importance.recomputed import RECOMPUTED_LINKS, RECOMPUTED_NEURONS

__all__ = [
    "LINKS",
    "NEURONS",
    "RECOMPUTED_LINKS",
    "RECOMPUTED_NEURONS",
    "fixed_neurons",
    "link_order",
    "links",
    "neuron_order",
    "neurons",
    "order_names",
    "split_direction",
]
