"""Which operation on channels a node of a traced model is; what none of the rules knows is left as it is."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from netsparse.errors import InvalidValue
from netsparse.nn.channel_operations import (
    Binary,
    Concatenation,
    Elementwise,
    Flatten,
    Normalisation,
    Operation,
    Pooling,
)
from netsparse.nn.channels import Channels, Groups
from netsparse.nn.part import LinearPart
from netsparse.nn.tracing import shape_of
from netsparse.nn.weighted_operations import CONVOLUTIONS, Depthwise, Weighted

_ELEMENTWISE_MODULES = (
    nn.AlphaDropout, nn.CELU, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.ELU, nn.FeatureAlphaDropout,
    nn.GELU, nn.Hardshrink, nn.Hardsigmoid, nn.Hardswish, nn.Hardtanh, nn.Identity, nn.LeakyReLU, nn.LogSigmoid,
    nn.Mish, nn.ReLU, nn.ReLU6, nn.RReLU, nn.SELU, nn.SiLU, nn.Sigmoid, nn.Softplus, nn.Softshrink, nn.Softsign,
    nn.Tanh, nn.Tanhshrink, nn.Threshold,
)  # fmt: skip
_ELEMENTWISE = frozenset((
    "abs", "celu", "clamp", "contiguous", "dropout", "elu", "exp", "gelu", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "leaky_relu", "logsigmoid", "mish", "neg", "relu", "relu6", "relu_", "selu", "sigmoid", "silu",
    "softplus", "softshrink", "softsign", "sqrt", "tanh", "tanhshrink",
))  # fmt: skip
_BINARY = frozenset(("add", "sub", "mul", "iadd", "isub", "imul", "add_", "sub_", "mul_", "maximum", "minimum"))
_WITH_NUMBERS = _BINARY | {"truediv", "div", "pow"}
_PRODUCTS = frozenset(("mul", "imul", "mul_"))
_IN_PLACE = frozenset(("relu_", "iadd", "isub", "imul", "add_", "sub_", "mul_"))
_NORMALISATIONS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_POOLING_MODULES = (
    nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d, nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d,
    nn.AdaptiveMaxPool3d, nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d,
)  # fmt: skip
_POOLING = frozenset(
    f"{kind}_pool{n}d" for kind in ("adaptive_avg", "adaptive_max", "max", "avg") for n in (1, 2, 3)
)  # fmt: skip
_OF_TORCH = (torch, F, operator, torch._C._nn)

Known = Mapping[fx.Node, Channels]


class Rules:
    """The rules for the nodes of one traced model.

    Parameters
    ----------
    traced : torch.fx.GraphModule
    bound : mapping of str to str
        Modules that have to stay as they are, and why.
    """

    def __init__(self, traced: fx.GraphModule, bound: Mapping[str, str]):
        self._traced, self._bound = traced, bound
        self.groups = Groups()

    def operation(self, node: fx.Node, known: Known) -> Operation | None:
        """Return what a node is, given the channels that are known of those before it; None if no rule knows it."""
        shape = shape_of(node)
        if shape is None or len(shape) < 2:
            return None
        self._refuse_changed_in_place(node)
        if node.op == "call_module":
            return self._of_module(node, self._traced.get_submodule(node.target), known)
        if node.op in ("call_function", "call_method"):
            return self._of_function(node, known)
        return None

    def _of_module(self, node: fx.Node, module: nn.Module, known: Known) -> Operation | None:
        if node.target in self._bound or node.kwargs or len(node.args) != 1:
            return None
        if isinstance(module, LinearPart) or type(module) is nn.Linear:
            x = known.get(node.args[0], None)
            last = len(shape_of(node)) - 1
            return Weighted(module, x if x and x.axis == last else self._unknown(node.args[0], last), self.groups)
        if type(module) in CONVOLUTIONS:
            return self._convolution(node, module, known)
        x = known.get(node.args[0])
        if x is None:
            return None
        if type(module) in _NORMALISATIONS:
            return Normalisation(module, x) if x.axis == 1 and module.running_mean is not None else None
        if type(module) in _ELEMENTWISE_MODULES:
            return Elementwise(x, module)
        if type(module) in _POOLING_MODULES and x.axis == 1:
            return Pooling(x, _counts_padding(module))
        return None

    def _convolution(self, node: fx.Node, module: nn.Module, known: Known) -> Operation | None:
        shape = shape_of(node.args[0])
        if shape is None or len(shape) != module.weight.ndim:  # a sample without its batch
            return None
        x = known.get(node.args[0])
        x = x if x is not None and x.axis == 1 else self._unknown(node.args[0], 1)
        if module.groups == 1:
            return Weighted(module, x, self.groups)
        return Depthwise(module, x) if module.groups == module.in_channels == module.out_channels else None

    def _unknown(self, node: fx.Node, axis: int) -> Channels:
        """Return channels of a tensor that no rule knows: all stay."""
        found = self.groups.fresh(shape_of(node)[axis], axis)
        self.groups.demand(found.members)
        return found

    def _of_function(self, node: fx.Node, known: Known) -> Operation | None:
        name = _name(node)
        sources = node.all_input_nodes
        if name == "cat":
            return self._concatenation(node, known)
        if len(sources) == 1 and sources[0] in known:
            return self._unary(node, name, known[sources[0]])
        if name in _BINARY and len(node.args) == 2 and all(source in known for source in sources):
            return self._binary(node, name, known)
        return None

    def _unary(self, node: fx.Node, name: str, x: Channels) -> Operation | None:
        (source,) = node.all_input_nodes
        shape, others = shape_of(source), [value for value in node.args if value is not source]
        if name in _WITH_NUMBERS and len(others) == 1 and isinstance(others[0], int | float):
            return Elementwise(x, functools.partial(_called, node))
        if node.args[0] is not source:
            return None
        if name == "flatten" and node.args[1:] == (1,):
            return Flatten(x, shape) if x.axis < len(shape) else None
        if name in _BINARY and len(node.args) > 1 and node.args[1] is source:
            return self._binary(node, name, {source: x})
        if name in _ELEMENTWISE and not (name == "dropout" and node.kwargs.get("training", True)):
            return Elementwise(x, functools.partial(_called, node))
        if name in _POOLING and x.axis == 1 and len(shape_of(node)) == len(shape):
            plain = "max" in name or "adaptive" in name or (len(node.args) <= 3 and not _pads(node))
            return Pooling(x, not plain)
        if name == "mean" and x.axis == 1 and _is_over_places(node, len(shape)):
            return Pooling(x, counts_padding=False)
        return None

    def _binary(self, node: fx.Node, name: str, known: Known) -> Operation | None:
        if not all(isinstance(source, fx.Node) for source in node.args) or node.kwargs:
            return None
        one, other = (known[source] for source in node.args)
        shapes = [shape_of(source) for source in node.args]
        if len(one) != len(other) or one.axis != other.axis or len(shapes[0]) != len(shapes[1]):
            return None
        function = getattr(operator, name, None) or getattr(torch.Tensor, name)
        return Binary(one, other, function, name in _PRODUCTS, self.groups)

    def _concatenation(self, node: fx.Node, known: Known) -> Operation | None:
        sources = node.args[0]
        n = len(shape_of(node))
        axis = (node.args[1] if len(node.args) > 1 else node.kwargs.get("dim", 0)) % n
        if axis == 0 or not any(source in known and known[source].axis == axis for source in sources):
            return None
        parts = [known.get(source) for source in sources]
        if any(part is not None and part.axis != axis for part in parts):
            return None
        pairs = zip(parts, sources, strict=True)
        return Concatenation([self._unknown(source, axis) if part is None else part for part, source in pairs])

    def _refuse_changed_in_place(self, node: fx.Node) -> None:
        """Refuse what changes a tensor that others read too: what they read depends on the order."""
        module = self._traced.get_submodule(node.target) if node.op == "call_module" else None
        in_place = getattr(module, "inplace", False) or node.kwargs.get("inplace") or _name(node) in _IN_PLACE
        for source in node.all_input_nodes[:1] if in_place else ():
            if len(source.users) > 1:
                raise InvalidValue(
                    f"model changes what {source.name} returns in place, in {node.name}, while others read it: make "
                    "that inplace=False",
                    parameter="model",
                )


def _name(node: fx.Node) -> str:
    """Return the name of a function of torch or a method of tensors; that of the node where it is neither."""
    if node.op == "call_method":
        return node.target
    name = getattr(node.target, "__name__", "")
    ours = node.op == "call_function" and any(getattr(room, name, None) is node.target for room in _OF_TORCH if name)
    return name if ours else ""


def _called(node: fx.Node, x: Tensor) -> Tensor:
    """Return what a node makes of another tensor."""
    args = tuple(x if isinstance(value, fx.Node) else value for value in node.args)
    kwargs = {name: value for name, value in node.kwargs.items() if name != "inplace"}
    return (
        getattr(args[0], node.target)(*args[1:], **kwargs) if node.op == "call_method" else node.target(*args, **kwargs)
    )


def _counts_padding(module: nn.Module) -> bool:
    averages = isinstance(module, nn.AvgPool1d | nn.AvgPool2d | nn.AvgPool3d)
    if not averages:
        return False
    padding = module.padding if isinstance(module.padding, tuple) else (module.padding,)
    return any(padding) or getattr(module, "divisor_override", None) is not None


def _pads(node: fx.Node) -> bool:
    return any(node.kwargs.get(name) for name in ("padding", "divisor_override"))


def _is_over_places(node: fx.Node, n: int) -> bool:
    """Tell whether a mean is over all or some axes after the channels."""
    axes = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
    axes = (axes,) if isinstance(axes, int) else axes
    return isinstance(axes, tuple | list) and all(isinstance(a, int) and a % n > 1 for a in axes)
