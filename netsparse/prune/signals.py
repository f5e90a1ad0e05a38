"""What the layers of a module say before the activation, caught on the way, and how their units correlate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.errors import InvalidValue
from netsparse.nn import MaskedLinear, SparseLinear
from netsparse.prune.batches import Probe, looked_at
from netsparse.prune.masking import PLAIN, layers_of_kinds

_FEATURES_LAST = (nn.Linear, MaskedLinear, SparseLinear)


def weighted_layers(model: nn.Module) -> dict[str, nn.Module]:
    """Return all layers with weights by name, sparse ones too.

    >>> list(weighted_layers(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))))
    ['0', '2']
    """
    return layers_of_kinds(model, (*PLAIN, MaskedLinear, SparseLinear))


def preactivations(model: nn.Module, probe: Probe) -> Iterator[dict[str, np.ndarray]]:
    """Yield for each batch what each layer puts out, (samples, units) in float64, in the order of the layers' calls.

    What a layer puts out at several places, the pixels of a channel, say, is averaged over them.
    """
    layers, caught = weighted_layers(model), {}

    def catch(name: str):
        def hook(layer: nn.Module, inputs: tuple, output: Tensor) -> None:
            if name in caught:
                raise InvalidValue(f"model calls layer {name!r} twice in a forward pass: it has no one pre-activation")
            caught[name] = _by_unit(layer, output.detach().double()).cpu().numpy()

        return hook

    handles = [layer.register_forward_hook(catch(name)) for name, layer in layers.items()]
    try:
        with looked_at(model), torch.no_grad():
            for x in probe.inputs(model):
                caught.clear()
                model(x)
                yield dict(caught)
    finally:
        for handle in handles:
            handle.remove()


def correlations(model: nn.Module, probe: Probe) -> tuple[dict[tuple[str, str], np.ndarray], dict[str, int]]:
    """Return the Pearson correlations of the units of consecutive layers, and how many units of each are constant.

    Two passes, of means and then of products of deviations, in float64: batches only add up. A unit that says the
    same of all samples correlates 0 with every other.
    """
    sums, low, high = {}, {}, {}
    for batch in preactivations(model, probe):
        for name, values in batch.items():
            sums[name] = sums.get(name, 0) + values.sum(axis=0)
            low[name] = np.minimum(low.get(name, np.inf), values.min(axis=0))
            high[name] = np.maximum(high.get(name, -np.inf), values.max(axis=0))
    broken = [name for name, total in sums.items() if not np.isfinite(total).all()]
    if broken:
        raise InvalidValue(f"model: layer {broken[0]!r} puts out NaN or infinity; has training diverged?")
    constant = {name: low[name] == high[name] for name in sums}
    means = {name: total / len(probe) for name, total in sums.items()}
    pairs = list(pairwise(means))
    products, squares = dict.fromkeys(pairs, 0.0), dict.fromkeys(means, 0.0)
    for batch in preactivations(model, probe):
        deviations = {name: np.where(constant[name], 0, values - means[name]) for name, values in batch.items()}
        for name, values in deviations.items():
            squares[name] = squares[name] + (values**2).sum(axis=0)
        for pair in pairs:
            products[pair] = products[pair] + deviations[pair[0]].T @ deviations[pair[1]]
    norms = {name: np.where(square > 0, np.sqrt(square), 1) for name, square in squares.items()}
    found = {(a, b): product / norms[a][:, None] / norms[b] for (a, b), product in products.items()}
    return found, {name: int(marks.sum()) for name, marks in constant.items()}


def _by_unit(layer: nn.Module, output: Tensor) -> Tensor:
    """Return (samples, units): features stand last after a linear layer, second after a convolution."""
    if isinstance(layer, _FEATURES_LAST):
        return output.reshape(len(output), -1, output.shape[-1]).mean(dim=1)
    return output.flatten(2).mean(dim=2)
