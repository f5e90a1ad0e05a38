"""What is pruned: any module of torch behind masks, or a network of netsparse's own behind its engines."""

from __future__ import annotations

import copy
from typing import Protocol

import numpy as np
import torch
from torch import nn

from netsparse.datasets import Evaluation
from netsparse.datasets import evaluate as evaluate_network
from netsparse.datasets.evaluation import cross_entropies
from netsparse.errors import InvalidValue
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.nn import engine, masks, to_module
from netsparse.prune.batches import Probe, looked_at, read_only
from netsparse.prune.masking import Masks, State
from netsparse.prune.recipe import Recipe


class Subject(Protocol):
    """What the loop does with what it prunes."""

    names: list[str]  #: of the layers

    def masks(self) -> list[np.ndarray]:
        """Return the masks, in the shapes of the weights, output units first."""

    def weights(self) -> list[np.ndarray]:
        """Return the weights, 0 where they are pruned."""

    def narrow(self, masks: list[np.ndarray]) -> None:
        """Prune to these masks."""

    def state(self) -> State:
        """Return clones of all that training changes."""

    def load(self, state: State) -> None:
        """Go back to a state, to the bit; what is pruned stays so."""

    def module(self) -> nn.Module:
        """Return a module to look at, which computes with masks."""

    def begin(self) -> None:
        """Start a training, without momentum."""

    def train(self, x: np.ndarray, y: np.ndarray, order: np.ndarray, rates: np.ndarray, seed: int) -> float:
        """Take a step for each batch of the order and return the mean loss; the seed is for dropout and the like."""

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> Evaluation:
        """Return loss and accuracy."""

    def result(self) -> nn.Module | LayeredNetwork:
        """Return what is left: a plain module with zeros, or a network without the pruned links."""


class ModuleSubject:
    """Any torch module, copied; its pruned weights are 0 in every forward pass."""

    def __init__(self, model: nn.Module, recipe: Recipe):
        self._model = copy.deepcopy(model)
        self._masks, self._recipe = Masks(self._model), recipe
        self.names = self._masks.names
        self.masks, self.weights, self.narrow = self._masks.arrays, self._masks.weights, self._masks.narrow
        self.state, self.load = self._masks.state, self._masks.load

    def module(self) -> nn.Module:
        """Return the module itself."""
        return self._model

    def begin(self) -> None:
        """Make a new optimiser."""
        recipe = self._recipe
        self._optimiser = torch.optim.SGD(
            self._model.parameters(),
            lr=recipe.lr.initial,
            momentum=recipe.momentum,
            nesterov=recipe.nesterov,
            weight_decay=recipe.weight_decay,
        )

    def train(self, x, y, order, rates, seed) -> float:
        """Take a step for each batch of the order."""
        size, total = self._recipe.batch_size, 0.0
        like = next(self._model.parameters())
        x, y = read_only(x), read_only(y).long()
        self._model.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for batch, rate in zip(torch.as_tensor(order).split(size), rates.tolist(), strict=True):
                self._optimiser.param_groups[0]["lr"] = rate
                self._optimiser.zero_grad()
                outputs = self._model(x[batch].to(like.device, like.dtype))
                loss = nn.functional.cross_entropy(outputs, y[batch].to(like.device))
                loss.backward()
                self._optimiser.step()
                total += loss.item() * len(batch)
        return total / len(order)

    def evaluate(self, x, y) -> Evaluation:
        """Return loss and accuracy, in evaluation mode."""
        with looked_at(self._model), torch.no_grad():
            outputs = [self._model(batch).double().cpu() for batch in Probe(x).inputs(self._model)]
        logits, y = torch.cat(outputs).numpy(), np.asarray(y)
        return Evaluation(float(cross_entropies(logits, y).mean()), float((logits.argmax(axis=1) == y).mean()))

    def result(self) -> nn.Module:
        """Return the module without its masks, its pruned weights 0."""
        self._masks.clear()
        self._masks.take_off()
        return self._model


class NetworkSubject:
    """A layered network: rounds are trained by :func:`netsparse.nn.engine`, over the links that are left."""

    def __init__(self, network: LayeredNetwork, recipe: Recipe, backend: str = "auto", threads: int = 1):
        if recipe.nesterov:
            raise InvalidValue(
                "nesterov is not known to the engines of networks: replace(nesterov=False), or prune the module "
                "nn.to_module(network, 'masked')",
                parameter="nesterov",
            )
        if any(layer.frozen_links is not None or layer.frozen_biases is not None for layer in network.layers):
            raise InvalidValue("model has frozen links or biases: prune network.thaw()", parameter="model")
        self._network, self._recipe, self._backend, self._threads = network, recipe, backend, threads
        self.names = [f"layers.{index}" for index in range(len(network.layers))]

    def masks(self) -> list[np.ndarray]:
        """Return where links are."""
        return [mask.numpy() for mask in masks(self._network)]

    def weights(self) -> list[np.ndarray]:
        """Return dense weights."""
        return [_dense(layer) for layer in self._network.layers]

    def narrow(self, masks: list[np.ndarray]) -> None:
        """Take links away; those that are not there never come back."""
        gone = zip(self._network.layers, masks, strict=True)
        self._network = self._network.with_layers(
            layer.without_links(np.nonzero(~np.asarray(mask)[layer.columns, layer.rows])[0]) for layer, mask in gone
        )

    def state(self) -> State:
        """Return dense weights and biases."""
        layers = list(zip(self.names, self._network.layers, strict=True))
        weights = {f"{name}.weight": torch.as_tensor(_dense(layer)) for name, layer in layers}
        return weights | {f"{name}.bias": torch.tensor(layer.bias) for name, layer in layers}

    def load(self, state: State) -> None:
        """Give the links that are left, and the neurons, the values of a state."""
        self._network = self._network.with_layers(
            layer.with_weights(
                state[f"{name}.weight"].numpy()[layer.columns, layer.rows], state[f"{name}.bias"].numpy()
            )
            for name, layer in zip(self.names, self._network.layers, strict=True)
        )

    def module(self) -> nn.Module:
        """Return masked layers."""
        return to_module(self._network, "masked")

    def begin(self) -> None:
        """Make a new engine: that of sparse layers once the network is sparse enough for it."""
        recipe = self._recipe
        self._engine = engine(
            self._network,
            self._backend,
            momentum=recipe.momentum,
            weight_decay=recipe.weight_decay,
            batch_size=recipe.batch_size,
            threads=self._threads,
        )

    def train(self, x, y, order, rates, seed) -> float:
        """Take a step for each batch of the order."""
        loss = self._engine.run_epoch(x, y, order, rates)
        self._network = self._engine.network()
        return loss

    def evaluate(self, x, y) -> Evaluation:
        """Return loss and accuracy."""
        return evaluate_network(self._network, (x, y))

    def result(self) -> LayeredNetwork:
        """Return the network."""
        return self._network


def subject_of(model: nn.Module | LayeredNetwork, recipe: Recipe, backend: str = "auto", threads: int = 1) -> Subject:
    """Return what the loop prunes: a network as such, anything else as a module."""
    if isinstance(model, LayeredNetwork):
        return NetworkSubject(model, recipe, backend, threads)
    return ModuleSubject(model, recipe)


def _dense(layer: BipartiteLayer) -> np.ndarray:
    weight = np.zeros(layer.shape[::-1], dtype=layer.dtype)
    weight[layer.columns, layer.rows] = layer.weights
    return weight
