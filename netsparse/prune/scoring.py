"""How much each weight is worth keeping: arrays in, arrays out; the derivatives come from autograd."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch import nn

from netsparse.errors import InvalidType
from netsparse.prune.batches import BATCH_SIZE, Probe
from netsparse.prune.derivatives import hessian_products, mean_gradients, synaptic_flows
from netsparse.prune.masking import prunable_layers, weight_of
from netsparse.registry import Registry, declared

Arrays = list[np.ndarray]

SCORES: Registry[Callable[..., Arrays]] = Registry("score")
"""What a weight is worth: a function of the weights, layer by layer, and of the keyword arguments that it declares."""


@SCORES.register("magnitude")
def magnitude(weights: Arrays) -> Arrays:
    """Absolute weights."""
    return [np.abs(weight) for weight in weights]


@SCORES.register("weight-gradient", needs={"gradients"})
def weight_gradient(weights: Arrays, *, gradients: Arrays) -> Arrays:
    """Size of weight times gradient: the change of the loss, to first order, if the weight goes [1]_.

    References
    ----------
    .. [1] M. C. Mozer, P. Smolensky, Skeletonization, NeurIPS 1988.
    """
    return [np.abs(weight * gradient) for weight, gradient in zip(weights, gradients, strict=True)]


@SCORES.register("snip", needs={"gradients"})
def snip(weights: Arrays, *, gradients: Arrays) -> Arrays:
    """Size of weight times gradient over its sum in all layers: the sensitivity of the connection [1]_.

    References
    ----------
    .. [1] N. Lee et al., SNIP: single-shot network pruning based on connection sensitivity, ICLR 2019.
    """
    sizes = weight_gradient(weights, gradients=gradients)
    total = sum(size.sum() for size in sizes)
    return [size / total if total > 0 else size for size in sizes]


@SCORES.register("grasp", needs={"hessian_products"})
def grasp(weights: Arrays, *, hessian_products: Arrays) -> Arrays:
    """w (H g): by how much the squared norm of the gradient falls, to first order and halved, if the weight goes [1]_.

    The loss is that of the outputs themselves, without the temperature of 200 of the released code.

    References
    ----------
    .. [1] C. Wang, G. Zhang, R. Grosse, Picking winning tickets before training by preserving gradient flow,
       ICLR 2020.
    """
    return [weight * product for weight, product in zip(weights, hessian_products, strict=True)]


@SCORES.register("synflow", needs={"synaptic_flows"})
def synflow(weights: Arrays, *, synaptic_flows: Arrays) -> Arrays:
    """|w| dR/d|w|, R the sum over all input-to-output paths of the product of their |w| [1]_.

    References
    ----------
    .. [1] H. Tanaka et al., Pruning neural networks without any data by iteratively conserving synaptic flow,
       NeurIPS 2020.
    """
    return [np.abs(weight) * flow for weight, flow in zip(weights, synaptic_flows, strict=True)]


@SCORES.register("random")
def random(weights: Arrays, *, rng: np.random.Generator) -> Arrays:
    """Uniform numbers from [0, 1)."""
    return [rng.random(weight.shape) for weight in weights]


def scores(model: nn.Module, by: str, probe=None, *, batch_size: int = BATCH_SIZE, rng=None) -> Arrays:
    """Return how much each weight of a module is worth keeping: the smallest are pruned first.

    Parameters
    ----------
    model : torch.nn.Module
        With ``Linear``, ``Conv`` or :class:`netsparse.nn.MaskedLinear` layers; left as it is.
    by : str
        A name in :data:`netsparse.prune.SCORES`. What it declares of ``gradients`` (of the mean cross-entropy over
        the probe), ``hessian_products`` (H times these), ``synaptic_flows`` and ``rng`` is computed and given to it.
    probe : array_like, pair (x, y) or netsparse.datasets.Samples, optional
        Samples for the derivatives; of synaptic flow only the shape of one counts.
    batch_size : int
        Samples at a time; of no influence beyond rounding.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    list of numpy.ndarray of float64
        For each layer in the order of registration, in the shape of its weight; of no meaning off the masks.

    Raises
    ------
    ValueError, TypeError
        If the score is unknown, or needs a probe that is not given.

    Notes
    -----
    In evaluation mode; gradients cost a forward and a backward pass over the probe, Hessian products twice that.

    Examples
    --------
    >>> import torch
    >>> from netsparse import prune
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 1, bias=False))
    >>> _ = torch.nn.init.constant_(model[0].weight, -2.0)
    >>> prune.scores(model, "magnitude")
    [array([[2., 2.]])]
    """
    rule, layers = SCORES[by], list(prunable_layers(model).values())
    weights = [weight_of(layer).detach().double().cpu().numpy() for layer in layers]
    needs = SCORES.entry(by).needs
    found = {}
    if needs:
        probe = _probe(by, probe, batch_size)
        found = {name: _DERIVED[name](model, layers, probe) for name in sorted(needs)}
    return rule(weights, **found, **declared(rule, {"rng": np.random.default_rng(rng)}))


def _probe(by: str, samples, batch_size: int) -> Probe:
    if samples is None:
        raise InvalidType(f"probe must be given: score {by!r} needs samples", parameter="probe")
    return Probe(samples, batch_size)


_DERIVED = {
    "gradients": mean_gradients,
    "hessian_products": hessian_products,
    "synaptic_flows": lambda model, layers, probe: synaptic_flows(model, layers, next(probe.inputs(model))),
}
