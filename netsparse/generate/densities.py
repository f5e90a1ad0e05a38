"""How the links of a network are distributed over its layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from netsparse.errors import InvalidValue, check_number
from netsparse.registry import Registry

Shape = tuple[int, int]


def uniform(shape: Shape) -> float:
    """Every layer has the same density."""
    return 1.0


def erk(shape: Shape) -> float:
    """Densities in proportion to (rows + columns) / (rows x columns): small layers are denser (ERK).

    References
    ----------
    .. [1] U. Evci et al., Rigging the lottery: making all tickets winners, ICML 2020.
    """
    rows, columns = shape
    return (rows + columns) / (rows * columns)


DISTRIBUTIONS: Registry[Callable[[Shape], float]] = Registry(
    "distribution of density", {"uniform": uniform, "erk": erk}
)
"""The density of a layer of a shape, up to a factor that all layers share."""


def layer_densities(
    shapes: Sequence[Shape], density: float, distribution: str | Sequence[float] = "uniform"
) -> np.ndarray:
    r"""Return the density of each layer such that all layers together have a given one.

    .. math:: p_l = \min(1, \epsilon q_l), \qquad \sum_l p_l N_l = p \sum_l N_l

    with N the number of possible links: a layer that would exceed 1 is full, and the others get what is left.

    Parameters
    ----------
    shapes : sequence of (int, int)
    density : float in (0, 1]
        p, of all layers together.
    distribution : str or sequence of float
        A name in :data:`netsparse.generate.DISTRIBUTIONS`, or q itself, a number per layer.

    Returns
    -------
    numpy.ndarray, shape (layers,)

    Raises
    ------
    ValueError
        If the density is not in (0, 1], or q not a positive number per layer.

    Examples
    --------
    >>> from netsparse.generate import layer_densities
    >>> layer_densities([(784, 100), (100, 50), (50, 10)], 0.2, "erk").round(3)
    array([0.178, 0.472, 1.   ])
    """
    density = check_number("density", density, above=0, at_most=1)
    weights = np.array(_checked_weights(shapes, distribution))
    sizes = np.array([float(rows) * columns for rows, columns in shapes])
    full = np.zeros(sizes.size, dtype=bool)
    while True:
        left = density * sizes.sum() - sizes[full].sum()
        factor = left / (weights * sizes)[~full].sum() if not full.all() else 0.0
        densities = np.where(full, 1.0, factor * weights)
        over = (densities > 1) & ~full
        if not over.any():
            return np.minimum(densities, 1.0)
        full |= over & (weights == weights[over].max())  # the largest first: it leaves less to the others


def _checked_weights(shapes: Sequence[Shape], distribution: str | Sequence[float]) -> list[float]:
    named = isinstance(distribution, str)
    values = [DISTRIBUTIONS[distribution](shape) for shape in shapes] if named else distribution
    weights = [check_number("distribution", value, above=0) for value in values]
    if len(weights) != len(shapes):
        raise InvalidValue(f"distribution has {len(weights)} numbers, but there are {len(shapes)} sparse layers")
    return weights
