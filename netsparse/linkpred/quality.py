"""How good a ranking is, by name: numbers that do not depend on the order of equal scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.linkpred.ranking import Ranking
from netsparse.registry import Registry

_GROUP = "C. V. Cannistraci and co-workers, public code NSIforPPI, 2026."


def precision(ranking: Ranking) -> float:
    """Share of held-out links among the first n candidates, n as many as were held out; ties in the mean."""
    n = ranking.n_positives
    return float(ranking.expected_hits(n)) / n


def average_precision(ranking: Ranking) -> float:
    """Mean, over held-out links, of the precision among candidates that score at least as high, as in scikit-learn."""
    found = ranking.true_positives
    return float(ranking.positives @ (found / (found + ranking.false_positives))) / ranking.n_positives


def auc_precision(ranking: Ranking) -> float:
    """Area under the precision among the first 1, ..., n candidates, over n - 1; ties in the mean."""
    first = np.arange(1, int(ranking.n_positives) + 1)
    precisions = ranking.expected_hits(first) / first
    return _area(precisions, first) / (first.size - 1) if first.size > 1 else float(precisions[0])


def auc_pr(ranking: Ranking) -> float:
    """Area under precision and recall by trapezoids, without the first level, over 1 - recall there.

    Where the first level holds all links, its precision. This is not the average precision.
    """
    found = ranking.true_positives
    precisions, recalls = found / (found + ranking.false_positives), found / ranking.n_positives
    if recalls[0] == 1:
        return float(precisions[0])
    return _area(precisions, recalls) / (1 - float(recalls[0]))


def auc_roc(ranking: Ranking) -> float:
    """Chance that a held-out link scores higher than another candidate, ties a half."""
    found, wrong = np.append(0, ranking.true_positives), np.append(0, ranking.false_positives)
    return _area(found / ranking.n_positives, wrong / ranking.n_negatives)


def auc_mroc(ranking: Ranking) -> float:
    r"""Area under the magnified ROC, logarithmic in true and false positives, 0.5 for a random ranking.

    With :math:`y = \ln_{1+P}(1 + TP)`, :math:`x = \ln_{1+N}(1 + FP)` and :math:`r = \ln_{1+P}(1 + FP \, P / N)`, the y
    of a random ranking, the area under :math:`(y - r)(1 - x)/(1 - r) + x` over x, by trapezoids between levels.

    References
    ----------
    .. [1] A. Muscoloni, C. V. Cannistraci, Early retrieval problem and link prediction evaluation via the area under
       the magnified ROC, Preprints 2022, 202209.0277.
    """
    found, wrong = np.append(0, ranking.true_positives), np.append(0, ranking.false_positives)
    positives, negatives = ranking.n_positives, ranking.n_negatives
    y, x = np.log1p(found) / np.log1p(positives), np.log1p(wrong) / np.log1p(negatives)
    random = np.log1p(wrong * positives / negatives) / np.log1p(positives)
    limit = (1 + positives) * np.log1p(positives) / ((1 + negatives) * np.log1p(negatives)) * negatives / positives
    steepness = np.full(x.size, limit)  # of (1 - x)/(1 - r), where both are 0
    np.divide(1 - x, 1 - random, out=steepness, where=wrong < negatives)
    return _area((y - random) * steepness + x, x)


def ndcg(ranking: Ranking) -> float:
    """Sum of 1 / log2(1 + rank) over held-out links, over the largest possible; equal scores have their mean rank."""
    ranks = np.cumsum(ranking.totals) - (ranking.totals - 1) / 2
    best = np.arange(1, int(ranking.n_positives) + 1)
    return float(ranking.positives @ (1 / np.log2(1 + ranks))) / float((1 / np.log2(1 + best)).sum())


def mcc(ranking: Ranking) -> float:
    """Matthews correlation, the first n candidates taken for links, n as many as were held out; ties in the mean."""
    positives, negatives = ranking.n_positives, ranking.n_negatives
    found = float(ranking.expected_hits(positives))
    return (found * (positives + negatives) - positives**2) / (positives * negatives)


def _area(y: np.ndarray, x: np.ndarray) -> float:
    """Return the area under a curve by trapezoids."""
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2)


QUALITIES: Registry[Callable[[Ranking], float]] = Registry("quality of a ranking")
"""Functions of a ranking."""
QUALITIES.register("precision", precision)
QUALITIES.register("average-precision", average_precision)
QUALITIES.register("auc-precision", auc_precision, source=_GROUP)
QUALITIES.register("auc-pr", auc_pr, source=_GROUP)
QUALITIES.register("auc-roc", auc_roc)
QUALITIES.register("auc-mroc", auc_mroc)
QUALITIES.register("ndcg", ndcg)
QUALITIES.register("mcc", mcc)


def qualities(scores, labels) -> dict[str, float]:
    """Return how good scores are that rank some candidates, by all of :data:`netsparse.linkpred.QUALITIES`.

    Parameters
    ----------
    scores : array_like of float, shape (candidates,)
    labels : array_like of bool, shape (candidates,)
        Which candidates are links.

    Raises
    ------
    ValueError
        If no candidate is a link, or all are.

    Examples
    --------
    >>> found = qualities([3.0, 2.0, 1.0, 0.0], [1, 0, 1, 0])
    >>> found["precision"], found["auc-roc"], round(found["average-precision"], 3)
    (0.5, 0.75, 0.833)
    """
    ranking = Ranking.of(scores, labels)
    return {name: quality(ranking) for name, quality in QUALITIES.items()}
