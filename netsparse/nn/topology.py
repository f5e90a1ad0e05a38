"""The topology of a sparse layer as tensors: the buffers that hold it, and what compiled loops derive from them.

A module keeps its topology once, as the ascending places of its links in the biadjacency, row x columns + column:
`places`, 4 bytes a link. Of a layer with more than 2^31 places these are their low 32 bits, and `places_high`, of
another byte a link (4 beyond 2^40 places), the rest. These are dtypes that every backend of ``torch.distributed``
can send.

The loops need the links by source and by target. That is derived, kept as long as the `places` tensor lives, and held
against the content of the tensors at every call: copies, loads, broadcasts, averages and edits in place, also those
that torch's version counters do not see, are all followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from netsparse.errors import InvalidValue

if TYPE_CHECKING:
    from netsparse.kernels.dag import Links

Shape = tuple[int, int]

_LOW = 2**32
_DTYPES = (torch.int32, torch.int64, torch.int16, torch.uint8)


class _Derived(NamedTuple):
    """Links by source and by target, and the content of the tensors that they were derived from."""

    shape: Shape
    places: np.ndarray
    places_high: np.ndarray | None
    links: Links
    same_content: Callable[..., bool]  # the compiled comparison; importing it at every call would take longer


_DERIVED = WeakTensorKeyDictionary()


def buffer_names(shape: Shape) -> tuple[str, ...]:
    """Return the names of the buffers that hold the topology of a layer of this shape."""
    return ("places",) if shape[0] * shape[1] <= _LOW // 2 else ("places", "places_high")


def encoded(places: Tensor, shape: Shape) -> tuple[Tensor, ...]:
    """Return the buffers that hold these places, int64."""
    low = (places & (_LOW - 1)).to(torch.int32)  # from 2^31 on it wraps around
    if len(buffer_names(shape)) == 1:
        return (low,)
    return low, (places >> 32).to(torch.uint8 if shape[0] * shape[1] <= 2**40 else torch.int32)


def decoded(places: Tensor, places_high: Tensor | None = None) -> Tensor:
    """Return the places, int64, that buffers hold."""
    places = places.long()
    return places if places_high is None else (places_high.long() << 32) | (places & (_LOW - 1))


def fault_of(buffers: tuple[Tensor, ...], shape: Shape) -> str | None:
    """Return what keeps tensors from being the topology of a layer of this shape; None if nothing does."""
    for name, tensor in zip(buffer_names(shape), buffers, strict=True):
        if not isinstance(tensor, Tensor) or tensor.dtype not in _DTYPES:
            found = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
            return f"{name} must be a tensor of whole numbers, got {found}"
        if tensor.ndim != 1 or tensor.numel() != buffers[0].numel():
            return f"{name} must have one dimension, an entry a link, got shape {tuple(tensor.shape)}"
        if tensor.is_meta:
            return f"{name} has no values (it is on the meta device)"
    places = decoded(*buffers)
    if not places.numel():
        return None
    if places.min() < 0 or places.max() >= shape[0] * shape[1]:
        return f"places must be from 0 to {shape[0] * shape[1] - 1}, got {int(places.min())} to {int(places.max())}"
    return None if bool((places.diff() > 0).all()) else "places must ascend, no link twice"


def links_of(places: Tensor, places_high: Tensor | None, shape: Shape) -> Links:
    """Return the links as compiled loops take them, from what the tensors, on the CPU, hold now.

    Raises
    ------
    ValueError
        If they hold no topology of this shape.
    """
    known = _DERIVED.get(places)
    if known is None or known.shape != shape or not _holds(known, places, places_high):
        known = _DERIVED[places] = _derive(places, places_high, shape)
    return known.links


def _holds(known: _Derived, *buffers: Tensor | None) -> bool:
    """Tell whether the buffers have the content that they had."""
    for tensor, then in zip(buffers, known[1:3], strict=True):
        if tensor is None and then is None:
            continue
        now = tensor.numpy()
        if now.dtype != then.dtype or not known.same_content(now, then):
            return False
    return True


def _derive(places: Tensor, places_high: Tensor | None, shape: Shape) -> _Derived:
    from netsparse.kernels.dag import chain
    from netsparse.kernels.product import same_content

    buffers = (places,) if places_high is None else (places, places_high)
    fault = fault_of(buffers, shape)
    if fault:
        raise InvalidValue(f"the buffers are no topology of a layer of {shape[0]} x {shape[1]}: {fault}")
    rows, columns = np.divmod(decoded(*buffers).numpy(), shape[1])
    starts = np.searchsorted(rows, np.arange(shape[0] + 1))
    pattern = sparse.csr_array((np.ones(rows.size, bool), columns, starts), shape=shape)
    contents = [None if tensor is None else tensor.numpy().copy() for tensor in (places, places_high)]
    return _Derived(shape, *contents, chain([pattern]), same_content)
