"""Linear layers of any model made sparse, their weights kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from netsparse.errors import InvalidType, InvalidValue, check_number, unknown
from netsparse.generate import layer_densities
from netsparse.generate.starts import draw_start
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.graph.keys import from_keys
from netsparse.nn.backend import BACKENDS, choose_backend
from netsparse.nn.feedforward import LAYERS
from netsparse.nn.part import LinearPart
from netsparse.nn.plain_copy import check_module, copied
from netsparse.nn.sparsify_choice import choose_layers
from netsparse.nn.tensors import array_of
from netsparse.nn.weight_readers import refuse_readers
from netsparse.rewire import Recipe

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class SparsifyReport:
    """What :func:`netsparse.nn.sparsify` made of a model.

    Attributes
    ----------
    layers : mapping of str to LinearPart
        The sparse and masked layers by name.
    left : mapping of str to str
        Modules with weights that are left alone, and why.

    Examples
    --------
    >>> import torch, netsparse as ns
    >>> model = torch.nn.Sequential(torch.nn.Linear(8, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
    >>> _, report = ns.nn.sparsify(model, 0.25, rng=0)
    >>> print(report)
    0: 8 x 6, 12 of 48 links (density 0.25), SparseLinear
    2: left alone: the last layer
    """

    layers: Mapping[str, LinearPart]
    left: Mapping[str, str]

    def frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per sparse layer: layer, rows, columns, links, density, kind."""
        import pandas as pd

        rows = [
            (name, part.in_features, part.out_features, part.n_links, _density(part), type(part).__name__)
            for name, part in self.layers.items()
        ]
        return pd.DataFrame(rows, columns=["layer", "rows", "columns", "links", "density", "kind"])

    def __str__(self) -> str:
        lines = [
            f"{name}: {part.in_features} x {part.out_features}, {part.n_links:,} of "
            f"{part.in_features * part.out_features:,} links (density {_density(part):.4g}), {type(part).__name__}"
            for name, part in self.layers.items()
        ]
        return "\n".join([*lines, *(f"{name}: left alone: {reason}" for name, reason in self.left.items())])


def sparsify(
    model: nn.Module,
    density: float | Mapping[str, float] | None = None,
    recipe: Recipe | str | None = None,
    *,
    layers: str | Sequence[str] | None = None,
    distribution: str | None = None,
    backend: str = "auto",
    inplace: bool = False,
    rng=None,
) -> tuple[nn.Module, SparsifyReport]:
    """Replace linear layers of a model by sparse ones that keep a share of their weights, and all biases.

    Parameters
    ----------
    model : torch.nn.Module
    density : float in (0, 1], or mapping of str to float, optional
        Of the chosen layers together, or of each by its name; by default what the recipe starts with.
    recipe : Recipe or str, optional
        Its start says which links there are, its distribution how they are shared; by default links at random,
        the same density everywhere. 'auto' takes layers that give its rules the evidence that they need.
    layers : str or sequence of str, optional
        Names of linear layers, or patterns such as ``"encoder.*.linear1"``. By default all linear layers, the last one
        registered left alone, as are embeddings, normalisations and convolutions; of a mapping of densities, its keys.
    distribution : str, optional
        A name in :data:`netsparse.generate.DISTRIBUTIONS`, such as 'erk'; by default the recipe's.
    backend : {'auto', 'sparse', 'masked'}, default 'auto'
        'sparse': :class:`SparseLinear`, parameters are the links only; 'masked': :class:`MaskedLinear`. 'auto': a
        layer's faster one (:func:`choose_backend`), masked where that cannot be sparse or is not on the CPU.
    inplace : bool, default False
        Whether the model itself is changed, instead of a copy. An optimiser has to be made afterwards.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    model : torch.nn.Module
    report : SparsifyReport
        What has been replaced, and what left alone and why.

    Raises
    ------
    ValueError, TypeError
        If no layer can be made sparse, a name matches nothing or a layer that cannot be, or a density leaves a layer
        without a link. The model has not changed.

    Notes
    -----
    A module at several places is replaced at all of them. Frozen parameters (``requires_grad``) stay frozen.

    Examples
    --------
    >>> import torch, netsparse as ns
    >>> model = torch.nn.Sequential(torch.nn.Linear(784, 300), torch.nn.ReLU(), torch.nn.Linear(300, 10))
    >>> sparse, report = ns.nn.sparsify(model, density=0.05, rng=0)
    >>> sparse[0]
    SparseLinear(in_features=784, out_features=300, links=11760)
    """
    check_module(model)
    if backend not in BACKENDS:
        raise unknown("backend", backend, BACKENDS)
    recipe = Recipe() if recipe is None else Recipe.of(recipe)
    if layers is None and isinstance(density, Mapping):
        layers = list(density)
    target = model if inplace else copied(model)
    chosen, left = choose_layers(target, layers)
    links = _links(chosen, _densities(chosen, density, recipe, distribution), recipe, rng)
    readers = _readers(target)
    parts = {
        name: _part(module, links[name], backend, recipe, readers.get(id(module), ()))
        for name, module in chosen.items()
    }
    _replace(target, {id(chosen[name]): part for name, part in parts.items()})
    return target, SparsifyReport(parts, left)


def _density(part: LinearPart) -> float:
    return part.n_links / (part.in_features * part.out_features)


def _densities(
    chosen: Mapping[str, nn.Linear],
    density: float | Mapping[str, float] | None,
    recipe: Recipe,
    distribution: str | None,
) -> dict[str, float]:
    """Return the density of each layer."""
    if isinstance(density, Mapping):
        odd = sorted(density.keys() ^ chosen.keys())
        if odd:
            raise InvalidValue(f"density must have a number for each of {', '.join(chosen)}: see {odd[0]!r}")
        return {name: check_number("density", density[name], above=0, at_most=1) for name in chosen}
    if density is None and recipe.density is None:
        raise InvalidType("density must be given, as a number or by layer: the recipe has none", parameter="density")
    density = recipe.density.at(0.0) if density is None else density
    shapes = [_shape(module) for module in chosen.values()]
    found = layer_densities(shapes, density, recipe.distribution if distribution is None else distribution)
    return dict(zip(chosen, found.tolist(), strict=True))


def _shape(module: nn.Linear) -> tuple[int, int]:
    return module.in_features, module.out_features


def _links(chosen: Mapping[str, nn.Linear], densities: Mapping[str, float], recipe: Recipe, rng) -> dict:
    """Return rows and columns of the links of each layer."""
    rng = np.random.default_rng(rng)
    shapes = [_shape(module) for module in chosen.values()]
    found = {}
    for index, (name, (rows, columns)) in enumerate(zip(chosen, shapes, strict=True)):
        n = round(densities[name] * rows * columns)
        if n == 0:
            raise InvalidValue(
                f"density {densities[name]:.3g} leaves layer {name!r} ({rows} x {columns}) without a link",
                parameter="density",
            )
        start = recipe.start
        keys = draw_start(start.name, shapes, index, n, options=start.options_at(0.0, recipe.until), rng=rng)
        found[name] = from_keys(keys, shapes[index])
    return found


def _readers(model: nn.Module) -> dict[int, list[tuple[nn.Module, str]]]:
    """Return by identity of each module those that hold it, and by what name."""
    found: dict[int, list[tuple[nn.Module, str]]] = {}
    for holder in model.modules():
        for name, module in holder._modules.items():
            found.setdefault(id(module), []).append((holder, name))
    return found


def _part(module: nn.Linear, links, backend: str, recipe: Recipe, holders) -> LinearPart:
    """Return the sparse or masked layer that takes the place of a linear one."""
    rows, columns = links
    weights = array_of(module.weight).T[rows, columns]
    bias = None if module.bias is None else array_of(module.bias)
    layer = BipartiteLayer.from_links(rows, columns, weights, _shape(module), bias)
    part = LAYERS[_backend(layer, module, backend, recipe, holders)](layer, module.bias is not None)
    part.to(device=module.weight.device, dtype=module.weight.dtype).train(module.training)
    for name, parameter in part.named_parameters():
        parameter.requires_grad_(getattr(module, name).requires_grad)
    for holder, name in holders:
        refuse_readers(holder, name, part)
    return part


def _backend(layer: BipartiteLayer, module: nn.Linear, backend: str, recipe: Recipe, holders) -> str:
    """Return 'sparse' or 'masked'; 'auto' takes the first only where compiled loops compute it and nobody reads it."""
    if backend != "auto":
        return backend
    by_loops = module.weight.device.type == "cpu" and module.weight.dtype in (torch.float32, torch.float64)
    is_read = any(isinstance(holder, nn.TransformerEncoderLayer) for holder, _ in holders)
    if not by_loops or is_read:
        return "masked"
    return choose_backend(LayeredNetwork([layer]), "auto", recipe.needs())


def _replace(model: nn.Module, parts: Mapping[int, LinearPart]) -> None:
    for holder in list(model.modules()):
        for name, module in list(holder._modules.items()):
            if id(module) in parts:
                setattr(holder, name, parts[id(module)])
