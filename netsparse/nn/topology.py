"""The topology of a sparse layer as tensors: the buffers that hold it, and what compiled loops derive from them.

A module keeps its topology once, as the CSR arrays of the biadjacency: `indptr`, where the links of each row start,
and `columns`, the later neuron of each link. The loops need the links by target as well. That is derived, kept as
long as the `columns` tensor lives, and held against the content of both tensors at every call: copies, loads,
broadcasts, averages and edits in place, also those that torch's version counters do not see, are all followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from netsparse.graph import BipartiteLayer

if TYPE_CHECKING:
    from netsparse.kernels.dag import Links

Shape = tuple[int, int]


class _Derived(NamedTuple):
    """Links by source and by target, and the content of the tensors that they were derived from."""

    shape: Shape
    indptr: np.ndarray
    columns: np.ndarray
    links: Links
    same_content: Callable[..., bool]  # the compiled comparison; importing it at every call would take longer


_DERIVED = WeakTensorKeyDictionary()


def tensors_of(layer: BipartiteLayer) -> tuple[Tensor, Tensor]:
    """Return `indptr` and `columns` of a layer, as narrow as they may be."""
    return narrowed(torch.tensor(layer.indptr), torch.tensor(layer.columns), layer.shape[1])


def narrowed(indptr: Tensor, columns: Tensor, n_columns: int) -> tuple[Tensor, Tensor]:
    """Return a topology in types that hold it: 4 bytes a row, and 2 a link up to 32,768 columns, 4 beyond."""
    of_columns = torch.int16 if n_columns <= torch.iinfo(torch.int16).max + 1 else torch.int32
    of_indptr = torch.int32 if columns.numel() <= torch.iinfo(torch.int32).max else torch.int64
    return indptr.to(of_indptr), columns.to(of_columns)


def rows_of(indptr: Tensor, columns: Tensor) -> Tensor:
    """Return the earlier neuron of each link as int64, on the tensors' device."""
    rows = torch.arange(indptr.numel() - 1, device=indptr.device)
    return torch.repeat_interleave(rows, indptr.diff().long(), output_size=columns.numel())


def fault_of(indptr: Tensor, columns: Tensor, shape: Shape) -> str | None:
    """Return what keeps two tensors from being the topology of a layer of this shape; None if nothing does."""
    for name, tensor in (("indptr", indptr), ("columns", columns)):
        if not isinstance(tensor, Tensor) or tensor.dtype not in (torch.int16, torch.int32, torch.int64):
            found = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
            return f"{name} must be a tensor of whole numbers, got {found}"
        if tensor.ndim != 1:
            return f"{name} must have one dimension, got shape {tuple(tensor.shape)}"
        if tensor.is_meta:
            return f"{name} has no values (it is on the meta device)"
    return _fault_of_arrays(indptr.detach().cpu().numpy(), columns.detach().cpu().numpy(), shape)


def _fault_of_arrays(indptr: np.ndarray, columns: np.ndarray, shape: Shape) -> str | None:
    n_rows, n_columns = shape
    indptr, columns = indptr.astype(np.int64), columns.astype(np.int64)
    if indptr.size != n_rows + 1:
        return f"indptr must have {n_rows + 1} entries, got {indptr.size}"
    if indptr[0] != 0 or indptr[-1] != columns.size or (np.diff(indptr) < 0).any():
        return f"indptr must ascend from 0 to the number of links, {columns.size}"
    if columns.size and (columns.min() < 0 or columns.max() >= n_columns):
        return f"columns must be from 0 to {n_columns - 1}, got {columns.min()} to {columns.max()}"
    places = np.repeat(np.arange(n_rows), np.diff(indptr)) * n_columns + columns
    if (np.diff(places) <= 0).any():
        return "columns must ascend within each row, no link twice"
    return None


def links_of(indptr: Tensor, columns: Tensor, shape: Shape) -> Links:
    """Return the links as compiled loops take them, from what the tensors, on the CPU, hold now.

    Raises
    ------
    ValueError
        If they hold no topology of this shape.
    """
    known = _DERIVED.get(columns)
    if known is None or known.shape != shape or not _holds(known, indptr.numpy(), columns.numpy()):
        known = _DERIVED[columns] = _derive(indptr, columns, shape)
    return known.links


def _holds(known: _Derived, indptr: np.ndarray, columns: np.ndarray) -> bool:
    if indptr.dtype != known.indptr.dtype or columns.dtype != known.columns.dtype:
        return False
    return known.same_content(indptr, columns, known.indptr, known.columns)


def _derive(indptr: Tensor, columns: Tensor, shape: Shape) -> _Derived:
    from netsparse.kernels.dag import chain
    from netsparse.kernels.product import same_content

    fault = fault_of(indptr, columns, shape)
    if fault:
        raise ValueError(f"the buffers are no topology of a layer of {shape[0]} x {shape[1]}: {fault}")
    arrays = [tensor.detach().numpy().copy() for tensor in (indptr, columns)]
    pattern = sparse.csr_array((np.ones(arrays[1].size, bool), arrays[1].astype(np.int64), arrays[0]), shape=shape)
    return _Derived(shape, *arrays, chain([pattern]), same_content)
