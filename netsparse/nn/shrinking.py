"""Exact shrinking of a model: what lies on no path from inputs to outputs is folded into biases and cut out."""

from __future__ import annotations

import torch
from torch import fx, nn

from netsparse.nn.plain_copy import check_module, plain_copy
from netsparse.nn.shrink_plan import ShrinkPlan
from netsparse.nn.shrink_report import LayerSizes, ShrinkReport, certificate
from netsparse.nn.tracing import as_example, is_layer, trace
from netsparse.nn.weighted_operations import Weighted


def shrink(model: nn.Module, example: torch.Tensor | tuple[torch.Tensor, ...]) -> tuple[nn.Module, ShrinkReport]:
    r"""Return a smaller model of the same outputs: neurons and channels that no output depends on are cut out.

    A neuron or channel goes when no output depends on it, or when it is constant: it gives the same number for every
    input, and what it adds to those it feeds becomes part of their biases,

    .. math:: b_v \leftarrow b_v + w_{uv} \, c_u.

    Both are followed through linear layers, convolutions, pooling, flattening, batch normalisation, activations, sums,
    products and concatenations. Weights that are exactly 0 carry nothing: prune the model first, by whatever means.

    Parameters
    ----------
    model : torch.nn.Module
        Stays as it is. It may be pruned by ``torch.nn.utils.prune`` or parametrised, and hold sparse and masked
        layers: those that change become ordinary dense ones.
    example : torch.Tensor, or tuple of torch.Tensor
        Inputs, a batch of one sample at least. Only their shapes and dtypes matter, except for the certificate.

    Returns
    -------
    model : torch.nn.Module
        A copy for evaluation, in which layers are smaller; of the model's own class, unless its ``forward`` names a
        number of features that has shrunk (``x.view(-1, 320)``): then a ``torch.fx.GraphModule``.
    report : ShrinkReport
        Sizes, what was left as it is and why, and the certificate: the largest difference of the outputs.

    Raises
    ------
    TypeError
        If `model` is no module or its own ``forward`` cannot be traced; a submodule that cannot is left as it is.
    ValueError
        If the example does not fit, or the outputs would differ: the model branches on the values of its inputs.

    Notes
    -----
    What is proven: an operation that is not known keeps all that goes into it. Layers that are called twice, share
    parameters or have hooks stay whole. A constant that is not 0 in front of a convolution that pads with zeros stays:
    at the border it is not constant. Layers keep one neuron at least. The largest model of what is computed at a time
    is the model itself; time of three forward passes and one over the weights.

    Examples
    --------
    >>> import torch, netsparse as ns
    >>> from torch import nn
    >>> from torch.nn.utils import prune
    >>> _ = torch.manual_seed(0)
    >>> model = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
    >>> layers = [(model[i], "weight") for i in (0, 2, 4)]
    >>> prune.global_unstructured(layers, prune.RandomUnstructured, amount=0.995)
    >>> smaller, report = ns.nn.shrink(model, torch.randn(4, 784))
    >>> smaller[2].weight.numel() < 0.3 * model[2].weight.numel(), report.largest_difference < 1e-5
    (True, True)
    """
    check_module(model)
    example = as_example(example)
    original = nn.Sequential(plain_copy(model)).eval() if is_layer(model) else plain_copy(model).eval()
    traced, whole = trace(original, example)
    plan = ShrinkPlan(traced, whole)
    replacements = plan.replacements()
    by_graph = plan.reshapes_by_number()
    smaller = fx.GraphModule(traced, traced.graph) if by_graph else plain_copy(original)
    for name, module in replacements.items():
        smaller.set_submodule(name, module)
    largest, allowed = certificate(original, smaller, example, torch.Generator().manual_seed(0))
    parameters = tuple(sum(one.numel() for one in each.parameters()) for each in (original, smaller))
    report = ShrinkReport(_sizes(plan, smaller), parameters, plan.left, largest, allowed)
    return smaller[0] if is_layer(model) else smaller, report


def _sizes(plan: ShrinkPlan, smaller: nn.Module) -> tuple[LayerSizes, ...]:
    layers = {node.target: one for node, one in plan.operations.items() if isinstance(one, Weighted)}
    found = []
    for name, layer in layers.items():
        now = smaller.get_submodule(name)
        names = ("in_features", "out_features") if hasattr(now, "in_features") else ("in_channels", "out_channels")
        found.append(LayerSizes(name, layer.sizes(), tuple(getattr(now, one) for one in names)))
    return tuple(found)
