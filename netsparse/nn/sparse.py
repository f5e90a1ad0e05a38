"""A linear layer whose parameters are the links of a bipartite graph and nothing else."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from netsparse.graph import BipartiteLayer
from netsparse.nn.tensors import array_of, tensor_of

_BLOCK = 128  # samples that the kernels take together: their signals stay in the cache
_TOPOLOGY = ("rows", "columns")


class SparseLinear(nn.Module):
    r"""Apply :math:`y = x B + b`, B the sparse biadjacency of a layer, at a cost proportional to its links.

    Parameters
    ----------
    layer : BipartiteLayer
        Topology, initial weights and biases. float32 and float64 are computed by compiled loops on the CPU;
        other dtypes and devices by torch's own operations.

    Attributes
    ----------
    weight : torch.nn.Parameter, shape (n_links,)
        In the order of the links of the layer (CSR order of the biadjacency).
    bias : torch.nn.Parameter, shape (out_features,)
    rows, columns : torch.Tensor, shape (n_links,)
        Buffers: the neurons each link joins.

    Notes
    -----
    Takes (..., in_features) and returns (..., out_features), as torch.nn.Linear does. 2 x links x samples
    operations forward and twice that backward; memory samples x (in_features + out_features). Gradients are
    differentiable once. ``load_state_dict`` accepts any topology of the same shape: the parameter takes its size.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> layer = ns.BipartiteLayer.from_links([0, 1, 1], [0, 0, 2], [1.0, 2.0, 3.0], shape=(2, 3))
    >>> ns.nn.SparseLinear(layer)(torch.tensor([[1.0, 10.0]], dtype=torch.float64)).tolist()
    [[21.0, 0.0, 30.0]]
    """

    def __init__(self, layer: BipartiteLayer):
        super().__init__()
        self.in_features, self.out_features = layer.shape
        self.weight = nn.Parameter(tensor_of(layer.weights))
        self.bias = nn.Parameter(tensor_of(layer.bias))
        for name in _TOPOLOGY:
            self.register_buffer(name, torch.empty(0, dtype=torch.int64))
        self._set_topology(tensor_of(layer.rows.astype(np.int64)), tensor_of(layer.columns.astype(np.int64)))

    def forward(self, x: Tensor) -> Tensor:
        """Return the signals of the later neurons, shape (..., out_features)."""
        if x.shape[-1:] != (self.in_features,):
            raise ValueError(f"inputs must have shape (..., {self.in_features}), got {tuple(x.shape)}")
        samples = x.reshape(-1, self.in_features)
        if x.device.type == "cpu" and x.dtype == self.weight.dtype and x.dtype in (torch.float32, torch.float64):
            y = _SparseProduct.apply(samples, self.weight, self.bias, self._links)
        else:
            y = portable_product(samples, self.weight, self.bias, self.rows, self.columns)
        return y.reshape(*x.shape[:-1], self.out_features)

    def to_layer(self) -> BipartiteLayer:
        """Return the layer as a graph, with the weights and biases it has now."""
        shape = (self.in_features, self.out_features)
        rows, columns = array_of(self.rows), array_of(self.columns)
        return BipartiteLayer.from_links(rows, columns, array_of(self.weight), shape, array_of(self.bias))

    def rewire(self, layer: BipartiteLayer) -> None:
        """Take over another topology of the same shape, its weights and its biases, in place."""
        device = self.weight.device
        self._set_topology(tensor_of(layer.rows.astype(np.int64)), tensor_of(layer.columns.astype(np.int64)))
        self.rows, self.columns = self.rows.to(device), self.columns.to(device)
        _replace(self.weight, tensor_of(layer.weights).to(self.weight))
        _replace(self.bias, tensor_of(layer.bias).to(self.bias))

    def by_link(self, values: Tensor) -> Tensor:
        """Return values of the weight's shape as one per link in CSR order: here they are."""
        return values

    def from_links(self, values: Tensor) -> Tensor:
        """Return one value per link in CSR order in the weight's shape."""
        return values

    def extra_repr(self) -> str:
        """Return sizes and link count for the repr."""
        return f"in_features={self.in_features}, out_features={self.out_features}, links={self.weight.numel()}"

    def _set_topology(self, rows: Tensor, columns: Tensor) -> None:
        from netsparse.kernels.dag import chain

        self.rows, self.columns = rows, columns
        starts = np.searchsorted(array_of(rows), np.arange(self.in_features + 1))
        shape = (self.in_features, self.out_features)
        self._links = chain([sparse.csr_array((np.ones(rows.numel()), array_of(columns), starts), shape=shape)])

    def _load_from_state_dict(self, state_dict, prefix, *args):
        """Resize to the loaded topology first; torch then copies the values, and reports what is missing."""
        rows, columns = (state_dict.get(prefix + name) for name in _TOPOLOGY)
        if rows is not None and columns is not None:
            if not _is_topology(rows, columns, self.in_features, self.out_features):
                shape = f"{self.in_features} x {self.out_features}"
                args[-1].append(f"size mismatch for {prefix}rows and {prefix}columns: no links of a {shape} layer")
                return
            self._set_topology(rows.to(self.rows, copy=True), columns.to(self.columns, copy=True))
            _replace(self.weight, self.weight.new_zeros(rows.numel()))
        super()._load_from_state_dict(state_dict, prefix, *args)


def _is_topology(rows: Tensor, columns: Tensor, n_rows: int, n_columns: int) -> bool:
    """Tell whether they name distinct links of a layer in CSR order: compiled loops trust them."""
    if rows.shape != columns.shape or rows.ndim != 1 or rows.is_floating_point() or columns.is_floating_point():
        return False
    inside = (rows >= 0) & (rows < n_rows) & (columns >= 0) & (columns < n_columns)
    places = rows * n_columns + columns
    return bool(inside.all() and (places.diff() > 0).all())


def portable_product(x: Tensor, weight: Tensor, bias: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Return x B + b by torch operations, on any device and dtype, for x (samples, rows).

    Of the two ways it takes the one that needs less memory: B as a dense matrix, or a product a link and sample.
    """
    if x.shape[1] * bias.numel() <= x.shape[0] * weight.numel():
        dense = weight.new_zeros(bias.numel(), x.shape[1]).index_put((columns, rows), weight)
        return nn.functional.linear(x, dense, bias)
    products = x.index_select(1, rows) * weight
    return bias.expand(x.shape[0], -1).index_add(1, columns, products)


def _replace(parameter: nn.Parameter, values: Tensor) -> None:
    """Give a parameter other values, of another size if need be; optimisers go on knowing it."""
    parameter.data = values
    parameter.grad = None


class _SparseProduct(torch.autograd.Function):
    """x B + b and its gradients by the compiled loops, which take signals as neurons x samples."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor, links) -> Tensor:
        from netsparse.kernels.activation import IDENTITY
        from netsparse.kernels.forward import forward

        n_rows, n_columns = x.shape[1], bias.numel()
        signals = _blocks(x, n_rows + n_columns)
        neuron_bias = np.concatenate([np.zeros(n_rows, array_of(bias).dtype), array_of(bias)])
        y = x.new_empty(len(x), n_columns)
        for block, rows, width in _pairs(signals, x):
            block[:n_rows, :width] = rows.T
            arguments = array_of(weight), neuron_bias, array_of(block), n_rows, n_columns, IDENTITY, width
            forward(links, *arguments)
        for block, rows, width in _pairs(signals, y):
            rows.copy_(block[n_rows:, :width].T)
        ctx.save_for_backward(signals, weight)
        ctx.links = links
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor):
        from netsparse.kernels.activation import IDENTITY
        from netsparse.kernels.backward import backward

        signals, weight = ctx.saved_tensors
        n_columns = grad.shape[1]
        n_rows = signals.shape[1] - n_columns
        want_x = ctx.needs_input_grad[0]
        deltas = _blocks(grad, signals.shape[1])
        grad_weight, grad_neurons = torch.zeros_like(weight), weight.new_zeros(signals.shape[1])
        grad_x = grad.new_empty(len(grad), n_rows) if want_x else None
        for index, (delta, rows, width) in enumerate(_pairs(deltas, grad)):
            delta[n_rows:, :width] = rows.T
            arrays = map(array_of, (weight, signals[index], delta, grad_weight, grad_neurons))
            backward(ctx.links, *arrays, n_rows, n_columns, IDENTITY, width, 0 if want_x else n_rows)
        if want_x:
            for delta, rows, width in _pairs(deltas, grad_x):
                rows.copy_(delta[:n_rows, :width].T)
        return grad_x, grad_weight, grad_neurons[n_rows:], None


def _blocks(x: Tensor, n_neurons: int) -> Tensor:
    """Return room for the signals of samples x, shape (blocks, neurons, samples of a block)."""
    width = min(_BLOCK, len(x))
    return x.new_empty(-(-len(x) // max(width, 1)), n_neurons, width)


def _pairs(blocks: Tensor, x: Tensor):
    """Yield each block of signals with its samples of x and their number."""
    return ((block, rows, len(rows)) for block, rows in zip(blocks, x.split(_BLOCK), strict=False))
