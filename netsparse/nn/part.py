"""What the sparse and the masked layer have in common: a graph inside a torch module."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize
from torch.nn.utils.prune import BasePruningMethod

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import BipartiteLayer, as_layer
from netsparse.graph.door import LayerLike
from netsparse.graph.names import UNNAMED
from netsparse.nn.frozen_entries import FROZEN, FrozenEntries
from netsparse.nn.tensors import array_of, tensor_of


class WholeLoad(nn.Module):
    """A module that a state is loaded into whole or not at all: torch stops halfway when something does not fit."""

    def load_state_dict(self, state_dict, strict: bool = True, assign: bool = False):
        """Load a state as ``torch.nn.Module.load_state_dict`` does; whatever the error, nothing has changed."""
        owners = [(module, dict(module._parameters), dict(module._buffers)) for module in self.modules()]
        tensors = [*self.parameters(), *self.buffers()]
        before = [tensor.detach().clone() for tensor in tensors]
        try:
            return super().load_state_dict(state_dict, strict, assign)
        except Exception:
            for module, parameters, buffers in owners:
                module._parameters.update(parameters)
                module._buffers.update(buffers)
            for tensor, values in zip(tensors, before, strict=True):
                replace(tensor, values)
            raise


class LinearPart(FrozenEntries, WholeLoad):
    """A linear module that is a bipartite graph: `weight` on its links, a topology in its buffers, maybe a `bias`.

    Subclasses say how values of the weight's shape and values by link (CSR order of the biadjacency) translate into
    each other, and how a topology is taken over.
    """

    _names = UNNAMED  # of modules that were pickled before there were names
    topology: tuple[str, ...]  #: names of the buffers that hold the topology, set before the layer is taken over

    def __init__(self, layer: BipartiteLayer, bias: bool):
        super().__init__()
        self.in_features, self.out_features = layer.shape
        if not bias and layer.bias.any():
            raise InvalidValue(f"bias=False, but {np.count_nonzero(layer.bias)} biases of the layer are not 0")
        self.register_parameter("weight", None)  # the order of the parameters: optimisers count them
        self.register_parameter("bias", nn.Parameter(tensor_of(layer.bias)) if bias else None)
        self._register_frozen(layer)
        self._names = layer.names  # of neurons: no part of a state

    @abstractmethod
    def indices(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the earlier and the later neuron of each link, in CSR order."""

    @abstractmethod
    def by_link(self, values: Tensor) -> Tensor:
        """Return values of the weight's shape as one per link in CSR order."""

    @abstractmethod
    def from_links(self, values: Tensor) -> Tensor:
        """Return one value per link in CSR order in the weight's shape."""

    @abstractmethod
    def _take_over(self, layer: BipartiteLayer) -> None:
        """Write the topology and the weights of a layer that is known to fit."""

    @property
    @abstractmethod
    def n_links(self) -> int:
        """Number of links the module has now."""

    def to_layer(self) -> BipartiteLayer:
        """Return the layer as a graph, with the weights and biases it has now: links of weight 0.0 are links."""
        bias = self._current("bias")
        layer = BipartiteLayer.from_links(
            *self.indices(),
            array_of(self.by_link(self._current("weight"))),
            (self.in_features, self.out_features),
            None if bias is None else array_of(bias),
        )
        return layer.freeze(**self._frozen_of_layer()).with_names(*self._names)

    def rewire(self, layer: LayerLike) -> None:
        """Take over another topology of the same shape, its weights and its biases.

        The parameter objects stay, so that optimisers go on knowing them; their gradients are cleared. A backward
        pass through an earlier forward pass is refused by torch, as after any change in place.

        Raises
        ------
        ValueError
            If shape or dtype differ, or the layer has biases and the module has none; before anything changes.
        TypeError
            If `layer` is no layer, or torch computes weight or bias from other tensors (pruning, parametrisations).
        """
        layer = as_layer(layer)
        self.check_rewirable(layer)
        self._take_over(layer)
        self._set_frozen(*self._frozen_in(layer))
        if self.bias is not None:
            replace(self.bias, tensor_of(layer.bias))
        for parameter in self.parameters():
            parameter.grad = None

    def check_rewirable(self, layer: LayerLike) -> None:
        """Raise the error of :meth:`rewire` if it would fail; changes nothing."""
        layer = as_layer(layer)
        own = self.in_features, self.out_features
        if layer.shape != own:
            raise InvalidValue(f"the layer is {layer.shape[0]} x {layer.shape[1]}, but the module {own[0]} x {own[1]}")
        self.check_plain()
        if tensor_of(layer.weights[:0]).dtype != _of_graph(self.weight.dtype):
            raise InvalidValue(f"the layer is {layer.dtype}, but the module's weights are {self.weight.dtype}")
        if self.bias is None and layer.bias.any():
            raise InvalidValue(f"{np.count_nonzero(layer.bias)} biases of the layer are not 0, but the module has none")

    def check_plain(self) -> None:
        """Raise a TypeError if torch computes the weight or the bias from other tensors: they cannot be replaced."""
        for name in ("weight", "bias"):
            if name not in self._parameters:
                raise InvalidType(
                    f"the {name} of this {self._name()} is computed from other tensors (torch.nn.utils.prune, "
                    "parametrize, weight_norm): make that permanent first, e.g. by prune.remove"
                )

    def extra_repr(self) -> str:
        """Return sizes and link count for the repr."""
        bias = "" if self.bias is not None else ", bias=False"
        return f"in_features={self.in_features}, out_features={self.out_features}, links={self.n_links}{bias}"

    def _current(self, name: str) -> Tensor | None:
        """Return a parameter as the next forward pass would see it: torch's pruning computes it only then."""
        for hook in self._forward_pre_hooks.values():
            if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
                return self._held(name, hook.apply_mask(self))
        return self._held(name, getattr(self, name))

    def _name(self) -> str:
        kind = type(self)  # a parametrised module has a class of its own, derived from ours
        return (kind.__mro__[1] if parametrize.is_parametrized(self) else kind).__name__

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing, unexpected, errors):
        """Take topology and weight over together or not at all; what is wrong is known before anything changes."""
        self._modernise(state_dict, prefix)
        names = [*self.topology, "weight"]
        whole = *names, "bias", *FROZEN
        state = {name: state_dict[prefix + name] for name in whole if prefix + name in state_dict}
        if not state.keys().isdisjoint(self.topology):
            if "weight" in self._parameters and not state.keys() >= set(names):
                missing.extend(prefix + name for name in names if name not in state)
                return
            fault = self._fault_of_state(state)
            if fault:
                errors.append(f"size mismatch for {prefix}weight: {fault}")
                return
            state_dict.update({prefix + name: tensor for name, tensor in self._make_room(state).items()})
            self._make_room_for_frozen(state)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, missing, unexpected, errors)

    def _modernise(self, state_dict, prefix: str) -> None:
        """Bring the entries of older versions up to date."""

    def _fault_of_state(self, state: dict[str, Tensor]) -> str | None:
        """Return what keeps topology, weight and bias of a state from being this layer's; None if nothing does."""
        fault = self._fault_of_topology(state)
        if fault:
            return fault
        if "weight" not in self._parameters:
            own = (getattr(self, name) for name in self.topology)
            if all(torch.equal(state[name].to(now), now) for name, now in zip(self.topology, own, strict=True)):
                return None
            return "another topology, but the weight is computed from other tensors: make pruning permanent first"
        return (
            fault_of_values("weight", state["weight"], self._weight_shape(state))
            or fault_of_values("bias", state.get("bias"), (self.out_features,))
            or self._fault_of_frozen(state, self._weight_shape(state))
        )

    @abstractmethod
    def _fault_of_topology(self, state: dict[str, Tensor]) -> str | None:
        """Return what keeps the buffers of a state from being a topology of this shape; None if nothing does."""

    @abstractmethod
    def _weight_shape(self, state: dict[str, Tensor]) -> tuple[int, ...]:
        """Return the shape that the weight has with the topology of a state."""

    def _make_room(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """Give parameters and buffers the size that the topology of a state asks for; return it as it will be kept."""
        return {}


def fault_of_values(name: str, values: Tensor | None, shape: tuple[int, ...]) -> str | None:
    """Return what keeps a tensor of a state from being a parameter of this shape; None if nothing does."""
    if values is None:
        return None
    if not isinstance(values, Tensor) or not values.is_floating_point():
        found = values.dtype if isinstance(values, Tensor) else type(values).__name__
        return f"{name} must be a tensor of floating-point numbers, got {found}"
    return None if values.shape == shape else f"{name} must have shape {shape}, got {tuple(values.shape)}"


def replace(parameter: Tensor, values: Tensor) -> None:
    """Give a parameter or buffer other values, of another size if need be, in a way that autograd notices.

    A graph that is still alive remembers the parameter's size; it is made to forget by a change of dtype in between.
    """
    with torch.no_grad():
        if values.shape == parameter.shape:
            parameter.copy_(values)
            return
        parameter.grad = None  # it has the old size
        values = values.to(parameter)  # a copy, or a tensor that nobody else has
        other = torch.float32 if parameter.dtype != torch.float32 else torch.float64
        parameter.data = parameter.new_empty(0, dtype=other)
        parameter.data = values
    torch.autograd.graph.increment_version(parameter)


def shared_parameters(parts: Iterator[LinearPart]) -> list[int]:
    """Return the places of parts that share a parameter with an earlier one, or are the same module."""
    seen: set[int] = set()
    places = []
    for place, part in enumerate(parts):
        own = {id(parameter) for parameter in part.parameters()}
        if own & seen:
            places.append(place)
        seen |= own
    return places


def _of_graph(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype that weights of a module have in a graph, which knows float32 and float64."""
    return torch.float64 if dtype == torch.float64 else torch.float32
