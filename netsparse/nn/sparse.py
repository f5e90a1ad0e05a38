"""A linear layer whose parameters are the links of a bipartite graph and nothing else."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import BipartiteLayer, as_layer
from netsparse.graph.door import LayerLike
from netsparse.nn.operator import sparse_linear
from netsparse.nn.part import LinearPart, replace
from netsparse.nn.tensors import array_of, tensor_of
from netsparse.nn.topology import buffer_names, decoded, encoded, fault_of

_BY_LOOPS = (torch.float32, torch.float64)
_OF_MATRICES = ("_SpectralNorm", "_WeightNorm", "_Orthogonal", "SpectralNorm", "WeightNorm")


class SparseLinear(LinearPart):
    r"""Apply :math:`y = x B + b`, B the sparse biadjacency of a layer, at a cost proportional to its links.

    Parameters
    ----------
    layer : BipartiteLayer
        Or what :func:`netsparse.graph.as_layer` takes.
        Topology, initial weights and biases. float32 and float64 are computed by compiled loops on the CPU;
        other dtypes and devices by torch's own operations.
    bias : bool, default True
        Without, the layer's biases must all be 0.

    Attributes
    ----------
    weight : torch.nn.Parameter, shape (n_links,)
        In the order of the links of the layer (CSR order of the biadjacency).
    bias : torch.nn.Parameter, shape (out_features,), or None
    places : torch.Tensor of int32, shape (n_links,)
        Buffer, the one place where the topology stands: row x out_features + column of each link, ascending. Of a
        layer with more than 2^31 places, the low bits; `places_high`, a byte a link, has the others.
    rows, columns : torch.Tensor of int64, shape (n_links,)
        The neurons that each link joins; computed.

    Raises
    ------
    ValueError
        If `bias` is False and the layer has biases.

    Notes
    -----
    Takes (..., in_features) and returns (..., out_features), as torch.nn.Linear does. 2 x links x samples
    operations forward and twice that backward; memory samples x (in_features + out_features). Gradients of any order
    are right. ``load_state_dict`` accepts any topology of the same shape: the parameter takes its size.

    Frozen links and biases (:meth:`netsparse.graph.BipartiteLayer.freeze`) stand in buffers, and the module computes
    with these: outputs, gradients and ``to_layer`` are those of the frozen values whatever an optimiser does, and the
    gradient of the parameters is exactly 0 there. Weight decay may move the parameter's own entries, unseen;
    :func:`netsparse.nn.keep_frozen` keeps those too.

    An operator of torch computes the product, hence ``torch.compile``, ``torch.export``, ``torch.func`` and autocast
    (in the weights' dtype) work. Modules that read a layer's weight as a matrix instead of calling it refuse it when
    they are given it: ``MultiheadAttention.out_proj``, and ``TransformerEncoderLayer`` unless its fast path is off
    (``torch.backends.mha.set_fastpath_enabled(False)``). ``spectral_norm``, ``weight_norm`` and ``orthogonal`` are
    about matrices too, and refused. ``AveragedModel`` must leave buffers alone (its default): averages of whole
    numbers are rounded down.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> layer = ns.BipartiteLayer.from_links([0, 1, 1], [0, 0, 2], [1.0, 2.0, 3.0], shape=(2, 3))
    >>> ns.nn.SparseLinear(layer)(torch.tensor([[1.0, 10.0]], dtype=torch.float64)).tolist()
    [[21.0, 0.0, 30.0]]
    """

    def __init__(self, layer: LayerLike, bias: bool = True):
        layer = as_layer(layer)
        super().__init__(layer, bias)
        self.weight = nn.Parameter(tensor_of(layer.weights))
        self.register_buffer("places_high", None)  # unless the layer is so large
        for name, tensor in zip(self.topology, self._buffers_of(layer), strict=True):
            self.register_buffer(name, tensor)

    @property
    def topology(self) -> tuple[str, ...]:
        """Names of the buffers that hold the topology."""
        return buffer_names((self.in_features, self.out_features))

    @property
    def n_links(self) -> int:
        """Number of links the module has now."""
        return self.places.numel()

    @property
    def rows(self) -> Tensor:
        """Earlier neuron of each link, int64, shape (n_links,); computed."""
        return decoded(self.places, self.places_high) // self.out_features

    @property
    def columns(self) -> Tensor:
        """Later neuron of each link, int64, shape (n_links,); computed."""
        return decoded(self.places, self.places_high) % self.out_features

    def forward(self, x: Tensor) -> Tensor:
        """Return the signals of the later neurons, shape (..., out_features)."""
        if x.shape[-1:] != (self.in_features,):
            raise InvalidValue(f"inputs must have shape (..., {self.in_features}), got {tuple(x.shape)}")
        self._check_weight_is_by_link()
        weight, bias = self._held("weight", self.weight), self._held("bias", self.bias)
        if x.dtype != weight.dtype:
            if not (x.is_floating_point() and _is_autocast_on(x.device.type)):
                raise InvalidType(
                    f"inputs are {x.dtype}, but the weights {weight.dtype}; convert one, e.g. x.to(weight)"
                )
            x = x.to(weight.dtype)
        samples = x if x.ndim == 2 else x.reshape(-1, self.in_features)
        if x.device.type == "cpu" and x.dtype in _BY_LOOPS:
            y = sparse_linear(samples, weight, bias, self.places, self.places_high, self.out_features)
        else:
            y = portable_product(samples, weight, bias, self.rows, self.columns, self.out_features)
        return y if x.ndim == 2 else y.reshape(*x.shape[:-1], self.out_features)

    def indices(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the earlier and the later neuron of each link, in CSR order."""
        return array_of(self.rows), array_of(self.columns)

    def by_link(self, values: Tensor) -> Tensor:
        """Return values of the weight's shape as one per link in CSR order: here they are."""
        return values

    def from_links(self, values: Tensor) -> Tensor:
        """Return one value per link in CSR order in the weight's shape."""
        return values

    def _entries_of(self, layer: BipartiteLayer, links: np.ndarray) -> np.ndarray:
        return links

    def _take_over(self, layer: BipartiteLayer) -> None:
        self._set_topology(*self._buffers_of(layer))
        replace(self.weight, tensor_of(layer.weights))

    def _buffers_of(self, layer: BipartiteLayer) -> tuple[Tensor, ...]:
        places = layer.rows.astype(np.int64) * self.out_features + layer.columns
        return encoded(torch.from_numpy(places), layer.shape)

    def _set_topology(self, *topology: Tensor) -> None:
        """Write the buffers, in place where they have the size: whoever saved them for a backward pass notices."""
        for name, tensor in zip(self.topology, topology, strict=True):
            own = getattr(self, name)
            if own.shape == tensor.shape and own.dtype == tensor.dtype:
                own.copy_(tensor)
            else:
                setattr(self, name, tensor.to(own.device, copy=True))

    def _check_weight_is_by_link(self) -> None:
        """Raise a TypeError where torch takes the weight for a matrix: its norms would silently be other ones."""
        if not self._forward_pre_hooks and "parametrizations" not in self._modules:
            return
        hooks = [type(hook).__name__ for hook in self._forward_pre_hooks.values()]
        if "parametrizations" in self._modules:
            chains = self.parametrizations.values()
            hooks += [type(step).__name__ for chain in chains for step in chain]
        for name in hooks:
            if name in _OF_MATRICES:
                raise InvalidType(
                    f"{name.strip('_')} is about a weight matrix, but a SparseLinear has one weight a link; "
                    "use MaskedLinear with it"
                )

    def __setstate__(self, state: dict) -> None:
        """Read pickles of version 0.1.0 too: they hold rows and columns of all links, and what the loops took."""
        super().__setstate__(state)
        if "rows" in self._buffers:
            self.__dict__.pop("_links", None)
            self._buffers["places_high"] = None
            self._modernise(self._buffers, "")

    def _modernise(self, state_dict, prefix: str) -> None:
        """Turn the rows and columns of version 0.1.0 into places."""
        old = [state_dict.get(prefix + name) for name in ("rows", "columns")]
        if all(isinstance(tensor, Tensor) and not tensor.is_floating_point() for tensor in old):
            rows, columns = (state_dict.pop(prefix + name).long() for name in ("rows", "columns"))
            fits = rows.shape == columns.shape and bool(((columns >= 0) & (columns < self.out_features)).all())
            places = rows * self.out_features + columns if fits else rows.new_full((1,), -1)  # no topology
            new = encoded(places, (self.in_features, self.out_features))
            state_dict.update((prefix + name, tensor) for name, tensor in zip(self.topology, new, strict=True))

    def _fault_of_topology(self, state: dict[str, Tensor]) -> str | None:
        absent = [name for name in self.topology if name not in state]
        if absent:
            return f"{absent[0]} is missing"
        buffers = tuple(state[name] for name in self.topology)
        return fault_of(buffers, (self.in_features, self.out_features))

    def _weight_shape(self, state: dict[str, Tensor]) -> tuple[int, ...]:
        return (state["places"].numel(),)

    def _make_room(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        topology = [state[name].to(getattr(self, name).dtype) for name in self.topology]
        self._set_topology(*topology)
        if "weight" in self._parameters and self.weight.shape != topology[0].shape:
            replace(self.weight, self.weight.new_zeros(topology[0].shape))
        return dict(zip(self.topology, topology, strict=True))


def _is_autocast_on(device: str) -> bool:
    return torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)


def portable_product(
    x: Tensor, weight: Tensor, bias: Tensor | None, rows: Tensor, columns: Tensor, n_columns: int
) -> Tensor:
    """Return x B + b by torch operations, on any device and dtype, for x (samples, rows).

    Of the two ways it takes the one that needs less memory: B as a dense matrix, or a product a link and sample.
    """
    if x.shape[1] * n_columns <= x.shape[0] * weight.numel():
        dense = weight.new_zeros(n_columns, x.shape[1]).index_put((columns, rows), weight)
        return nn.functional.linear(x, dense, bias)
    products = x.index_select(1, rows) * weight
    start = weight.new_zeros(n_columns) if bias is None else bias
    return start.expand(x.shape[0], -1).index_add(1, columns, products)
