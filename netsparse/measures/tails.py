"""Laws that a tail of degrees may follow: the log probability of each degree under the likeliest of its kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.registry import Registry

RIVALS: Registry[Callable[[np.ndarray], np.ndarray]] = Registry("rival")
"""What a power law is compared with: ``rival(tail)`` returns the log probability of each degree of the tail."""


_LARGEST_ALPHA = 150.0
_TABLE = 500  # values of a tail that are drawn from a table; beyond it the law is as good as continuous


def most_likely_alphas(degrees: np.ndarray, *, every_tail: bool = False) -> np.ndarray:
    r"""Return the alpha of largest likelihood of a tail, or of every tail of three distinct values or more.

    Where the derivative of :math:`\alpha \overline{\ln x} + \ln \zeta(\alpha, x_{min})`, which rises, is 0.

    Examples
    --------
    >>> import numpy as np
    >>> most_likely_alphas(np.array([1] * 8 + [2] * 2)).round(3)
    array([3.169])
    """
    from scipy.special import zeta

    values, counts = np.unique(degrees, return_counts=True)
    n_tail, logs = (np.cumsum(each[::-1])[::-1] for each in (counts, counts * np.log(values)))
    first = slice(0, max(values.size - 2, 1) if every_tail else 1)
    starts, means = values[first].astype(float), (logs / n_tail)[first]
    low = np.full(starts.size, 1 + 1e-6)
    high = np.minimum(_LARGEST_ALPHA, 650 / np.log(starts + 1))  # beyond it zeta is below the smallest float
    step = 1e-6
    for _ in range(36):
        alpha = (low + high) / 2
        slope = (np.log(zeta(alpha + step, starts)) - np.log(zeta(alpha - step / 2, starts))) / (1.5 * step)
        rises = slope + means > 0
        high, low = np.where(rises, alpha, high), np.where(rises, low, alpha)
    return (low + high) / 2


def best_fit(degrees: np.ndarray) -> tuple[float, int, float]:
    """Return alpha, x_min and KS distance of the tail that a power law fits best; the first of equals.

    Examples
    --------
    >>> import numpy as np
    >>> best_fit(np.array([1, 1, 1, 1, 2, 2, 3, 9]))[1]
    1
    """
    from scipy.special import zeta

    values, counts = np.unique(degrees, return_counts=True)
    if values.size < 2:  # a synthetic sample may be constant: nothing fits it worse
        return np.nan, int(values[0]), 0.0
    alphas, n_tail = most_likely_alphas(degrees, every_tail=True), np.cumsum(counts[::-1])[::-1]
    distances = np.empty(alphas.size)
    for place, alpha in enumerate(alphas):
        fitted = zeta(alpha, values[place:].astype(float))
        observed = n_tail[place:] / n_tail[place]
        distances[place] = np.abs(fitted / fitted[0] - observed).max()
    best = int(distances.argmin())
    return float(alphas[best]), int(values[best]), float(distances[best])


def draw_tail(n: int, alpha: float, x_min: int, rng: np.random.Generator) -> np.ndarray:
    """Draw degrees from a power law.

    Examples
    --------
    >>> import numpy as np
    >>> draw_tail(3, 60.0, 2, np.random.default_rng(0)).tolist()
    [2, 2, 2]
    """
    from scipy.special import zeta

    values = np.arange(x_min, x_min + _TABLE)
    at_least = zeta(alpha, values.astype(float)) / zeta(alpha, float(x_min))  # falls from 1
    level = 1 - rng.random(n)
    drawn = values[np.searchsorted(-at_least, -level, side="right") - 1]
    beyond = level < at_least[-1]
    ratio = np.maximum(level[beyond] / at_least[-1], 1e-12)
    drawn[beyond] = np.minimum(values[-1] * ratio ** (-1 / (alpha - 1)), 1e15).astype(np.int64)
    return drawn


def log_power_law(tail: np.ndarray, alpha: float) -> np.ndarray:
    """Return ln (x^-alpha / zeta(alpha, x_min)).

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(log_power_law(np.array([1]), 2.0)).round(4)
    array([0.6079])
    """
    from scipy.special import zeta

    return -alpha * np.log(tail) - np.log(zeta(alpha, float(tail.min())))


@RIVALS.register("exponential")
def log_exponential(tail: np.ndarray) -> np.ndarray:
    """Return ln ((1 - q) q^(x - x_min)), q by the mean of the tail.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(log_exponential(np.array([1, 2, 3])))
    array([0.5  , 0.25 , 0.125])
    """
    excess = tail - tail.min()
    q = excess.mean() / (1 + excess.mean())
    return np.log1p(-q) + excess * np.log(q)


@RIVALS.register("lognormal")
def log_lognormal(tail: np.ndarray) -> np.ndarray:
    """Return the log of the normal probability of ln x between x - 1/2 and x + 1/2, of what lies beyond x_min - 1/2.

    Examples
    --------
    >>> import numpy as np
    >>> bool(np.exp(log_lognormal(np.array([1, 2, 2, 3, 3, 3, 4, 4, 5]))).max() < 1)
    True
    """
    from scipy.optimize import minimize

    values, counts = np.unique(tail, return_counts=True)
    start = [np.log(tail).mean(), np.log(max(np.log(tail).std(), 1e-2))]
    fit = minimize(
        lambda law: -(counts @ _lognormal(values, *law)),
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 4000, "maxfev": 4000},
    )
    return _lognormal(values, *fit.x)[np.searchsorted(values, tail)]


def _lognormal(values: np.ndarray, mean: float, log_deviation: float) -> np.ndarray:
    from scipy.special import log_ndtr

    deviation = np.exp(log_deviation)
    lower, upper = (-(np.log(values + half) - mean) / deviation for half in (-0.5, 0.5))
    at_least, above = log_ndtr(lower), log_ndtr(upper)  # ln P(X >= x), ln P(X > x)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = at_least + np.log1p(-np.exp(above - at_least))
    return np.nan_to_num(between, nan=-1e6, neginf=-1e6) - at_least[0]
