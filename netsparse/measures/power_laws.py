"""Power laws in degrees: the fit, its corrections, how well it fits, and its rivals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_count
from netsparse.measures.tails import RIVALS, best_fit, draw_tail, log_power_law, most_likely_alphas

SHORT_TAIL, STEEP = 50, 10.0
"""Below so many degrees in the tail, and above this alpha, a fit is flagged."""

SMALL_SAMPLE = 50
"""Fewer degrees than this, and alpha is corrected for the size of the tail t: alpha (t - 1) / t + 1 / t."""


class PowerLaw(NamedTuple):
    """A fitted power law, P(k) proportional to k^-alpha for k of at least `x_min`.

    Attributes
    ----------
    alpha : float
        The estimate: of largest likelihood, corrected where there are fewer than 50 degrees.
    alpha_uncorrected : float
        Where the likelihood is largest, given `x_min`.
    x_min : float
        Where the tail begins: the value with the least KS distance.
    tail : int
        Number of degrees in the tail.
    ks : float
        Kolmogorov-Smirnov distance between tail and fit.
    p : float
        Share of synthetic samples that fit worse; NaN if it was not asked for.
    note : str
        Why the fit is not to be trusted, or why there is none.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.fit_power_law([3, 3, 3]).note
    'fewer than two distinct degrees above 0'
    """

    alpha: float
    alpha_uncorrected: float
    x_min: float
    tail: int
    ks: float
    p: float
    note: str


def fit_power_law(degrees, *, samples: int = 0, rng=None) -> PowerLaw:
    r"""Fit a discrete power law to the tail of a list of degrees.

    Parameters
    ----------
    degrees : array_like of int
        Degrees of 0 are left out.
    samples : int, default 0
        How many synthetic samples the p-value is the share of; its standard error is at most
        :math:`1 / (2 \sqrt{samples})`.
    rng : numpy.random.Generator or seed, optional
        For the synthetic samples.

    Returns
    -------
    PowerLaw
        With fewer than two distinct degrees all numbers are NaN.

    Notes
    -----
    Every distinct value is tried as `x_min` that leaves a tail of three, each with its most likely alpha; that with the
    least KS distance is kept, P(X < x) compared at the observed values, as igraph does. A sample has the observed
    degrees below `x_min` and the fitted law from there on. O(distinct values squared) a fit.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> degrees = np.random.default_rng(0).zipf(2.5, 5000)
    >>> fit = ns.measures.fit_power_law(degrees)
    >>> round(fit.alpha, 1), fit.x_min
    (2.5, 1.0)

    References
    ----------
    .. [1] A. Clauset, C. R. Shalizi, M. E. J. Newman, Power-law distributions in empirical data, SIAM Review 51, 661
       (2009).
    """
    degrees = _positive(degrees)
    samples = check_count("samples", samples)
    if np.unique(degrees).size < 2:
        return PowerLaw(*[np.nan] * 3, 0, np.nan, np.nan, "fewer than two distinct degrees above 0")
    alpha, x_min, distance = best_fit(degrees)
    tail = int((degrees >= x_min).sum())
    corrected = alpha * (tail - 1) / tail + 1 / tail if degrees.size < SMALL_SAMPLE else alpha
    rng = np.random.default_rng(rng)
    worse = [best_fit(_synthetic(degrees, alpha, x_min, rng))[2] >= distance for _ in range(samples)]
    flags = [
        f"tail of only {tail} degrees" if tail < SHORT_TAIL else "",
        f"alpha above {STEEP:g}: no heavy tail" if corrected > STEEP else "",
    ]
    note = "; ".join(flag for flag in flags if flag)
    return PowerLaw(corrected, alpha, float(x_min), tail, distance, float(np.mean(worse or np.nan)), note)


def _synthetic(degrees: np.ndarray, alpha: float, x_min: int, rng: np.random.Generator) -> np.ndarray:
    """Draw as many degrees: from those below `x_min`, and with the probability of the tail from the fitted law."""
    body = degrees[degrees < x_min]
    n_tail = rng.binomial(degrees.size, 1 - body.size / degrees.size)
    tail = draw_tail(n_tail, alpha, x_min, rng)
    return np.concatenate([rng.choice(body, degrees.size - n_tail), tail]) if body.size else tail


class LikelihoodRatio(NamedTuple):
    """Vuong's statistic, positive where the power law is the likelier one, and its two-sided p."""

    statistic: float
    p: float


def compare_power_law(degrees, rival: str, *, x_min: float | None = None) -> LikelihoodRatio:
    r"""Return whether a power law or another law is likelier to have made the tail of a list of degrees.

    .. math:: V = \sqrt n \, \frac{\bar \ell}{s_\ell}, \qquad \ell_i = \ln p_1(x_i) - \ln p_2(x_i),

    normal with variance 1 where both laws fit equally well.

    Parameters
    ----------
    degrees : array_like of int
        Degrees of 0 are left out.
    rival : {'lognormal', 'exponential'}
        Both discrete, and fitted to the same tail.
    x_min : float, optional
        Where the tail begins; that of :func:`fit_power_law` by default.

    Returns
    -------
    LikelihoodRatio
        NaN where the tail has fewer than two distinct degrees.

    Raises
    ------
    ValueError
        If the rival is unknown.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> degrees = np.random.default_rng(0).zipf(2.5, 2000)
    >>> ns.measures.compare_power_law(degrees, "exponential").statistic > 3
    True

    References
    ----------
    .. [1] Q. H. Vuong, Likelihood ratio tests for model selection and non-nested hypotheses, Econometrica 57, 307
       (1989).
    """
    from scipy.special import ndtr

    rival_logs = RIVALS[rival]
    degrees = _positive(degrees)
    x_min = fit_power_law(degrees).x_min if x_min is None else x_min
    tail = degrees[degrees >= x_min] if np.isfinite(x_min) else degrees[:0]
    if np.unique(tail).size < 2:
        return LikelihoodRatio(np.nan, np.nan)
    difference = log_power_law(tail, float(most_likely_alphas(tail)[0])) - rival_logs(tail)
    statistic = np.sqrt(tail.size) * difference.mean() / difference.std(ddof=1)
    return LikelihoodRatio(float(statistic), float(2 * ndtr(-abs(statistic))))


def grid_power_law(degrees: np.ndarray) -> tuple[float, float]:
    """Return alpha and x_min as the authors of coalescent embedding fit them, for its radial coordinates.

    Alpha on the grid 1.01, 1.02, ..., 10; KS at every whole number of the tail; fewer than 100 degrees are corrected
    by the size of the tail.

    Examples
    --------
    >>> import numpy as np
    >>> alpha, x_min = grid_power_law(np.array([6, 1, 1, 1, 1, 1, 1]))
    >>> round(alpha, 4), x_min
    (2.3714, 1)
    """
    from scipy.special import zeta

    alphas = np.arange(101, 1001) / 100
    best = (np.inf, np.nan, 0)
    values = np.unique(degrees)
    for x_min in values[:-1]:
        tail = np.sort(degrees[degrees >= x_min])
        alpha = alphas[np.argmax(-alphas * np.log(tail).sum() - tail.size * np.log(zeta(alphas, float(x_min))))]
        whole = np.arange(x_min, values[-1] + 1)
        fitted = np.cumsum(whole**-alpha) / zeta(alpha, float(x_min))
        distance = np.abs(np.searchsorted(tail, whole, side="right") / tail.size - fitted).max()
        if distance < best[0]:
            best = (distance, alpha, x_min)
    _, alpha, x_min = best
    tail_size = int((degrees >= x_min).sum())
    if degrees.size < 100:
        alpha = alpha * (tail_size - 1) / tail_size + 1 / tail_size
    return float(alpha), int(x_min)


def _positive(degrees) -> np.ndarray:
    degrees = np.asarray(degrees)
    if degrees.ndim != 1 or (degrees.size and (degrees.dtype.kind not in "iu" or degrees.min() < 0)):
        raise InvalidValue("degrees must be a list of whole numbers from 0 on", parameter="degrees")
    return degrees[degrees > 0].astype(np.int64)
