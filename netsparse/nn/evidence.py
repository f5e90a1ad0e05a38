"""What a batch of samples says about the links a network has, and those it has not."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from netsparse.graph import LayeredNetwork
from netsparse.graph.backpropagation import Backpropagation, backpropagate
from netsparse.rewire import Evidence
from netsparse.rewire.evidence import Values


def evidence_of(network: LayeredNetwork, x, y, order, **given: Values) -> Evidence:
    """Return evidence of some samples, their mean: signals and deltas of each layer, computed when first asked for.

    Parameters
    ----------
    network : LayeredNetwork
    x, y
        Samples and their classes, as :meth:`netsparse.nn.engines.Engine.run_epoch` takes them.
    order : array_like of int
        The samples to take: of one batch, or of several.
    **given
        Further evidence, as :class:`netsparse.rewire.Evidence` takes it.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> network = ns.generate.erdos_renyi((4, 8, 2), density=0.5, rng=0)
    >>> evidence = evidence_of(network, np.eye(4), np.array([0, 1, 0, 1]), [0, 1])
    >>> evidence.of_layer(0, {"gradients"}).gradients.shape
    (16,)
    """
    batch = _Batch(network, x, y, order)
    return Evidence(network, signals=lambda: batch.found.signals, deltas=lambda: batch.found.deltas, **given)


class _Batch:
    """Samples that are propagated once, at the first need."""

    def __init__(self, network: LayeredNetwork, x, y, order):
        self._network, self._x, self._y, self._order = network, x, y, np.asarray(order)

    @cached_property
    def found(self) -> Backpropagation:
        return backpropagate(self._network, np.asarray(self._x)[self._order], np.asarray(self._y)[self._order])
