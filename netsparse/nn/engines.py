"""What trains a network epoch after epoch: the fused loop over its links, or torch over masked dense weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netsparse.errors import check_count, check_number
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.nn.backend import choose_backend
from netsparse.nn.fused_engine import FusedEngine
from netsparse.nn.torch_engine import TorchEngine

if TYPE_CHECKING:
    from netsparse.datasets import Evaluation
    from netsparse.rewire import Evidence, TopologyUpdate

ENGINES = {"sparse": FusedEngine, "masked": TorchEngine}


class Engine(Protocol):
    """What the engines have in common."""

    def run_epoch(
        self,
        x: np.ndarray,
        y: np.ndarray,
        order: np.ndarray,
        learning_rates: float | np.ndarray | None = None,
        *,
        on_progress: Callable[[int, float], None] | None = None,
    ) -> float:
        """Take a step for each batch of ``order`` and return the mean loss over its samples.

        Parameters
        ----------
        x : array_like, shape (samples, inputs)
            Best of the network's dtype: otherwise it is converted at each call.
        y : array_like of int, shape (samples,)
            Class of each sample.
        order : array_like of int
            Samples in the order of training, usually a permutation; the last batch may be a partial one.
        learning_rates : float or array_like, shape (steps,), optional
            One for the epoch or one a step; the engine's `lr` by default.
        on_progress : callable, optional
            Called about every 100 steps with the steps done and the mean loss so far.

        Returns
        -------
        float
            NaN or infinite when training has diverged.
        """

    def network(self) -> LayeredNetwork:
        """Return the network as it is now."""

    def evidence(self, x: np.ndarray, y: np.ndarray, order: np.ndarray) -> Evidence:
        """Return what the samples of `order`, of a batch or of several, say about the links there are and are not.

        Signals and deltas of the network as it is now, for :func:`netsparse.rewire.step`; computed when a rule first
        asks for them. Of backend 'masked' the momentum of missing links too, if it was told that it is needed.
        """

    def apply(self, network: LayeredNetwork, update: TopologyUpdate) -> None:
        """Go on with a rewired network: momentum of surviving links kept, of new ones zero."""

    def state(self) -> dict[str, np.ndarray]:
        """Return weights, biases and their velocities, by link and neuron; the same keys in all engines.

        An engine that gathers the momentum of missing links adds it, as `dense_momentum`.
        """

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Continue from a state of a network of the same topology, bit for bit."""

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> Evaluation:
        """Return the mean cross-entropy and the accuracy."""


def engine(
    network: NetworkLike,
    backend: str = "auto",
    *,
    lr: float = 0.05,
    momentum: float = 0.9,
    weight_decay: float = 5e-4,
    batch_size: int = 64,
    threads: int = 1,
    needs: Mapping[str, Iterable[str]] | None = None,
) -> Engine:
    r"""Return what trains a network by stochastic gradient descent on the mean cross-entropy of each batch.

    Both engines take the steps of ``torch.optim.SGD`` and give equal numbers up to rounding:

    .. math:: v \leftarrow \mu v + \nabla + \lambda w, \qquad w \leftarrow w - \eta v

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    backend : {'auto', 'sparse', 'masked'}, default 'auto'
        'sparse': compiled loops over the links; 'masked': torch, dense weights times a mask; 'auto': the faster
        one, see :func:`choose_backend`.
    lr, momentum, weight_decay : float
        :math:`\eta, \mu, \lambda`; weight decay applies to every parameter, biases included.
    batch_size : int, default 64
    threads : int, default 1
        Workers that split each batch. Results are deterministic for each number of them.
    needs : mapping of str to iterable of str, optional
        What kinds of evidence each rule will ask for, :meth:`netsparse.rewire.Recipe.needs`: the momentum of missing
        links must be gathered from the first step on.

    Raises
    ------
    ValueError
        If the backend is unknown, or does not have the evidence that is needed, or a number is out of range.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> network = ns.generate.erdos_renyi((4, 8, 2), density=0.5, rng=0)
    >>> x = np.random.default_rng(0).normal(size=(32, 4)).astype(np.float32)
    >>> y = (x[:, 0] > 0).astype(int)
    >>> trainer = ns.nn.engine(network, "sparse", lr=0.1, batch_size=8)
    >>> losses = [trainer.run_epoch(x, y, np.arange(32)) for _ in range(5)]
    >>> losses[-1] < losses[0]
    True
    """
    network = as_network(network)
    needs = {} if needs is None else needs
    return ENGINES[choose_backend(network, backend, needs)](
        network,
        lr=check_number("lr", lr, above=0),
        momentum=check_number("momentum", momentum, at_least=0, below=1),
        weight_decay=check_number("weight_decay", weight_decay, at_least=0),
        batch_size=check_count("batch_size", batch_size, at_least=1),
        threads=check_count("threads", threads, at_least=1),
        needs=needs,
    )
