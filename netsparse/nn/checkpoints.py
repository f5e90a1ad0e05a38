"""Networks from torch's checkpoints and plain modules, and checkpoints of networks; nothing in a file is run."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from netsparse.errors import FileFormatError, InvalidInput, InvalidType, one_line
from netsparse.files import writing
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.graph.state_dict import network_from_state, state_of_network

_NESTED = ("state_dict", "model_state_dict", "model")


def from_module(
    module: nn.Module,
    *,
    links: str | None = None,
    layers: Sequence[str] | None = None,
    readout: int = 0,
    activation: str = "relu",
) -> LayeredNetwork:
    """Return the network of a plain torch module: its linear layers in a chain, pruned ones by their masks.

    Parameters
    ----------
    module : torch.nn.Module
        Such as an ``nn.Sequential`` of ``nn.Linear`` layers; ``torch.nn.utils.prune`` and the parametrisations of
        ``torch.ao.pruning`` are understood.
    links : {'masks', 'nonzero', 'all'}, optional
        Which entries of a weight are links, see :func:`~netsparse.graph.state_dict.network_from_state`.
    layers : sequence of str, optional
        Names of the layers, from input to output; by default all, as they are registered.
    readout, activation
        As for :class:`~netsparse.graph.LayeredNetwork`; what stands between the layers is the caller's to say.

    Examples
    --------
    >>> import torch, netsparse as ns
    >>> from torch.nn.utils import prune
    >>> layer = torch.nn.Linear(4, 2)
    >>> _ = prune.l1_unstructured(layer, "weight", amount=3)
    >>> ns.nn.from_module(torch.nn.Sequential(layer)).n_links
    5
    """
    if not isinstance(module, nn.Module):
        raise InvalidType(f"module must be a torch module, got {type(module).__name__}", parameter="module")
    state = _arrays({**module.state_dict(), **_masks(module)})
    return network_from_state(state, links=links, layers=layers, readout=readout, activation=activation)


def read_checkpoint(
    path: str | PathLike,
    kind: str = "any",
    *,
    links: str | None = None,
    layers: Sequence[str] | None = None,
    readout: int | None = None,
    activation: str | None = None,
) -> LayeredNetwork:
    """Read the linear layers of a file of ``torch.save(module.state_dict(), path)`` as a network.

    Loaded by ``torch.load(weights_only=True)``. Parameters and errors are those of
    :func:`~netsparse.graph.safetensors.read_safetensors`; the layers have the order of the state.
    """
    state = _loaded(path)
    about = state.pop("netsparse", {}) if isinstance(state.get("netsparse"), Mapping) else {}
    try:
        return network_from_state(
            _arrays(state),
            links=links,
            layers=layers,
            readout=about.get("readout", 0) if readout is None else readout,
            activation=about.get("activation", "relu") if activation is None else activation,
        )
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"{fspath(path)}: {error}") from None


def write_checkpoint(graph: LayeredNetwork | BipartiteLayer, path: str | PathLike) -> None:
    """Write a state of dense weights, masks and biases, by the names of ``torch.nn.utils.prune``, atomically."""
    network = graph if isinstance(graph, LayeredNetwork) else LayeredNetwork([graph])
    state: dict[str, Any] = {name: torch.from_numpy(array) for name, array in state_of_network(network).items()}
    state["netsparse"] = {"readout": network.readout, "activation": network.activation}
    with writing(path) as temporary:
        torch.save(state, temporary)


def _masks(module: nn.Module) -> dict[str, torch.Tensor]:
    """Return the masks of parametrised weights, which torch.ao.pruning leaves out of a module's state."""
    found = {}
    for name, part in module.named_modules():
        parametrised = parametrize.is_parametrized(part, "weight")
        for number, one in enumerate(part.parametrizations.weight if parametrised else ()):
            if isinstance(getattr(one, "mask", None), torch.Tensor):
                found[f"{name}.parametrizations.weight.{number}.mask".lstrip(".")] = one.mask
    return found


def _loaded(path: str | PathLike) -> dict[str, Any]:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except (RuntimeError, ValueError, TypeError, KeyError, EOFError, AttributeError, pickle.UnpicklingError) as error:
        reason = one_line(str(error).partition("\n")[0], 160)
        raise FileFormatError(f"{fspath(path)} is no torch checkpoint that is read here: {reason}") from error
    for name in _NESTED:
        if isinstance(state, Mapping) and isinstance(state.get(name), Mapping):
            state = state[name]
    if not isinstance(state, Mapping) or not all(isinstance(name, str) for name in state):
        raise FileFormatError(f"{fspath(path)} holds no state of a module: a mapping from names to tensors is needed")
    return dict(state)


def _arrays(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a state are arrays, on the host; reduced precision becomes float32, which holds it exactly."""
    tensors = {name: value.detach().cpu() for name, value in state.items() if isinstance(value, torch.Tensor)}
    return {
        name: (tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor).to_dense().numpy()
        for name, tensor in tensors.items()
    }
