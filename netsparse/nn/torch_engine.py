"""Training by torch alone: a module, torch.optim.SGD and the plain loop everyone writes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from netsparse.datasets import Evaluation, evaluate
from netsparse.graph import LayeredNetwork
from netsparse.nn.dense_momentum import DenseMomentum, gathers_momentum, refuse_momentum
from netsparse.nn.epoch_plan import EpochPlan, check_state
from netsparse.nn.evidence import evidence_of
from netsparse.nn.feedforward import to_module, to_network
from netsparse.nn.frozen import keep_frozen
from netsparse.nn.rewiring import apply_update
from netsparse.nn.tensors import array_of
from netsparse.rewire import Evidence


class TorchEngine:
    """The engine of backend 'masked'; see :func:`netsparse.nn.engine` and :class:`netsparse.nn.engines.Engine`.

    `layers` names the linear modules: 'masked', or 'sparse' for the autograd function over the compiled loops.
    """

    def __init__(
        self, network: LayeredNetwork, *, lr, momentum, weight_decay, batch_size, threads, needs, layers="masked"
    ):
        self._topology = network
        self._lr, self._batch_size, self._threads = lr, batch_size, threads
        self.module = to_module(network, layers)
        self.optimizer = torch.optim.SGD(self.module.parameters(), lr=lr, momentum=momentum, weight_decay=weight_decay)
        keep_frozen(self.module, self.optimizer)
        if layers != "masked":
            refuse_momentum(needs)
        self._momentum = DenseMomentum(self.module.layers, momentum) if gathers_momentum(needs) else None

    def run_epoch(self, x, y, order, learning_rates=None, *, on_progress=None) -> float:
        """Take a step for each batch of ``order`` and return the mean loss over its samples."""
        rates = self._lr if learning_rates is None else learning_rates
        plan = EpochPlan(self._topology, x, y, order, rates, self._batch_size)
        x, y = _shared(plan.x), _shared(plan.y)
        loss = steps = samples = 0
        with _torch_threads(self._threads):
            for chunk in plan.chunks():
                batches = torch.from_numpy(chunk.order).split(self._batch_size)
                for batch, rate in zip(batches, chunk.rates.tolist(), strict=True):
                    loss += self._step(x[batch], y[batch], rate) * len(batch)
                steps, samples = steps + chunk.rates.size, samples + chunk.order.size
                if on_progress is not None:
                    on_progress(steps, loss / samples)
        return loss / samples

    def network(self) -> LayeredNetwork:
        """Return the network as it is now."""
        return to_network(self.module)

    def evidence(self, x, y, order) -> Evidence:
        """Return what the samples of `order` say about present and missing links, for :func:`netsparse.rewire.step`."""
        gathered = {} if self._momentum is None else {"momentum": self._momentum.by_layer}
        return evidence_of(self.network(), x, y, order, **gathered)

    def apply(self, network: LayeredNetwork, update) -> None:
        """Go on with a rewired network: momentum of surviving links kept, of new ones zero."""
        apply_update(self.module, self.optimizer, network, update)
        self._topology = network

    def state(self) -> dict[str, np.ndarray]:
        """Return weights, biases and their velocities, by link (CSR order) and by neuron after the inputs."""
        parts = self.module.layers
        values = {
            "weights": [part.by_link(part.weight) for part in parts],
            "biases": [part.bias for part in parts],
            "weight_velocities": [part.by_link(self._velocity(part.weight)) for part in parts],
            "bias_velocities": [self._velocity(part.bias) for part in parts],
        }
        gathered = {} if self._momentum is None else {"dense_momentum": self._momentum.state()}
        return gathered | {name: np.concatenate([array_of(v) for v in by_layer]) for name, by_layer in values.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Continue from a state of a network of the same topology, bit for bit."""
        check_state(state, self.state())
        layers = self._topology.layers
        links, columns = ([getattr(layer, name).size for layer in layers] for name in ("weights", "bias"))
        if self._momentum is not None:
            self._momentum.load_state(state["dense_momentum"])
        for name in state.keys() - {"dense_momentum"}:
            array = state[name]
            values = torch.as_tensor(array).split(links if name.startswith("weight") else columns)
            for part, value in zip(self.module.layers, values, strict=True):
                self._place(part, name, value)
        for part in self.module.layers:
            part.refreeze()

    def evaluate(self, x, y) -> Evaluation:
        """Return the mean cross-entropy and the accuracy."""
        return evaluate(self.network(), (x, y))

    def _step(self, x: torch.Tensor, y: torch.Tensor, rate: float) -> float:
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.module(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def _place(self, part: torch.nn.Module, name: str, values: torch.Tensor) -> None:
        """Write one layer's values of a state to its parameter or to the optimiser's momentum of it."""
        weight = name.startswith("weight")
        parameter = part.weight if weight else part.bias
        own = self._velocity(parameter) if name.endswith("velocities") else parameter.data
        own.copy_(part.from_links(values) if weight else values)

    def _velocity(self, parameter: torch.nn.Parameter) -> torch.Tensor:
        """Return the momentum buffer, which torch makes at the first step."""
        state = self.optimizer.state[parameter]
        if state.get("momentum_buffer") is None:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        return state["momentum_buffer"]


def _shared(array: np.ndarray) -> torch.Tensor:
    """Return a tensor on the memory of an array, read-only ones included: samples are only read here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable", UserWarning)
        return torch.from_numpy(array)


@contextmanager
def _torch_threads(n: int) -> Iterator[None]:
    """Let torch use n threads, and afterwards as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)
