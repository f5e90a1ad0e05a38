"""Frozen links and biases of a torch module: entries that it computes with whatever an optimiser makes of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.graph import BipartiteLayer
from netsparse.nn.tensors import tensor_of

FROZEN = ("frozen_links", "frozen_weights", "frozen_biases", "frozen_bias_values")
_PAIRS = {"weight": FROZEN[:2], "bias": FROZEN[2:]}


class FrozenEntries(nn.Module):
    """The frozen entries of a `weight` and a `bias`: positions in the flattened parameter, and values.

    They stand in buffers, which are None where nothing is frozen. The parameter has entries at these positions too,
    but they are never read: no optimiser, with whatever momentum and decay, can change what is frozen, and the
    gradient there is exactly 0.
    """

    def restore_frozen(self) -> None:
        """Write the frozen values into the parameters, which weight decay may have moved unseen."""
        with torch.no_grad():
            for parameter, positions, values in self.frozen_entries():
                parameter[torch.unravel_index(positions, parameter.shape)] = values

    def refreeze(self) -> None:
        """Take what the parameters hold for the frozen values."""
        with torch.no_grad():
            for parameter, positions, values in self.frozen_entries():
                values.copy_(parameter[torch.unravel_index(positions, parameter.shape)])

    def frozen_entries(self) -> Iterator[tuple[nn.Parameter, Tensor, Tensor]]:
        """Yield parameter, positions in it and values, of the plain parameters that have frozen entries."""
        for name, (positions, values) in _PAIRS.items():
            parameter = self._parameters.get(name)
            if parameter is not None and self._buffers[positions] is not None:
                yield parameter, self._buffers[positions], self._buffers[values]

    @abstractmethod
    def _entries_of(self, layer: BipartiteLayer, links: np.ndarray) -> np.ndarray:
        """Return where in the flattened weight some links of a layer, by position in CSR order, stand."""

    def _register_frozen(self, layer: BipartiteLayer) -> None:
        for name, tensor in zip(FROZEN, self._frozen_in(layer), strict=True):
            self.register_buffer(name, tensor)

    def _frozen_in(self, layer: BipartiteLayer) -> Iterator[Tensor | None]:
        """Yield what the buffers hold for a layer."""
        for marks, own in ((layer.frozen_links, layer.weights), (layer.frozen_biases, layer.bias)):
            if marks is None:
                yield from (None, None)
                continue
            places = np.flatnonzero(marks)
            entries = self._entries_of(layer, places) if own is layer.weights else places
            ascending = np.argsort(entries)
            yield from (torch.from_numpy(entries[ascending].astype(np.int64)), tensor_of(own[places[ascending]]))

    def _set_frozen(self, *tensors: Tensor | None) -> None:
        like = self.weight
        for name, tensor in zip(FROZEN, tensors, strict=True):
            if tensor is not None:
                tensor = tensor.to(like if tensor.is_floating_point() else like.device)
            self._buffers[name] = tensor

    def _held(self, name: str, values: Tensor | None) -> Tensor | None:
        """Return a weight or bias with the frozen values in their places; no gradient reaches what was there."""
        positions, frozen = (self._buffers[buffer] for buffer in _PAIRS[name])
        if positions is None or values is None:
            return values
        return values.reshape(-1).index_copy(0, positions, frozen).view(values.shape)

    def _frozen_of_layer(self) -> dict[str, np.ndarray]:
        """Return the positions of the frozen links, in CSR order, and of the frozen biases."""
        found = {}
        if self.frozen_links is not None:
            marks = torch.zeros(self.weight.shape, dtype=torch.bool, device=self.weight.device)
            marks.view(-1)[self.frozen_links] = True
            found["links"] = self.by_link(marks).cpu().nonzero().flatten().numpy()
        if self.frozen_biases is not None:
            found["biases"] = self.frozen_biases.cpu().numpy()
        return found

    def _fault_of_frozen(self, state: dict[str, Tensor], weight_shape: tuple[int, ...]) -> str | None:
        """Return what keeps frozen entries of a state from being those of this layer; None if nothing does."""
        sizes = {"weight": int(np.prod(weight_shape)), "bias": self.out_features}
        for parameter, (positions, values) in _PAIRS.items():
            if (positions in state) != (values in state):
                return f"{positions} and {values} belong together"
            if positions in state:
                fault = _fault_of_entries(state[positions], state[values], sizes[parameter])
                if fault:
                    return f"{positions}: {fault}"
        return None

    def _make_room_for_frozen(self, state: dict[str, Tensor]) -> None:
        """Give the buffers the sizes of those of a state, none where it has none."""
        self._set_frozen(*(state[name].new_empty(state[name].shape) if name in state else None for name in FROZEN))

    def __setstate__(self, state: dict) -> None:
        """Read pickles of version 0.1.0 too, which know nothing frozen."""
        super().__setstate__(state)
        for name in FROZEN:
            self._buffers.setdefault(name, None)


def _fault_of_entries(positions: Tensor, values: Tensor, size: int) -> str | None:
    if not all(
        isinstance(tensor, Tensor) and tensor.ndim == 1 and not tensor.is_meta for tensor in (positions, values)
    ):
        return "must be tensors of one dimension"
    if positions.dtype != torch.int64 or not values.is_floating_point() or positions.shape != values.shape:
        return "must be int64, a number of floating point each"
    inside = not positions.numel() or (int(positions.min()) >= 0 and int(positions.max()) < size)
    return None if inside and bool((positions.diff() > 0).all()) else f"must ascend from 0 to {size - 1} at most"
