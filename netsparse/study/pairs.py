"""Every pair of recipes on every data set: paired differences, intervals, tests corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from netsparse.study.statistics import Estimate, estimate, holm
from netsparse.study.verdicts import FAILS, HOLDS, UNCLEAR, Greater

if TYPE_CHECKING:
    import pandas

DENSITY_TOLERANCE = 0.01
"""Relative difference of mean live densities beyond which a comparison is not one of recipes."""

HIGHER, LOWER, UNEQUAL = "higher", "lower", "unequal density"
_WORDS = {HOLDS: HIGHER, FAILS: LOWER, UNCLEAR: UNCLEAR}


def paired_values(runs: pandas.DataFrame, recipe: str, against: str, column: str) -> np.ndarray:
    """Return `column` of both recipes on one data set, a row per seed that both have: shape (seeds, 2).

    Examples
    --------
    >>> import pandas as pd
    >>> runs = pd.DataFrame({"recipe": ["a", "b", "a"], "seed": [0, 0, 1], "accuracy": [0.5, 0.75, 0.6]})
    >>> paired_values(runs, "b", "a", "accuracy")
    array([[0.75, 0.5 ]])
    """
    if not {recipe, against} <= set(runs["recipe"]):
        return np.empty((0, 2))
    by_recipe = runs.pivot(index="seed", columns="recipe", values=column)[[recipe, against]]
    return by_recipe.dropna().to_numpy(dtype=float)


def paired_table(runs: pandas.DataFrame, datasets: Sequence[str], recipes: Sequence[str]) -> pandas.DataFrame:
    """Return a row per data set and pair of recipes, the later one against the earlier one.

    Both trainings of a pair and seed start from one network and see the batches in one order, so that their
    accuracies are compared by the paired t test; p-values are corrected over all rows by Holm's method. A pair whose
    mean live densities differ by more than ``DENSITY_TOLERANCE`` is marked and not tested: what more links do
    is not what a recipe does.

    Parameters
    ----------
    runs : pandas.DataFrame
        A row a run: dataset, recipe, seed, accuracy, best_accuracy, live_density.
    datasets, recipes : sequence of str

    Returns
    -------
    pandas.DataFrame
        ``dataset``, ``recipe``, ``against``, ``seeds`` (those of both), means ``accuracy`` and ``accuracy_against``
        at the end, their ``difference`` with its 95 % interval ``low``, ``high``, ``p``, ``p_holm``, ``verdict``
        ('higher', 'lower', 'unclear', 'unequal density'); ``best_difference``, ``best_low``, ``best_high`` of the
        accuracies in the epochs that validation would have kept, not tested; ``live_density``,
        ``live_density_against``. Accuracies are shares, NaN what is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> runs = pd.DataFrame({
    ...     "dataset": "mnist", "recipe": ["rlr", "l3"] * 3, "seed": [0, 0, 1, 1, 2, 2],
    ...     "accuracy": [0.80, 0.85, 0.81, 0.855, 0.79, 0.845], "best_accuracy": 0.8, "live_density": 0.01,
    ... })
    >>> row = paired_table(runs, ["mnist"], ["rlr", "l3"]).iloc[0]
    >>> row["recipe"], row["against"], float(row["difference"].round(3)), row["verdict"]
    ('l3', 'rlr', 0.05, 'higher')
    """
    import pandas as pd

    table = pd.DataFrame(
        [
            {"dataset": dataset, "recipe": recipe, "against": against, **_compared(own, recipe, against)}
            for dataset in datasets
            for own in [runs[runs["dataset"] == dataset]]
            for against, recipe in combinations(recipes, 2)
        ]
    )
    table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"]))
    table.insert(table.columns.get_loc("p_holm") + 1, "verdict", [_verdict(row) for _, row in table.iterrows()])
    return table


def _compared(runs: pandas.DataFrame, recipe: str, against: str) -> dict[str, Any]:
    accuracies, best, densities = (
        paired_values(runs, recipe, against, column) for column in ("accuracy", "best_accuracy", "live_density")
    )
    found, of_best = (estimate(values[:, 0] - values[:, 1]) for values in (accuracies, best))
    density, density_against = _means(densities)
    accuracy, accuracy_against = _means(accuracies)
    return {
        "seeds": found.n,
        "accuracy": accuracy,
        "accuracy_against": accuracy_against,
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "p": found.p if _equal(density, density_against) else np.nan,
        "best_difference": of_best.mean,
        "best_low": of_best.low,
        "best_high": of_best.high,
        "live_density": density,
        "live_density_against": density_against,
    }


def _means(values: np.ndarray) -> list[float]:
    return values.mean(axis=0).tolist() if len(values) else [np.nan, np.nan]


def _equal(density: float, other: float) -> bool:
    return abs(density - other) <= DENSITY_TOLERANCE * max(density, other)


def _verdict(row: pandas.Series) -> str:
    if row["seeds"] and not _equal(row["live_density"], row["live_density_against"]):
        return UNEQUAL
    found = Estimate(row["difference"], row["low"], row["high"], row["p"], row["seeds"])
    return _WORDS[Greater().verdict(found, row["p_holm"], cases=1)]
