"""One number for a whole curve, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue, check_count, check_number, unknown

if TYPE_CHECKING:
    import pandas


def area(strengths, accuracy) -> float:
    r"""Return the mean height of a curve, its area by the trapezoid rule over the width of its strengths.

    .. math:: \frac{1}{s_n - s_0} \int a \, ds

    1 is an attack without effect on a perfect network. Falling strengths (bits) are taken as they are.

    Examples
    --------
    >>> area([0, 1, 2], [1.0, 0.5, 0.0])
    0.5
    """
    s, a = _checked(strengths, accuracy)
    from scipy import integrate

    return float(integrate.trapezoid(a, s) / (s[-1] - s[0]))


def collapse(strengths, accuracy, *, clean: float, chance: float, lost: float = 0.9) -> float:
    r"""Return the first strength at which a share of the clean accuracy above chance is lost.

    That is where the curve, joined by straight lines, first reaches

    .. math:: a^* = c + (1 - \mathrm{lost}) (a_0 - c)

    with clean accuracy :math:`a_0` and chance level c; NaN if it never does.

    Parameters
    ----------
    strengths, accuracy : array_like, shape (n,)
    clean, chance : float
        Accuracy of the intact network and of guessing; chance must be below clean, or the result is NaN.
    lost : float in (0, 1], default 0.9

    Examples
    --------
    >>> collapse([0, 1, 2], [1.0, 0.5, 0.0], clean=1.0, chance=0.0)
    1.8
    >>> collapse([0, 1, 2], [1.0, 0.9, 0.8], clean=1.0, chance=0.1)
    nan
    """
    s, a = _checked(strengths, accuracy)
    lost = check_number("lost", lost, above=0, at_most=1)
    level = chance + (1 - lost) * (clean - chance)
    below = np.flatnonzero(a <= level + 1e-12)  # 1 - 0.9 is a little less than 0.1
    if not below.size or clean <= chance:
        return float("nan")
    k = below[0]
    if k == 0:
        return float(s[0])
    return float(s[k - 1] + (s[k] - s[k - 1]) * min(1.0, (a[k - 1] - level) / (a[k - 1] - a[k])))


def bootstrap_interval(
    values,
    *,
    level: float = 0.95,
    samples: int = 10_000,
    statistic: Callable[..., np.ndarray] = np.mean,
    rng=None,
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a statistic of independent values.

    Parameters
    ----------
    values : array_like, shape (n,)
        One per independent run. A single one has no interval: (NaN, NaN).
    level : float in (0, 1), default 0.95
    samples : int, default 10000
        Number of resamples.
    statistic : callable, default numpy.mean
        Reduces the last axis of an array, given as `axis`.
    rng : None, int or numpy.random.Generator

    Returns
    -------
    low, high : float

    References
    ----------
    .. [1] Efron, B., Tibshirani, R. "An introduction to the bootstrap", Chapman and Hall 1993, chapter 13.

    Examples
    --------
    >>> low, high = bootstrap_interval([1.0, 2.0, 3.0, 4.0], rng=0)
    >>> low, high
    (1.5, 3.5)
    """
    values = np.asarray(values, dtype=float)
    level = check_number("level", level, above=0, below=1)
    check_count("samples", samples, at_least=1)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise InvalidValue(f"need a flat array of finite values, got {values}")
    if values.size < 2:
        return float("nan"), float("nan")
    from scipy import stats

    found = stats.bootstrap(
        (values,),
        statistic,
        n_resamples=samples,
        vectorized=True,
        confidence_level=level,
        method="percentile",
        random_state=np.random.default_rng(rng),
    ).confidence_interval
    return float(found.low), float(found.high)


def summary(
    frame: pandas.DataFrame,
    *,
    chance: float,
    by: Sequence[str] = ("attack",),
    run: str = "repeat",
    lost: float = 0.9,
    level: float = 0.95,
    rng=None,
) -> pandas.DataFrame:
    """Return area and collapse of every attack, averaged over runs, with bootstrap intervals.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of :func:`netsparse.robustness.curve`, of several networks if need be.
    chance : float in [0, 1)
        Accuracy of guessing, 1 / classes for balanced classes.
    by : sequence of str, default ('attack',)
        Columns to tell apart: a row of the result each.
    run : str, default 'repeat'
        Column of the independent units the bootstrap resamples. With several trained networks, name theirs
        ('run', 'seed'): the repeats within a network are averaged first, they are not independent of each other.
    lost, level
        As in :func:`collapse` and :func:`bootstrap_interval`.
    rng : None, int or numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, runs, clean (accuracy of the intact network), area, area_low, area_high, collapse,
        collapse_low, collapse_high, and collapsed: how many runs did. Collapse is the mean over those; a run
        counts among them if all its repeats do.

    Raises
    ------
    ValueError
        If a column is not there, or `chance`, `lost` or `level` is out of range.

    Notes
    -----
    O(rows + 10,000 x runs), the resamples of the bootstrap.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({'attack': 'x', 'repeat': 0, 'step': [0, 1], 'strength': [0, 1.0], 'accuracy': [1, 0.0]})
    >>> summary(frame, chance=0)[['attack', 'runs', 'clean', 'area', 'collapse']]
      attack  runs  clean  area  collapse
    0      x     1    1.0   0.5       0.9
    """
    import pandas as pd

    chance = check_number("chance", chance, at_least=0, below=1)
    rng = np.random.default_rng(rng)
    trials = [*by, *dict.fromkeys([run, "repeat"])]
    for name in (*trials, "step", "strength", "accuracy"):
        if name not in frame:
            raise unknown("column", name, frame.columns)
    scores = [
        dict(zip(trials, key, strict=True)) | _scores(trial, chance, lost)
        for key, trial in frame.groupby(trials, sort=False)
    ]
    runs = pd.DataFrame(scores).groupby([*by, run], sort=False)[["clean", "area", "collapse"]]
    per_run = runs.agg(lambda values: values.mean(skipna=False)).reset_index()
    rows = [
        dict(zip(by, key, strict=True)) | _row(group, level, rng)
        for key, group in per_run.groupby(list(by), sort=False)
    ]
    return pd.DataFrame(rows)


def _scores(trial: pandas.DataFrame, chance: float, lost: float) -> dict[str, float]:
    """Return the scores of one curve; where strengths fall (bits), 0 means off and is no point of the axis."""
    trial = trial.sort_values("step")
    strengths, accuracy = trial["strength"].to_numpy(), trial["accuracy"].to_numpy()
    clean = accuracy[0]
    if strengths.size > 2 and strengths[1] > strengths[2]:
        strengths, accuracy = strengths[1:], accuracy[1:]
    fallen = collapse(strengths, accuracy, clean=clean, chance=chance, lost=lost)
    return {"clean": clean, "area": area(strengths, accuracy), "collapse": fallen}


def _row(runs: pandas.DataFrame, level: float, rng: np.random.Generator) -> dict[str, float]:
    fallen = runs["collapse"].dropna()
    area_low, area_high = bootstrap_interval(runs["area"], level=level, rng=rng)
    low, high = bootstrap_interval(fallen, level=level, rng=rng)
    return {
        "runs": len(runs),
        "clean": runs["clean"].mean(),
        "area": runs["area"].mean(),
        "area_low": area_low,
        "area_high": area_high,
        "collapse": fallen.mean(),
        "collapse_low": low,
        "collapse_high": high,
        "collapsed": len(fallen),
    }


def _checked(strengths, accuracy) -> tuple[np.ndarray, np.ndarray]:
    s, a = np.asarray(strengths, dtype=float), np.asarray(accuracy, dtype=float)
    if s.ndim != 1 or s.shape != a.shape or s.size < 2:
        raise InvalidValue(f"need as many strengths as accuracies, two at least, got shapes {s.shape} and {a.shape}")
    if not (np.isfinite(s).all() and np.isfinite(a).all()):
        raise InvalidValue("strengths and accuracies must be finite")
    steps = np.diff(s)
    if not ((steps > 0).all() or (steps < 0).all()):
        raise InvalidValue("strengths must rise, or fall, from each to the next")
    return s, a
