"""Intervals and tests over paired seeds, and the correction for many of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """The mean of independent values (one a seed) with its t interval.

    Attributes
    ----------
    mean : float
    low, high : float
        Two-sided Student t interval at `CONFIDENCE`; NaN from fewer than two values.
    p : float
        Of the two-sided t test against `null`; NaN from fewer than two values, or from values without spread: that a
        few seeds agree to the last digit is no test.
    n : int
    """

    mean: float
    low: float
    high: float
    p: float
    n: int

    def widened(self, cases: int) -> Estimate:
        """Return the estimate with the interval that one of so many needs for `CONFIDENCE` in all (Bonferroni).

        Examples
        --------
        >>> e = estimate([1.0, 2.0, 3.0]).widened(2)
        >>> round(e.low, 2), round(e.high, 2)
        (-1.58, 5.58)
        """
        if self.n < 2:
            return self
        from scipy import stats

        one, many = (stats.t.isf((1 - CONFIDENCE) / 2 / count, self.n - 1) for count in (1, cases))
        half = float((self.high - self.mean) * many / one)
        return replace(self, low=self.mean - half, high=self.mean + half)


def estimate(values, null: float = 0.0) -> Estimate:
    """Return the mean of `values` with its t interval and its test against `null`.

    For a paired comparison the values are the differences, one a seed: interval and test are then those of
    ``scipy.stats.ttest_rel``. NaN values are left out.

    Examples
    --------
    >>> e = estimate([1.0, 2.0, 3.0])
    >>> e.mean, round(e.low, 3), round(e.high, 3), round(e.p, 4)
    (2.0, -0.484, 4.484, 0.0742)
    """
    from scipy import stats

    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    n, mean = values.size, float(values.mean()) if values.size else np.nan
    if n < 2:
        return Estimate(mean, np.nan, np.nan, np.nan, n)
    if np.ptp(values) == 0:
        return Estimate(mean, mean, mean, np.nan, n)
    test = stats.ttest_1samp(values, null)
    low, high = map(float, test.confidence_interval(CONFIDENCE))
    return Estimate(mean, low, high, float(test.pvalue), n)


def geometric(values) -> Estimate:
    """Return the geometric mean of positive `values` with the interval of their logarithms; the test is against 1.

    Examples
    --------
    >>> e = geometric([1.0, 4.0, 16.0])
    >>> round(e.mean, 6), round(e.low * e.high, 6)
    (4.0, 16.0)
    """
    of_logarithms = estimate(np.log(np.asarray(values, dtype=np.float64)))
    ends = {name: float(np.exp(getattr(of_logarithms, name))) for name in ("mean", "low", "high")}
    return replace(of_logarithms, **ends)


def holm(p_values) -> np.ndarray:
    """Return the p-values adjusted by Holm's step-down method for the number of tests; NaN stays NaN.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])

    References
    ----------
    .. [1] S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65-70, 1979.
    """
    p_values = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    factors = np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1)
    return adjusted
