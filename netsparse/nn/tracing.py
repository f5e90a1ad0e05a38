"""The graph of a model's operations, with the shape of what each returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.passes.shape_prop import ShapeProp, TensorMetadata

from netsparse.errors import InvalidType, InvalidValue, one_line
from netsparse.nn.part import LinearPart

FLATTENING = ("flatten", "view", "reshape")


class _Tracer(fx.Tracer):
    """Traces into modules, except torch's own, ours, and those that have turned out not to be traceable."""

    def __init__(self) -> None:
        super().__init__()
        self.whole: set[str] = set()
        self._failed: str | None = None

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Tell whether a module is one operation of the graph."""
        ours = isinstance(m, LinearPart) or module_qualified_name in self.whole
        return ours or super().is_leaf_module(m, module_qualified_name)

    def call_module(self, m: nn.Module, forward: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
        """Trace a call, and remember the innermost module that could not be traced."""
        try:
            return super().call_module(m, forward, args, kwargs)
        except Exception:
            if self._failed is None:
                self._failed = self.path_of_module(m)
            raise

    def traced(self, model: nn.Module) -> fx.Graph:
        """Return the graph of a model; modules that cannot be traced stay whole."""
        while True:
            self._failed = None
            try:
                return self.trace(model)
            except Exception as error:
                if self._failed is None or self._failed in self.whole:
                    reason = one_line(str(error), 160)
                    raise InvalidType(
                        f"model cannot be traced: {type(model).__name__}.forward itself does what torch.fx cannot "
                        f"follow ({reason}); move that into a submodule, which is then left as it is",
                        parameter="model",
                    ) from error
                self.whole.add(self._failed)


def trace(model: nn.Module, example: tuple) -> tuple[fx.GraphModule, set[str]]:
    """Return the graph of a model, with the shapes that it has for an example, and which modules stay whole in it.

    Whatever makes one row a sample of a tensor, ``view(x.size(0), -1)`` or ``nn.Flatten()``, is ``torch.flatten(x,
    1)`` in it.
    """
    tracer = _Tracer()
    graph = tracer.traced(model)
    traced = fx.GraphModule(tracer.root, graph)
    try:
        with torch.no_grad():
            ShapeProp(traced).propagate(*example)
    except Exception as error:
        raise InvalidValue(
            f"example does not fit the model: {one_line(str(error).partition(chr(10))[0], 200)}", parameter="example"
        ) from error
    _normalise_flattening(traced)
    return traced, tracer.whole


def is_layer(model: nn.Module) -> bool:
    """Tell whether a model is itself one operation of a graph, such as an ``nn.Linear``."""
    return _Tracer().is_leaf_module(model, "")


def shape_of(node: fx.Node) -> tuple[int, ...] | None:
    """Return the shape of what a node returns; None if that is not one tensor."""
    found = node.meta.get("tensor_meta")
    return tuple(found.shape) if isinstance(found, TensorMetadata) else None


def has_literal_sizes(node: fx.Node) -> bool:
    """Tell whether a node that reshapes names the number of features, which shrinking would make another one."""
    flat = [size for part in node.args[1:] for size in (part if isinstance(part, tuple | list) else (part,))]
    return _name(node) in ("view", "reshape") and any(isinstance(size, int) and size > 0 for size in flat[1:])


def _name(node: fx.Node) -> str:
    return getattr(node.target, "__name__", node.target)


def _normalise_flattening(traced: fx.GraphModule) -> None:
    for node in list(traced.graph.nodes):
        if _flattens(node, traced):
            source = node.args[0]
            with traced.graph.inserting_before(node):
                flat = traced.graph.call_function(torch.flatten, (source, 1))
            flat.meta.update(node.meta, literal_sizes=has_literal_sizes(node))
            node.replace_all_uses_with(flat)
            traced.graph.erase_node(node)
    traced.graph.eliminate_dead_code()
    traced.recompile()


def _flattens(node: fx.Node, traced: fx.GraphModule) -> bool:
    if node.op == "call_module":
        known = isinstance(traced.get_submodule(node.target), nn.Flatten)
    else:
        known = node.op in ("call_function", "call_method") and _name(node) in FLATTENING
    if not known or not isinstance(node.args[0], fx.Node):
        return False
    before, after = shape_of(node.args[0]), shape_of(node)
    if before is None or after is None or len(before) < 2 or len(after) != 2 or before[0] != after[0]:
        return False
    return len(before) > 2 or before == after


def as_example(example: Any) -> tuple:
    """Return the inputs of a model as a tuple: one tensor, or a tuple of them."""
    inputs = tuple(example) if isinstance(example, tuple | list) else (example,)
    for one in inputs:
        if not isinstance(one, Tensor):
            raise InvalidType(
                f"example must be a tensor, or a tuple of tensors, got {type(one).__name__}", parameter="example"
            )
    if not inputs:
        raise InvalidValue("example holds no input", parameter="example")
    return inputs
