"""Which channels of a model can go: what is proven of each operation, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from torch import fx, nn

from netsparse.nn.channel_operations import Operation
from netsparse.nn.channel_rules import Rules
from netsparse.nn.channels import Channels
from netsparse.nn.weighted_operations import Weighted


class ShrinkPlan:
    """What of a traced model is needed, and why what seems superfluous stays.

    Attributes
    ----------
    operations : dict of torch.fx.Node to Operation
    left : dict of str to str
        Operations and modules that are left as they are, and why.
    """

    def __init__(self, traced: fx.GraphModule, whole: set[str]):
        self._traced = traced
        self._bound = _bound_modules(traced)
        self._rules = Rules(traced, self._bound)
        self.operations: dict[fx.Node, Operation] = {}
        self.left: dict[str, str] = {}
        self._unknown: list[fx.Node] = []
        self._known: dict[fx.Node, Channels] = {}
        self._follow(whole)
        self._demand()
        self._kept = self._decide()

    def _decide(self) -> np.ndarray:
        """Return for each member of the channels' groups whether it stays; of each tensor one channel at least."""
        kept = self._rules.groups.kept()
        for channels in self._known.values():
            if not kept[channels.members].any():
                self._rules.groups.demand(channels.members[:1])
                kept = self._rules.groups.kept()
        return kept

    def replacements(self) -> dict[str, nn.Module]:
        """Return the smaller modules by name, of those that get smaller, or get other biases."""
        kept = self._kept
        changed = {node: op for node, op in self.operations.items() if node.op == "call_module"}
        found = {
            node.target: op.smaller(kept)
            for node, op in changed.items()
            if not all(kept[x.members].all() for x in (*op.inputs, op.output))
        }
        return {name: module for name, module in found.items() if module is not None}

    def reshapes_by_number(self) -> bool:
        """Tell whether the model names a number of features that shrinks."""
        return any(
            node.meta.get("literal_sizes") and not self._kept[op.output.members].all()
            for node, op in self.operations.items()
        )

    def _follow(self, whole: set[str]) -> None:
        """Find the operations, from the inputs on."""
        for node in self._traced.graph.nodes:
            operation = self._rules.operation(node, self._known)
            if operation is not None:
                self.operations[node], self._known[node] = operation, operation.output
            elif node.op not in ("placeholder", "get_attr"):
                self._unknown.append(node)
                self._explain(node, whole)

    def _explain(self, node: fx.Node, whole: set[str]) -> None:
        """Note why an operation is left as it is, if it keeps channels or has parameters."""
        keeps = any(source in self._known for source in node.all_input_nodes) and not _asks_for_samples(node)
        if node.op == "call_module":
            module = self._traced.get_submodule(node.target)
            reason = "torch.fx cannot trace it" if node.target in whole else f"no rule for {type(module).__name__}"
            if keeps or node.target in whole or any(True for _ in module.parameters()):
                self.left[node.target] = self._bound.get(node.target, reason)
        elif keeps and node.op != "output":
            self.left[node.name] = f"no rule for {getattr(node.target, '__name__', node.target)}"

    def _demand(self) -> None:
        """Mark what outputs depend on, from the outputs back, and demand what has to stay for it."""
        needed = {node: np.zeros(len(channels), dtype=bool) for node, channels in self._known.items()}
        for node in self._unknown:
            for source in () if _asks_for_samples(node) else node.all_input_nodes:
                if source in self._known:
                    needed[source][:] = True
                    self._rules.groups.demand(self._known[source].members)
        for node, operation in reversed(self.operations.items()):
            marked = operation.needed(needed[node] & ~operation.output.constant)
            self._rules.groups.demand(operation.inputs[0].members[operation.demanded(marked[0])])
            self._note_padding(node, operation, marked[0])
            for x, marks in zip(operation.inputs, marked, strict=True):
                for source in node.all_input_nodes:
                    if self._known.get(source) is x:
                        needed[source] |= marks

    def _note_padding(self, node: fx.Node, operation: Operation, needed: np.ndarray) -> None:
        stay = operation.unfolded(needed) if isinstance(operation, Weighted) else 0
        if stay:
            what = f"{stay} constant channel{'s' * (stay != 1)}"
            self.left[node.target] = f"{what} before it stay: it pads with zeros, beside which they are not constant"


def _asks_for_samples(node: fx.Node) -> bool:
    """Tell whether a node asks only how many samples a tensor has, ``x.size(0)`` or ``x.shape[0]``."""
    if node.op == "call_method" and node.target == "size":
        return node.args[1:] == (0,)
    asks_shape = node.op == "call_function" and node.args[1:] == ("shape",)
    return asks_shape and all(user.args[1:] == (0,) for user in node.users)


def _bound_modules(traced: fx.GraphModule) -> Mapping[str, str]:
    """Return which modules cannot be replaced by smaller ones, and why."""
    nodes = traced.graph.nodes
    calls = Counter(node.target for node in nodes if node.op == "call_module")
    read = {node.target.rpartition(".")[0] for node in nodes if node.op == "get_attr"}
    modules = dict(traced.named_modules())
    owners: dict[int, set[str]] = {}
    for name, module in modules.items():
        for tensor in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
            owners.setdefault(id(tensor), set()).add(name)
    bound = {}
    for name, module in ((name, modules[name]) for name in calls):
        tensors = [id(tensor) for tensor in (*module.parameters(), *module.buffers())]
        sharing = set().union(*(owners.get(one, set()) for one in tensors))
        others = sorted(one for one in sharing if not f"{one}.".startswith(f"{name}."))
        if tensors and calls[name] > 1:
            bound[name] = f"it is called {calls[name]} times"
        elif others:
            bound[name] = f"it shares parameters with {others[0]}"
        elif name in read:
            bound[name] = "the model reads its parameters itself"
        elif module._forward_pre_hooks or module._forward_hooks:
            bound[name] = "it has hooks"
    return bound
