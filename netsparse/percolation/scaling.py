"""Finite-size scaling: what curves of several network sizes say about an infinite one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_number

if TYPE_CHECKING:
    import pandas


class ThresholdFit(NamedTuple):
    """p_c(N) = threshold + amplitude x N^(-1 / nu), and the root mean square residual of the fit.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> sizes = np.array([100, 1000, 10_000])
    >>> fit = ns.percolation.fit_threshold(sizes, 0.2 + sizes**-0.5, nu=2.0)
    >>> round(fit.threshold, 6), round(fit.amplitude, 6), fit.nu
    (0.2, 1.0, 2.0)
    """

    threshold: float
    amplitude: float
    nu: float
    residual: float


def fit_threshold(
    sizes: np.ndarray,
    thresholds: np.ndarray,
    errors: np.ndarray | None = None,
    *,
    nu: float | None = None,
) -> ThresholdFit:
    r"""Extrapolate pseudo-thresholds of finite networks to infinite size.

    .. math:: p_c(N) = p_c + c N^{-1 / \nu}

    by weighted least squares: for a given :math:`\nu`, :math:`p_c` and c are linear and solved for exactly; a
    free :math:`1 / \nu` is the one, from 0.05 to 5, that leaves the least residual.

    Parameters
    ----------
    sizes : array_like, shape (n,)
        N, at least three different ones, or two where `nu` is given.
    thresholds : array_like, shape (n,)
        Pseudo-thresholds, say the mean over runs of where the second moment is largest
        (:meth:`PercolationCurve.largest_second_moment`); a size may occur more than once.
    errors : array_like, shape (n,), optional
        Standard errors of the thresholds; equal by default.
    nu : float, optional
        The exponent, if theory tells it: 3 for random graphs, N counting neurons. Left free it takes many sizes
        to determine, and a wrong one drags the threshold along.

    Returns
    -------
    ThresholdFit

    Raises
    ------
    ValueError
        If shapes differ, there are too few sizes, or a value is not finite or not positive.

    References
    ----------
    .. [1] D. Stauffer and A. Aharony, Introduction to Percolation Theory, Taylor & Francis (1994), chapter 4.

    Examples
    --------
    >>> import netsparse as ns, numpy as np
    >>> sizes = np.array([100, 400, 1600, 6400])
    >>> fit = ns.percolation.fit_threshold(sizes, 0.5 + 2 * sizes ** (-1 / 3))
    >>> round(fit.threshold, 6), round(fit.amplitude, 6), round(fit.nu, 6)
    (0.5, 2.0, 3.0)
    """
    sizes, thresholds, errors = _checked_points(sizes, thresholds, errors, unknowns=3 if nu is None else 2)

    def solve(exponent: float) -> tuple[np.ndarray, np.ndarray]:
        design = np.column_stack([np.ones(sizes.size), sizes**-exponent])
        solution = np.linalg.lstsq(design / errors[:, None], thresholds / errors, rcond=None)[0]
        return solution, thresholds - design @ solution

    if nu is None:
        exponent = _least(lambda exponent: np.sum((solve(exponent)[1] / errors) ** 2), 0.05, 5)
    else:
        exponent = 1 / check_number("nu", nu, above=0)
    (threshold, amplitude), residuals = solve(exponent)
    return ThresholdFit(float(threshold), float(amplitude), 1 / exponent, float(np.sqrt(np.mean(residuals**2))))


def collapse(
    curves: Mapping[float, tuple[np.ndarray, np.ndarray]], threshold: float, nu: float, beta: float = 0.0
) -> pandas.DataFrame:
    r"""Rescale curves of several sizes so that they fall on one near the threshold.

    .. math:: x = (p - p_c) N^{1 / \nu}, \qquad y = S N^{\beta / \nu}

    Parameters
    ----------
    curves : mapping from N to (p, S)
        The control parameter and the order parameter of each size, two arrays of one length; p may be the
        fraction kept or removed, as long as `threshold` is the same.
    threshold, nu : float
    beta : float, default 0
        Exponent of the order parameter.

    Returns
    -------
    pandas.DataFrame
        Tidy, a row per point: size, x, y.

    Raises
    ------
    ValueError
        If there is no curve, a size is not positive, or p and S are not of one length.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.percolation.collapse({8: ([0.5, 1.0], [0.0, 1.0])}, threshold=0.5, nu=3, beta=1)
       size    x    y
    0     8  0.0  0.0
    1     8  1.0  2.0
    """
    import pandas as pd

    check_number("threshold", threshold)
    check_number("nu", nu, above=0)
    check_number("beta", beta)
    if not curves:
        raise InvalidValue("there are no curves to collapse")
    frames = []
    for size, points in curves.items():
        check_number("size", size, above=0)
        p, values = (np.asarray(axis, dtype=float) for axis in points)
        if p.ndim != 1 or p.shape != values.shape:
            raise InvalidValue(f"p and S of size {size} must be of one length, got shapes {p.shape} and {values.shape}")
        x = (p - threshold) * size ** (1 / nu)
        frames.append(pd.DataFrame({"size": size, "x": x, "y": values * size ** (beta / nu)}))
    return pd.concat(frames, ignore_index=True)


def collapse_quality(collapsed: pandas.DataFrame, *, width: float | None = None) -> float:
    """Return how far collapsed curves are apart: 0 is a perfect collapse.

    The mean square distance of each point from the other sizes' curves, interpolated linearly where they
    overlap, relative to the variance of all points compared [1]_.

    Parameters
    ----------
    collapsed : pandas.DataFrame
        From `collapse`, at least two sizes.
    width : float, optional
        Compare only points with abs(x) up to this: scaling holds near the threshold.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If no two sizes overlap in x.

    Examples
    --------
    >>> import netsparse as ns
    >>> curves = {1: ([0, 1, 2], [0, 1, 2]), 8: ([0, 0.5, 1], [0, 1, 2])}
    >>> ns.percolation.collapse_quality(ns.percolation.collapse(curves, threshold=0, nu=3))
    0.0

    References
    ----------
    .. [1] S. M. Bhattacharjee and F. Seno, A measure of data collapse for scaling, J. Phys. A 34, 6375 (2001).
    """
    if width is not None:
        collapsed = collapsed[collapsed.x.abs() <= check_number("width", width, above=0)]
    curves = {size: group.sort_values("x") for size, group in collapsed.groupby("size")}
    distances, compared = [], []
    for own, curve in curves.items():
        for other, reference in curves.items():
            inside = curve.x.between(reference.x.iloc[0], reference.x.iloc[-1]) & (own != other)
            points = curve[inside]
            distances.append(points.y - np.interp(points.x, reference.x, reference.y))
            compared.append(points.y)
    if not sum(map(len, compared)):
        raise InvalidValue("no two sizes overlap in x, so that there is nothing to compare")
    return float(np.mean(np.concatenate(distances) ** 2) / np.var(np.concatenate(compared)))


def _checked_points(sizes, thresholds, errors, unknowns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sizes, thresholds = np.asarray(sizes, dtype=float), np.asarray(thresholds, dtype=float)
    errors = np.ones_like(sizes) if errors is None else np.asarray(errors, dtype=float)
    if sizes.ndim != 1 or not sizes.shape == thresholds.shape == errors.shape:
        raise InvalidValue(
            "sizes, thresholds and errors must be one-dimensional and of one length, "
            f"got shapes {sizes.shape}, {thresholds.shape}, {errors.shape}"
        )
    if not (np.isfinite(sizes * thresholds * errors).all() and (sizes > 0).all() and (errors > 0).all()):
        raise InvalidValue("sizes and errors must be positive, and all values finite")
    if np.unique(sizes).size < unknowns:
        raise InvalidValue(f"{unknowns} unknowns need as many different sizes, got {np.unique(sizes).size}")
    return sizes, thresholds, errors


def _least(function, low: float, high: float) -> float:
    """Return where the function is least: the best of a grid, refined between its neighbours."""
    from scipy.optimize import minimize_scalar

    grid = np.geomspace(low, high, 100)
    best = int(np.argmin([function(value) for value in grid]))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    return float(minimize_scalar(function, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)
