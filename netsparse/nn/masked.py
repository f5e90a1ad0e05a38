"""A dense linear layer times a boolean mask: what nearly every library means by a sparse layer."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.nn.tensors import array_of, tensor_of


def masks(network: LayeredNetwork) -> list[Tensor]:
    """Return the topology as boolean tensors in torch's orientation, one (out, in) per layer.

    Parameters
    ----------
    network : LayeredNetwork

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
    return [_mask(layer) for layer in network.layers]


class MaskedLinear(nn.Module):
    """Apply ``linear(x, weight * mask, bias)``: as costly as a dense layer, whatever the density.

    Weights off the mask are zero, and so are their gradients; with them momentum and weight decay keep them
    zero. The mask, not the values, says which links there are.

    Parameters
    ----------
    layer : BipartiteLayer

    Attributes
    ----------
    weight : torch.nn.Parameter, shape (out_features, in_features)
    bias : torch.nn.Parameter, shape (out_features,)
    mask : torch.Tensor of bool, shape (out_features, in_features)
        Buffer.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> layer = ns.BipartiteLayer.from_links([0, 1, 1], [0, 0, 2], [1.0, 2.0, 3.0], shape=(2, 3))
    >>> ns.nn.MaskedLinear(layer)(torch.tensor([[1.0, 10.0]], dtype=torch.float64)).tolist()
    [[21.0, 0.0, 30.0]]
    """

    def __init__(self, layer: BipartiteLayer):
        super().__init__()
        self.in_features, self.out_features = layer.shape
        self.weight = nn.Parameter(_dense(layer))
        self.bias = nn.Parameter(tensor_of(layer.bias))
        self.register_buffer("mask", _mask(layer))

    def forward(self, x: Tensor) -> Tensor:
        """Return the signals of the later neurons, shape (..., out_features)."""
        return nn.functional.linear(x, self.weight * self.mask, self.bias)

    def to_layer(self) -> BipartiteLayer:
        """Return the layer as a graph: every entry of the mask is a link, also where the weight is 0.0."""
        rows, columns = array_of(self.mask).T.nonzero()
        weights = array_of(self.by_link(self.weight))
        return BipartiteLayer.from_links(rows, columns, weights, self.mask.T.shape, array_of(self.bias))

    def rewire(self, layer: BipartiteLayer) -> None:
        """Take over another topology of the same shape, its weights and its biases, in place."""
        with torch.no_grad():
            self.mask.copy_(_mask(layer))
            self.weight.copy_(_dense(layer))
            self.bias.copy_(tensor_of(layer.bias))
        self.weight.grad = self.bias.grad = None

    def by_link(self, values: Tensor) -> Tensor:
        """Return values of the weight's shape as one per link in CSR order."""
        return values.T[self.mask.T]

    def from_links(self, values: Tensor) -> Tensor:
        """Return one value per link in CSR order in the weight's shape, zero off the mask."""
        dense = values.new_zeros(self.mask.shape)
        dense.T[self.mask.T] = values
        return dense

    def extra_repr(self) -> str:
        """Return sizes and link count for the repr."""
        links = int(self.mask.sum())
        return f"in_features={self.in_features}, out_features={self.out_features}, links={links}"


def _mask(layer: BipartiteLayer) -> Tensor:
    mask = np.zeros(layer.shape[::-1], dtype=bool)
    mask[layer.columns, layer.rows] = True
    return torch.from_numpy(mask)


def _dense(layer: BipartiteLayer) -> Tensor:
    weight = np.zeros(layer.shape[::-1], dtype=layer.dtype)
    weight[layer.columns, layer.rows] = layer.weights
    return torch.from_numpy(weight)
