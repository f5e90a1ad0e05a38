"""Networks from the dense weights of a torch module, by name: the rule for which zeros are links is the caller's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue, one_line, unknown
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

LINKS = ("masks", "nonzero", "all")
_ORIGINAL, _MASK = ".parametrizations.weight.original", re.compile(r"\.parametrizations\.weight\.\d+\.mask")


class _Dense(NamedTuple):
    """A linear layer of a state: its weights as torch keeps them, outputs by inputs."""

    name: str
    weight: np.ndarray
    mask: np.ndarray | None
    bias: np.ndarray | None


def network_from_state(
    state: Mapping[str, np.ndarray],
    *,
    links: str | None = None,
    layers: Sequence[str] | None = None,
    readout: int = 0,
    activation: str = "relu",
) -> LayeredNetwork:
    r"""Return the network of a module's named arrays: linear layers in a chain, :math:`B = W^T`.

    Parameters
    ----------
    state : mapping of str to numpy.ndarray
        As ``{name: tensor.numpy() for name, tensor in module.state_dict().items()}``. Weights that
        ``torch.nn.utils.prune`` or a parametrisation of ``torch.ao.pruning`` masks are read with their masks.
    links : {'masks', 'nonzero', 'all'}, optional
        Which entries of a weight are links: those that its mask keeps, those that are not 0, or all. By default the
        masks, where every layer has one; otherwise it must be said.
    layers : sequence of str, optional
        Names of the layers, from input to output; by default all in the order of the state.
    readout, activation
        As for :class:`netsparse.graph.LayeredNetwork`; a state does not say them.

    Raises
    ------
    ValueError
        If the rule is missing or unknown, a layer is no linear one (convolution, normalisation), has no mask, or does
        not fit the one before it, or an array is not finite. Names the layer.

    Examples
    --------
    >>> import numpy as np
    >>> state = {"0.weight": np.array([[1.0, 0.0]]), "2.weight": np.array([[2.0], [0.0]])}
    >>> network_from_state(state, links="nonzero").sizes
    (2, 1, 2)
    """
    if links is not None and links not in LINKS:
        raise unknown("links", links, LINKS)
    found = _dense_layers(state)
    chosen = [_chosen(found, name) for name in (found if layers is None else layers)]
    if layers is None:
        _refuse_others(state, found)
    if not chosen:
        raise InvalidValue("this state holds no linear layer")
    if links is None and any(layer.mask is None for layer in chosen):
        raise InvalidValue("which zeros are links? say links='nonzero' or 'all': not every layer has a mask")
    for before, after in zip(chosen, chosen[1:], strict=False):
        if before.weight.shape[0] != after.weight.shape[1]:
            raise InvalidValue(
                f"{before.name} has {before.weight.shape[0]} outputs, but {after.name} {after.weight.shape[1]} inputs: "
                "say which layers, in which order (layers)"
            )
    return LayeredNetwork([_layer(one, links or "masks") for one in chosen], readout, activation)


def state_of_network(network: LayeredNetwork) -> dict[str, np.ndarray]:
    """Return dense weights, masks and biases by the names that ``torch.nn.utils.prune`` gives them; exact.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> state = state_of_network(network)
    >>> list(state)[:3]
    ['0.weight_orig', '0.weight_mask', '0.bias']
    >>> network_from_state(state, readout=1) == network
    True
    """
    state = {}
    for index, layer in enumerate(network.layers):
        mask = sparse.csr_array((np.ones(layer.n_links, dtype=bool), layer.columns, layer.indptr), shape=layer.shape)
        state[f"{index}.weight_orig"] = np.ascontiguousarray(layer.biadjacency.toarray().T)
        state[f"{index}.weight_mask"] = np.ascontiguousarray(mask.toarray().T).astype(layer.dtype)
        state[f"{index}.bias"] = np.array(layer.bias)
    return state


def _dense_layers(state: Mapping[str, np.ndarray]) -> dict[str, _Dense]:
    """Return the linear layers of a state by name, in its order."""
    found = {}
    for key in state:
        stem, original = _stem(key)
        if stem is None or state[key].ndim != 2:
            continue
        found[stem] = _Dense(stem or "the layer", state[key], _mask(state, stem, original), _get(state, stem, "bias"))
    return found


def _stem(key: str) -> tuple[str | None, str]:
    for ending in (_ORIGINAL, ".weight_orig", ".weight"):
        if ("." + key).endswith(ending):
            return ("." + key)[1 : -len(ending)], ending
    return None, ""


def _get(state: Mapping[str, np.ndarray], stem: str, name: str) -> np.ndarray | None:
    key = f"{stem}.{name}" if stem else name
    return state[key] if key in state else None  # noqa: SIM401 - archives are mappings whose get raises


def _mask(state: Mapping[str, np.ndarray], stem: str, ending: str) -> np.ndarray | None:
    if ending == _ORIGINAL:
        masks = [key for key in state if key.startswith(stem) and _MASK.fullmatch(key[len(stem) :])]
        if not masks:  # as torch.ao.pruning saves it
            raise InvalidValue(f"{stem} is parametrised, but its mask is not in the state: read the module itself")
        return state[masks[0]]
    return _get(state, stem, "weight_mask")


def _chosen(found: Mapping[str, _Dense], name: str) -> _Dense:
    if name not in found:
        raise unknown("layer", name, found)
    return found[name]


def _refuse_others(state: Mapping[str, np.ndarray], found: Mapping[str, _Dense]) -> None:
    """Refuse what is no linear layer but may change what the module computes."""
    for key, array in state.items():
        stem = _stem(key)[0]
        if stem is not None and stem not in found:
            what = "a list of links" if f"{stem}.places" in state else "no linear layer"
            raise InvalidValue(
                f"{one_line(stem, 60)} has a weight of {array.ndim} dimensions, it is {what}; say which layers (layers)"
            )


def _layer(dense: _Dense, links: str) -> BipartiteLayer:
    weight = np.asarray(dense.weight)
    if weight.dtype.kind != "f":
        raise InvalidType(f"the weight of {dense.name} is {weight.dtype}, which is no real number")
    kept = _kept(dense, weight, links).T
    rows, columns = np.nonzero(kept)
    try:
        return BipartiteLayer.from_links(rows, columns, weight.T[kept], (weight.shape[1], weight.shape[0]), dense.bias)
    except ValueError as error:
        raise InvalidValue(f"{dense.name}: {error}") from None


def _kept(dense: _Dense, weight: np.ndarray, links: str) -> np.ndarray:
    if links == "all":
        return np.ones(weight.shape, dtype=bool)
    if links == "nonzero":
        return (weight if dense.mask is None else weight * dense.mask) != 0
    if dense.mask is None:
        raise InvalidValue(f"{dense.name} has no mask: say links='nonzero' or 'all'")
    if dense.mask.shape != weight.shape:
        raise InvalidValue(f"the mask of {dense.name} has shape {dense.mask.shape}, its weight {weight.shape}")
    return np.asarray(dense.mask) != 0
