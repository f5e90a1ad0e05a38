"""Mean cross-entropy of class scores, and its gradient. Bound by one exponential per output and sample."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.activation import FASTMATH
from netsparse.kernels.compile import compiled


@compiled(fastmath=FASTMATH)
def cross_entropy(scores, labels, scale, deltas, width):
    """Return the sum of log sum exp(scores) - scores[label] over samples; deltas = its gradient times scale.

    scores and deltas (classes, >= width), labels (width,). NaN and overflowing scores give a NaN loss. The sum is
    kept in double precision.
    """
    n_classes = scores.shape[0]
    loss = 0.0
    for j in range(width):
        top = scores[0, j]
        for c in range(1, n_classes):
            top = max(top, scores[c, j])
        total = scores.dtype.type(0)
        for c in range(n_classes):
            deltas[c, j] = np.exp(scores[c, j] - top)
            total += deltas[c, j]
        for c in range(n_classes):
            deltas[c, j] *= scale / total
        deltas[labels[j], j] -= scale
        loss += np.log(total) + top - scores[labels[j], j]
    return loss
