"""What a distance between flows is worth: how far networks are apart that have nothing to do with each other."""

from __future__ import annotations

import copy
import math
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from netsparse.graph import LayeredNetwork
from netsparse.prune.flows import (
    GradientFlow,
    InformationFlow,
    as_module,
    flow_distance,
    gradient_flow,
    information_flow,
)
from netsparse.prune.masking import mask_of, parameter_of, prunable_layers


class NullDistances(NamedTuple):
    """Distances of a flow to those of networks that learned nothing from the same source.

    Attributes
    ----------
    initialised : float
        To the same architecture and masks, with weights drawn anew.
    permuted : float
        To the network with the units of each hidden layer in another order than the next layer expects.
    """

    initialised: float
    permuted: float


def null_distances(
    flow: InformationFlow | GradientFlow, model: nn.Module | LayeredNetwork, probe, *, rng=None, **options
) -> NullDistances:
    """Return how far a flow is from the flows of two null models of a network: below that, a distance says little.

    Parameters
    ----------
    flow : InformationFlow or GradientFlow
        What the network's own flow is compared with, that of the trained dense network, say.
    model : torch.nn.Module or LayeredNetwork
        The network, with its masks; left as it is.
    probe
        As the flow was measured with.
    rng : numpy.random.Generator or seed, optional
    **options
        Of :func:`netsparse.prune.flow_distance`.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 4, 3), 0.5, rng=0)
    >>> x = np.random.default_rng(0).normal(size=(50, 6))
    >>> flow = ns.prune.information_flow(network, x)
    >>> min(ns.prune.null_distances(flow, network, x, form="frobenius", rng=0)) > 0.1
    True
    """
    rng, module = np.random.default_rng(rng), as_module(model)
    measure = gradient_flow if isinstance(flow, GradientFlow) else information_flow
    nulls = initialised_anew(module, rng), permuted(module, rng)
    return NullDistances(*(flow_distance(measure(null, probe), flow, **options) for null in nulls))


def initialised_anew(model: nn.Module, rng: np.random.Generator) -> nn.Module:
    """Return a copy whose weights and biases are uniform in +- 1 / sqrt(inputs of a unit), as torch starts them."""
    twin = copy.deepcopy(model)
    for layer in prunable_layers(twin).values():
        weight = parameter_of(layer)
        bound = 1 / math.sqrt(max(1, math.prod(weight.shape[1:])))
        with torch.no_grad():
            for tensor in (weight, layer.bias):
                if tensor is not None:
                    tensor.copy_(torch.as_tensor(rng.uniform(-bound, bound, tuple(tensor.shape))))
            weight.masked_fill_(~mask_of(layer), 0)
    return twin


def permuted(model: nn.Module, rng: np.random.Generator) -> nn.Module:
    """Return a copy with the units of each layer but the last in a random order, which the next layer does not know."""
    twin = copy.deepcopy(model)
    for layer in list(prunable_layers(twin).values())[:-1]:
        weight, mask = parameter_of(layer), mask_of(layer)
        order = torch.as_tensor(rng.permutation(len(weight)), device=weight.device)
        with torch.no_grad():
            for tensor in (weight, mask, layer.bias):
                if tensor is not None:
                    tensor.copy_(tensor[order].clone())
    return twin
