"""Removal by weight and gradient together."""

from __future__ import annotations

import numpy as np

from netsparse.errors import check_number
from netsparse.graph import BipartiteLayer
from netsparse.importance.ties import smallest
from netsparse.rewire.evidence import LayerEvidence
from netsparse.rewire.removal import REMOVAL


@REMOVAL.register("weight-and-gradient", needs={"gradients"})
def by_weight_and_gradient(
    layer: BipartiteLayer,
    n: int,
    *,
    evidence: LayerEvidence,
    gradient_weight: float = 0.01,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""The smallest :math:`|w| + \lambda |\nabla w|`, of a batch of samples (MEST).

    Parameters
    ----------
    layer : BipartiteLayer
    n : int
        How many links go.
    evidence : LayerEvidence
        Gives the gradients of the links.
    gradient_weight : float, default 0.01
        :math:`\lambda`, at least 0. The code of MEST has 0 by default, its successors 0.01.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int64
        Ascending positions of the `n` links that go, ties at random.

    References
    ----------
    .. [1] G. Yuan et al., MEST: accurate and fast memory-economic sparse training framework on the edge, NeurIPS 2021.
    """
    gradient_weight = check_number("gradient_weight", gradient_weight, at_least=0)
    values = np.abs(layer.weights).astype(np.float64)
    values += gradient_weight * np.abs(evidence.gradients)
    return smallest(values, n, rng=rng)
