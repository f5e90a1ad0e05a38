"""Training by one compiled loop over the links of the whole network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from netsparse.datasets import Evaluation, evaluate
from netsparse.graph import LayeredNetwork
from netsparse.nn.dense_momentum import refuse_momentum
from netsparse.nn.epoch_plan import Chunk, EpochPlan, check_state
from netsparse.nn.evidence import evidence_of
from netsparse.nn.rewiring import check_fits
from netsparse.rewire import Evidence


class FusedEngine:
    """The engine of backend 'sparse'; see :func:`netsparse.nn.engine` and :class:`netsparse.nn.engines.Engine`.

    Parameters, velocities and gradients of all layers stand in one array each, by link and by neuron; with
    `threads` above 1, threads run the same loop on their shares of each batch, each on its replica of the
    parameters, and meet once a step.
    """

    def __init__(self, network: LayeredNetwork, *, lr, momentum, weight_decay, batch_size, threads, needs):
        refuse_momentum(needs)
        self._lr = lr
        self._momentum, self._weight_decay = network.dtype.type(momentum), network.dtype.type(weight_decay)
        self._batch_size, self._threads = batch_size, threads
        self._adopt(network, np.zeros(network.n_links, network.dtype), np.zeros(sum(network.sizes), network.dtype))

    def run_epoch(self, x, y, order, learning_rates=None, *, on_progress=None) -> float:
        """Take a step for each batch of ``order`` and return the mean loss over its samples."""
        rates = self._lr if learning_rates is None else learning_rates
        plan = EpochPlan(self._topology, x, y, order, rates, self._batch_size)
        losses = np.zeros(self._threads)
        steps = samples = 0
        with ThreadPoolExecutor(max(1, self._threads - 1)) as pool:
            for chunk in plan.chunks():
                self._train(pool, plan, chunk, losses)
                steps, samples = steps + chunk.rates.size, samples + chunk.order.size
                if on_progress is not None:
                    on_progress(steps, losses.sum() / samples)
        return float(losses.sum() / samples)

    def network(self) -> LayeredNetwork:
        """Return the network as it is now."""
        weights, biases = self._split(self._own("weights"), self._own("biases"))
        layers = self._topology.layers
        return self._topology.with_layers(
            layer.with_weights(*values) for layer, *values in zip(layers, weights, biases, strict=True)
        )

    def evidence(self, x, y, order) -> Evidence:
        """Return what the samples of `order` say about present and missing links, for :func:`netsparse.rewire.step`."""
        return evidence_of(self.network(), x, y, order)

    def apply(self, network: LayeredNetwork, update) -> None:
        """Go on with a rewired network: momentum of surviving links kept, of new ones zero."""
        check_fits(network, update, [(layer.rows, layer.columns) for layer in self._topology.layers])
        bias_velocities = self._own("bias_velocities").copy()
        old_weights, old_biases = self._split(self._own("weight_velocities"), bias_velocities)
        weights = [np.zeros(layer.n_links, layer.dtype) for layer in network.layers]
        for new, old, change in zip(weights, old_weights, update.layers, strict=True):
            new[change.kept_to] = old[change.kept_from]
        for bias, change in zip(old_biases, update.layers, strict=True):
            bias[change.bias_cleared] = 0
        self._adopt(network, np.concatenate(weights), bias_velocities)

    def state(self) -> dict[str, np.ndarray]:
        """Return weights, biases and their velocities, by link (CSR order) and by neuron after the inputs."""
        state = {name: self._own(name).copy() for name in self._parameters._fields}
        return {name: array[self._shape[0] :] if "bias" in name else array for name, array in state.items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Continue from a state of a network of the same topology, bit for bit."""
        check_state(state, self.state())
        for name, replicas in self._parameters._asdict().items():
            replicas[:, replicas.shape[1] - state[name].size :] = state[name]

    def evaluate(self, x, y) -> Evaluation:
        """Return the mean cross-entropy and the accuracy."""
        return evaluate(self.network(), (x, y))

    def _adopt(self, network: LayeredNetwork, weight_velocities: np.ndarray, bias_velocities: np.ndarray) -> None:
        from netsparse.kernels.activation import CODES
        from netsparse.kernels.choice import kind_in_use, loops
        from netsparse.kernels.dag import chain
        from netsparse.kernels.epoch import Frozen, Parameters, Workspace
        from netsparse.kernels.forward import columns_for
        from netsparse.kernels.rows import empty_rows, samples_at_once

        self._topology = network
        self._shape = network.sizes[0], network.sizes[-1], CODES[network.activation]
        self._links = chain([layer.biadjacency for layer in network.layers])
        weights = np.concatenate([layer.weights for layer in network.layers])
        biases = np.concatenate([np.zeros(network.sizes[0]), *(layer.bias for layer in network.layers)])
        values = weights, biases.astype(network.dtype), weight_velocities, bias_velocities
        self._frozen = Frozen(*_frozen_positions(network))
        self._parameters = Parameters(*(np.tile(value, (self._threads, 1)) for value in values))
        self._loops = loops(kind_in_use())
        share = -(-self._batch_size // self._threads)
        width = min(share, samples_at_once(biases.size, network.dtype.itemsize, self._loops.samples))
        signals = self._threads, biases.size, columns_for(width)
        self._workspace = Workspace(
            width,
            empty_rows(signals, network.dtype),
            empty_rows(signals, network.dtype),
            np.zeros((2, self._threads, weights.size), network.dtype),
            np.zeros((2, self._threads, biases.size), network.dtype),
        )

    def _own(self, name: str) -> np.ndarray:
        """Return a parameter array: the first of the equal replicas."""
        return getattr(self._parameters, name)[0]

    def _split(self, by_link: np.ndarray, by_neuron: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        links = np.cumsum([layer.n_links for layer in self._topology.layers])
        neurons = np.cumsum(self._topology.sizes)
        return np.split(by_link, links[:-1]), np.split(by_neuron, neurons[:-1])[1:]

    def _train(self, pool: ThreadPoolExecutor, plan: EpochPlan, chunk: Chunk, losses: np.ndarray) -> None:
        arrivals = np.zeros(1, np.int64)

        def work(worker: int) -> None:
            self._loops.train(
                self._links, self._parameters, self._workspace, self._shape, plan.x, plan.y, chunk.order, chunk.rates,
                self._momentum, self._weight_decay, self._batch_size, worker, self._threads, arrivals, losses,
                self._frozen,
            )  # fmt: skip

        others = [pool.submit(work, worker) for worker in range(1, self._threads)]
        work(0)
        for other in others:
            other.result()


def _frozen_positions(network: LayeredNetwork) -> tuple[np.ndarray, np.ndarray]:
    """Return which links of all layers are frozen, and which neurons, inputs first, have a frozen bias."""
    links, neurons, n_links, n_neurons = [], [], 0, network.sizes[0]
    for layer in network.layers:
        for found, marks, first in ((links, layer.frozen_links, n_links), (neurons, layer.frozen_biases, n_neurons)):
            found.append(np.empty(0, np.int64) if marks is None else first + np.flatnonzero(marks))
        n_links, n_neurons = n_links + layer.n_links, n_neurons + layer.shape[1]
    return np.concatenate(links), np.concatenate(neurons)
