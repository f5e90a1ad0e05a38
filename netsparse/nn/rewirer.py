"""Sparse training of any model, in a loop of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from netsparse.errors import FileFormatError, InvalidType, InvalidValue, check_count
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.nn.captured import Captured
from netsparse.nn.dense_momentum import DenseMomentum, gathers_momentum, refuse_momentum
from netsparse.nn.feedforward import FeedForward
from netsparse.nn.part import LinearPart, shared_parameters
from netsparse.nn.plain_copy import check_module
from netsparse.nn.rewirer_networks import Networks
from netsparse.nn.rewiring import carry_over
from netsparse.nn.sparse import SparseLinear
from netsparse.rewire import Evidence, Recipe, State, TopologyUpdate, step

if TYPE_CHECKING:
    import pandas

FORMAT = 1


class Rewirer:
    """Rewires the sparse layers of a model as it is trained: ``rewirer.step()`` stands for ``optimizer.step()``.

    It makes the optimiser's step, or leaves it out where the recipe's update takes its place (RigL), and rewires when
    that is due. The optimiser's state of surviving links is kept, that of new ones what it starts with.

    Parameters
    ----------
    model : torch.nn.Module
        With sparse or masked layers, such as :func:`sparsify` makes. Those whose weights are frozen are left alone.
    optimizer : torch.optim.Optimizer
        Of the model's parameters; any that :func:`apply_update` takes.
    recipe : Recipe or str
        Numbers of layers in it are those of the model's sparse layers, as :meth:`graphs` has them.
    steps : int
        Steps that the training has in all; of each, an epoch has `steps_per_epoch`.
    steps_per_epoch : int, optional
        Needed if the recipe counts epochs.
    chain : str, optional
        Name of an activation: the sparse layers feed one another in their order, with nothing but that between them.
        Then they are one network: neurons on no path of it are cleaned up, links of different layers compete. By
        default each layer is a network of its own, whose neurons all count as inputs and outputs. A
        :class:`FeedForward` says itself what it is.
    rng : numpy.random.Generator or seed, optional

    Raises
    ------
    ValueError, TypeError
        If there is no sparse layer, layers share parameters, the optimiser does not hold the weights, or the recipe
        asks for what the layers do not have: momentum of missing links, or one network where they are none.

    Notes
    -----
    Gradients of links that are missing are those of the backward passes since the last step, accumulated ones
    together; they are kept only for steps at which the recipe looks at them. Signals and gradients of the layers'
    outputs are brought to the host.

    Examples
    --------
    >>> import torch, netsparse as ns
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(torch.nn.Linear(20, 30), torch.nn.ReLU(), torch.nn.Linear(30, 2))
    >>> model, _ = ns.nn.sparsify(model, density=0.2, rng=0)
    >>> optimizer = torch.optim.Adam(model.parameters())
    >>> rigl = {"regrowth": "gradient", "replaces_step": True, "new_weights": "zero", "clean_up": "none"}
    >>> recipe = ns.rewire.Recipe(interval=5, unit="steps", until=0.75, **rigl)
    >>> rewirer = ns.nn.Rewirer(model, optimizer, recipe, steps=20, rng=0)
    >>> x, y = torch.randn(8, 20), torch.randint(2, (8,))
    >>> for _ in range(20):
    ...     optimizer.zero_grad()
    ...     torch.nn.functional.cross_entropy(model(x), y).backward()
    ...     update = rewirer.step()
    >>> rewirer.graphs()["0"].n_links, len(rewirer.report())
    (120, 2)
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        recipe: Recipe | str,
        *,
        steps: int,
        steps_per_epoch: int | None = None,
        chain: str | None = None,
        rng=None,
    ):
        check_module(model)
        self._recipe = Recipe.of(recipe)
        self._total = check_count("steps", steps, at_least=1)
        self._per_epoch = self._checked_epoch(steps_per_epoch)
        self._parts = _parts_of(model)
        self._optimizer = _checked_optimizer(optimizer, self._parts)
        self._networks = Networks(model, self._parts, self._recipe, chain)
        for index in self._recipe.frozen_biases:
            _freeze_biases(list(self._parts.values())[index])
        self._seed = int(np.random.default_rng(rng).integers(2**63))
        self._steps, self._rows = 0, []
        self._states = [State.start(network, self._recipe) for network in self._networks.now()]
        needs = self._recipe.needs()
        self._momentum = self._gathered(needs)
        looks = any(set(kinds) - {"momentum"} for kinds in needs.values())
        self._captured = Captured(self._parts, self._recipe.batches) if looks else None
        self._look_ahead()

    def step(self, scaler: torch.amp.GradScaler | None = None) -> TopologyUpdate | None:
        """Make a step of the optimiser, an update of the topology, or both; return the update, if there is one.

        Parameters
        ----------
        scaler : torch.amp.GradScaler, optional
            Makes the optimiser's step; its ``update()`` is called afterwards, as ever. An update by gradients that
            have become infinite is left out, as a step is.

        Raises
        ------
        ValueError
            If an update by gradients is due and no backward pass has been made; nothing has changed.
        """
        due = self._is_due(self._steps + 1)
        if due and self._captured is not None:
            self._captured.check()
        if scaler is not None:
            self._make_scaled_step(scaler, due)
            due = due and (self._captured is None or self._captured.is_finite())
        elif not (due and self._recipe.replaces_step):
            self._optimizer.step()
        update = self._update(1.0 if scaler is None else scaler.get_scale()) if due else None
        self._steps += 1
        self._look_ahead()
        return update

    def graphs(self) -> dict[str, BipartiteLayer]:
        """Return the layers that are rewired as graphs, by name."""
        return {name: part.to_layer() for name, part in self._parts.items()}

    def report(self) -> pandas.DataFrame:
        """Return a tidy table with a row per update and layer: step, layer, links, removed, grown and others."""
        import pandas as pd

        columns = ["step", "layer", "links", "removed", "disconnected", "grown", "overlap"]
        return pd.DataFrame(self._rows, columns=columns)

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint needs beside the states of model and optimiser: tensors, numbers and text."""
        states = [{name: torch.tensor(array) for name, array in state.to_arrays().items()} for state in self._states]
        return {
            "format": FORMAT,
            "steps": self._steps,
            "seed": self._seed,
            "states": states,
            "rows": [list(row) for row in self._rows],
            "captured": [] if self._captured is None else self._captured.state(),
            "momentum": None if self._momentum is None else torch.tensor(self._momentum.state()),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state, to the bit, after model and optimiser have loaded theirs.

        Raises
        ------
        FileFormatError
            If it is no state of a rewirer of so many layers.
        """
        try:
            states = [State.from_arrays({k: v.numpy() for k, v in one.items()}) for one in state["states"]]
            known = state["format"] == FORMAT and len(states) == len(self._states)
            steps, seed, rows = int(state["steps"]), int(state["seed"]), [tuple(row) for row in state["rows"]]
            captured, momentum = state["captured"], state["momentum"]
        except (KeyError, TypeError, AttributeError) as error:
            raise FileFormatError(f"this is no state of a Rewirer: {error}") from None
        if not known or (momentum is None) != (self._momentum is None):
            raise FileFormatError("this is a state of another Rewirer: its format, layers or recipe differ")
        self._states, self._steps, self._seed, self._rows = states, steps, seed, rows
        if self._captured is not None:
            self._captured.load_state(captured)
        if self._momentum is not None:
            self._momentum.load_state(momentum.numpy())
        self._look_ahead()

    def _checked_epoch(self, steps_per_epoch: int | None) -> int:
        if self._recipe.unit == "steps":
            return 1
        if steps_per_epoch is None:
            raise InvalidType("steps_per_epoch must be given: the recipe counts epochs", parameter="steps_per_epoch")
        return check_count("steps_per_epoch", steps_per_epoch, at_least=1)

    def _gathered(self, needs) -> DenseMomentum | None:
        if any(isinstance(part, SparseLinear) for part in self._parts.values()):
            refuse_momentum(needs)
        if not gathers_momentum(needs):
            return None
        group = self._optimizer.param_groups[0]
        return DenseMomentum(list(self._parts.values()), group.get("momentum") or group.get("betas", (0.9,))[0])

    def _make_scaled_step(self, scaler: torch.amp.GradScaler, due: bool) -> None:
        if not (due and self._recipe.replaces_step):
            scaler.step(self._optimizer)
        else:
            with suppress(RuntimeError):  # it has been called already, to clip gradients
                scaler.unscale_(self._optimizer)  # the scaler's update() asks for it

    def _is_due(self, number: int) -> bool:
        return number <= self._total and self._recipe.updates_after(
            number, self._per_epoch, self._total // self._per_epoch
        )

    def _look_ahead(self) -> None:
        """Capture what goes through the layers only if the next update will look at it."""
        if self._captured is not None:
            self._captured.close_step()
            following = range(self._steps + 1, self._steps + self._recipe.batches + 1)
            self._captured.active = any(map(self._is_due, following))
            if not self._captured.active:
                self._captured.clear()

    def _update(self, scale: float) -> TopologyUpdate:
        """Rewire the layers, after all of it is known."""
        progress = self._steps + 1, self._total
        rng = np.random.default_rng([self._seed, self._steps + 1])
        done = [
            step(network, state, recipe, progress=progress, evidence=self._evidence(network, names, scale), rng=rng)
            for network, state, recipe, names in zip(
                self._networks.now(), self._states, self._networks.recipes, self._networks.names, strict=True
            )
        ]
        for names, (network, _, update) in zip(self._networks.names, done, strict=True):
            carry_over([self._parts[name] for name in names], self._optimizer, network, update)
        self._states = [state for _, state, _ in done]
        changes = tuple(layer for _, _, update in done for layer in update.layers)
        self._note(changes)
        stages = done[0][2].seconds
        return TopologyUpdate(changes, {stage: sum(update.seconds[stage] for _, _, update in done) for stage in stages})

    def _evidence(self, network: LayeredNetwork, names: tuple[str, ...], scale: float) -> Evidence:
        given = {}
        if self._captured is not None:
            pairs = [self._captured.of_layer(name, scale) for name in names]
            given = {"signals": [signals for signals, _ in pairs], "deltas": [deltas for _, deltas in pairs]}
        if self._momentum is not None:
            of_all = dict(zip(self._parts, self._momentum.by_layer(), strict=True))
            given["momentum"] = [of_all[name] for name in names]
        return Evidence(network, **given)

    def _note(self, changes) -> None:
        for (name, part), one in zip(self._parts.items(), changes, strict=True):
            counts = part.n_links, one.removed, one.disconnected, one.grown, one.overlap
            self._rows.append((self._steps + 1, name, *counts))


def _parts_of(model: nn.Module) -> dict[str, LinearPart]:
    """Return the layers of a model that can be rewired, by name."""
    parts = {name: module for name, module in model.named_modules() if isinstance(module, LinearPart)}
    for part in parts.values():
        part.check_plain()
    if not isinstance(model, FeedForward):
        parts = {name: part for name, part in parts.items() if part.weight.requires_grad}
    if not parts:
        raise InvalidValue(
            "model has no sparse or masked layer to rewire: make some by nn.sparsify first", parameter="model"
        )
    names, shared = list(parts), shared_parameters(iter(parts.values()))
    if shared:
        raise InvalidValue(f"model: layer {names[shared[0]]!r} shares a parameter with an earlier one: they cannot be "
                           "rewired apart", parameter="model")  # fmt: skip
    return parts


def _freeze_biases(part: LinearPart) -> None:
    part.rewire(part.to_layer().freeze(biases=np.arange(part.out_features)))


def _checked_optimizer(optimizer: torch.optim.Optimizer, parts: Mapping[str, LinearPart]) -> torch.optim.Optimizer:
    """Return an optimiser that holds the weights, and whose state can follow the links."""
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise InvalidType(f"optimizer must be one of torch, got {type(optimizer).__name__}", parameter="optimizer")
    if isinstance(optimizer, torch.optim.LBFGS | torch.optim.Adafactor):
        raise InvalidType(
            f"optimizer: {type(optimizer).__name__} keeps state that belongs to no single link", parameter="optimizer"
        )
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    for name, part in parts.items():
        if id(part.weight) not in held:
            raise InvalidValue(
                f"optimizer does not hold the weight of layer {name!r}: make it after the model is sparse",
                parameter="optimizer",
            )
    return optimizer
