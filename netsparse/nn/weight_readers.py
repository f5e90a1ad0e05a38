"""Modules of torch that read a layer's weight instead of calling it refuse the layers that this would break.

``MultiheadAttention`` never calls its `out_proj`: a SparseLinear's weight is no matrix, a MaskedLinear's would learn
off the mask. ``TransformerEncoderLayer`` calls `linear1` and `linear2` in training, but reads their weights in
evaluation (its fast path, which hands nested tensors from layer to layer). Both would fail, or change the network,
long after it was built; a hook that torch calls whenever a module is given a submodule refuses it at once.
"""

from __future__ import annotations

import torch
from torch import nn

from netsparse.errors import InvalidType
from netsparse.nn.masked import MaskedLinear
from netsparse.nn.sparse import SparseLinear

_FAST_PATH_OFF = "torch.backends.mha.set_fastpath_enabled(False)"


def refuse_readers(module: nn.Module, name: str, submodule: nn.Module | None) -> None:
    """Raise a TypeError if the module would read the weight of this submodule.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 3], [1.0, 2.0], shape=(4, 4))
    >>> attention = torch.nn.MultiheadAttention(4, 2)
    >>> attention.out_proj = ns.nn.SparseLinear(layer)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidType: MultiheadAttention reads out_proj.weight and never calls out_proj: ...
    """
    if not isinstance(submodule, SparseLinear | MaskedLinear):
        return
    kind = type(submodule).__name__
    if isinstance(module, nn.MultiheadAttention) and name == "out_proj":
        raise InvalidType(f"MultiheadAttention reads out_proj.weight and never calls out_proj: it cannot be a {kind}")
    if (
        isinstance(submodule, SparseLinear)
        and isinstance(module, nn.TransformerEncoderLayer)
        and name in ("linear1", "linear2")
        and torch.backends.mha.get_fastpath_enabled()
    ):
        raise InvalidType(
            f"TransformerEncoderLayer reads {name}.weight as a matrix in evaluation, unless its fast path is off: "
            f"call {_FAST_PATH_OFF} first, or take a MaskedLinear"
        )


torch.nn.modules.module.register_module_module_registration_hook(refuse_readers)
