"""A dense linear layer times a boolean mask: what nearly every library means by a sparse layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.errors import InvalidType
from netsparse.graph import BipartiteLayer, as_layer, as_network
from netsparse.graph.door import LayerLike, NetworkLike
from netsparse.nn.part import LinearPart, replace
from netsparse.nn.tensors import array_of


def masks(network: NetworkLike) -> list[Tensor]:
    """Return the topology as boolean tensors in torch's orientation, one (out, in) per layer.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.

    Returns
    -------
    list of torch.Tensor of bool
        For any library that trains dense weights times a mask. O(rows x columns) memory a layer.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 0], [0.0, 2.0], shape=(2, 3))
    >>> ns.nn.masks(ns.LayeredNetwork([layer]))[0].int().tolist()
    [[1, 1], [0, 0], [0, 0]]
    """
    network = as_network(network)
    return [_mask(layer) for layer in network.layers]


class MaskedLinear(LinearPart):
    """Apply ``linear(x, weight * mask, bias)``: as costly as a dense layer, whatever the density.

    Weights off the mask are zero, and so are their gradients; with them momentum and weight decay keep them
    zero. The mask, not the values, says which links there are.

    Parameters
    ----------
    layer : BipartiteLayer
        Or what :func:`netsparse.graph.as_layer` takes.
        What is frozen in it is computed with as it is, whatever the optimiser; see :class:`SparseLinear`.
    bias : bool, default True
        Without, the layer's biases must all be 0.

    Attributes
    ----------
    weight : torch.nn.Parameter, shape (out_features, in_features)
    bias : torch.nn.Parameter, shape (out_features,), or None
    mask : torch.Tensor of bool, shape (out_features, in_features)
        Buffer.

    Raises
    ------
    ValueError
        If `bias` is False and the layer has biases.

    Notes
    -----
    ``torch.nn.utils.prune`` would rank the zeros off the mask among the links, and is refused for the weight.
    ``MultiheadAttention`` reads its ``out_proj.weight`` without the mask, and refuses it.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> layer = ns.BipartiteLayer.from_links([0, 1, 1], [0, 0, 2], [1.0, 2.0, 3.0], shape=(2, 3))
    >>> ns.nn.MaskedLinear(layer)(torch.tensor([[1.0, 10.0]], dtype=torch.float64)).tolist()
    [[21.0, 0.0, 30.0]]
    """

    topology = ("mask",)
    watch: Callable[[Tensor], None] | None = None  #: is given the dense gradient of each backward pass

    def __init__(self, layer: LayerLike, bias: bool = True):
        layer = as_layer(layer)
        super().__init__(layer, bias)
        self.weight = nn.Parameter(_dense(layer))
        self.register_buffer("mask", _mask(layer))

    def forward(self, x: Tensor) -> Tensor:
        """Return the signals of the later neurons, shape (..., out_features)."""
        weight = self._held("weight", self.weight * self.mask)
        if self.watch is not None and weight.requires_grad:
            weight.register_hook(self.watch)
        return nn.functional.linear(x, weight, self._held("bias", self.bias))

    def indices(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the earlier and the later neuron of each link, in CSR order."""
        return array_of(self.mask).T.nonzero()

    @property
    def n_links(self) -> int:
        """Number of links the module has now."""
        return int(self.mask.sum())

    def by_link(self, values: Tensor) -> Tensor:
        """Return values of the weight's shape as one per link in CSR order."""
        return values.T[self.mask.T]

    def from_links(self, values: Tensor) -> Tensor:
        """Return one value per link in CSR order in the weight's shape, zero off the mask."""
        dense = values.new_zeros(self.mask.shape)
        dense.T[self.mask.T] = values
        return dense

    def register_parameter(self, name: str, param: nn.Parameter | None) -> None:
        """Refuse torch's pruning of the weight here, before it has changed anything."""
        if name == "weight_orig" and "weight" in self._parameters:  # spectral_norm has taken it away by now
            raise InvalidType(
                "torch.nn.utils.prune would rank the zeros off the mask of a MaskedLinear among its links; prune a "
                "SparseLinear, or the graph: to_layer, without_links, rewire"
            )
        super().register_parameter(name, param)

    def _entries_of(self, layer: BipartiteLayer, links: np.ndarray) -> np.ndarray:
        return layer.columns[links].astype(np.int64) * self.in_features + layer.rows[links]

    def _take_over(self, layer: BipartiteLayer) -> None:
        self.mask.copy_(_mask(layer))
        replace(self.weight, _dense(layer))

    def _fault_of_topology(self, state: dict[str, Tensor]) -> str | None:
        mask, shape = state["mask"], self._weight_shape(state)
        if not isinstance(mask, Tensor) or mask.dtype != torch.bool or mask.shape != shape:
            return f"mask must be a tensor of bool of shape {shape}"
        return "mask has no values (it is on the meta device)" if mask.is_meta else None

    def _fault_of_frozen(self, state: dict[str, Tensor], weight_shape: tuple[int, ...]) -> str | None:
        fault, frozen = super()._fault_of_frozen(state, weight_shape), state.get("frozen_links")
        if fault or frozen is None or bool(state["mask"].reshape(-1)[frozen].all()):
            return fault
        return "frozen_links: off the mask there is no link"

    def _weight_shape(self, state: dict[str, Tensor]) -> tuple[int, ...]:
        return self.out_features, self.in_features

    def _load_from_state_dict(self, state_dict, prefix, *arguments):
        """Load without what stands off the mask: torch reads the weight without it here and there."""
        weight, mask = (state_dict.get(prefix + name) for name in ("weight", "mask"))
        mask = self.mask if mask is None else mask
        if isinstance(weight, Tensor) and isinstance(mask, Tensor) and weight.shape == mask.shape == self.mask.shape:
            state_dict[prefix + "weight"] = weight if (weight * mask).equal(weight) else weight.detach() * mask
        super()._load_from_state_dict(state_dict, prefix, *arguments)


def _mask(layer: BipartiteLayer) -> Tensor:
    mask = np.zeros(layer.shape[::-1], dtype=bool)
    mask[layer.columns, layer.rows] = True
    return torch.from_numpy(mask)


def _dense(layer: BipartiteLayer) -> Tensor:
    weight = np.zeros(layer.shape[::-1], dtype=layer.dtype)
    weight[layer.columns, layer.rows] = layer.weights
    return torch.from_numpy(weight)
