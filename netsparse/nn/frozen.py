"""Parameters that keep their frozen entries through every step of an optimiser."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from netsparse.nn.part import LinearPart
from netsparse.nn.rewiring import fresh


def keep_frozen(module: nn.Module, optimizer: torch.optim.Optimizer) -> RemovableHandle:
    """Let every step of an optimiser leave the frozen entries of parameters, and their own state, as they are.

    What a module computes never depends on this: it reads frozen values where they are kept (:class:`SparseLinear`).
    It is for those who read the parameters themselves, which weight decay would move at frozen entries too.

    Parameters
    ----------
    module : torch.nn.Module
        Its sparse and masked layers, of whatever topology at the time of a step, are looked at.
    optimizer : torch.optim.Optimizer
        After each of its steps frozen entries hold their values, and its state there is what it starts with: momentum
        that an entry had before it was frozen is gone.

    Returns
    -------
    torch.utils.hooks.RemovableHandle
        Its ``remove()`` ends this.

    Notes
    -----
    O(frozen entries) a step.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 2.0], shape=(2, 1)).freeze(links=[0])
    >>> module = ns.nn.SparseLinear(layer)
    >>> optimizer = torch.optim.SGD(module.parameters(), lr=0.5, weight_decay=0.5)
    >>> _ = ns.nn.keep_frozen(module, optimizer)
    >>> module(torch.zeros(1, 2, dtype=torch.float64)).sum().backward()
    >>> optimizer.step()
    >>> module.weight.tolist()
    [1.0, 1.5]
    """

    def restore(stepped: torch.optim.Optimizer, *arguments) -> None:
        for part in module.modules():
            if isinstance(part, LinearPart):
                part.restore_frozen()
                for parameter, positions, _ in part.frozen_entries():
                    _forget(stepped, parameter, positions)

    return optimizer.register_step_post_hook(restore)


def _forget(optimizer: torch.optim.Optimizer, parameter: nn.Parameter, positions: torch.Tensor) -> None:
    """Set an optimiser's state of some entries of a parameter to what it starts with."""
    for name, value in optimizer.state.get(parameter, {}).items():
        if torch.is_tensor(value) and value.shape == parameter.shape:
            value[torch.unravel_index(positions, value.shape)] = fresh(optimizer, parameter, name)
