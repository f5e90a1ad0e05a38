"""The claims of arXiv:2602.21961, each with the metric and the test that judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.robustness.arms import DATASETS
from netsparse.study import Between, Greater, Test, equal

MNIST, FASHION, KMNIST, LETTERS = DATASETS
POINTS = 100.0

STAND_INS = {"fashion-mnist-6k": FASHION, "emnist-letters": LETTERS}
"""Other data sets that a claim about one of the study's can be judged on."""


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes
    ----------
    topic : str
    words : str
        What the paper says.
    place : str
        Where it says so, if it says something else elsewhere.
    metric : str
        Column of :func:`analysis.robustness.metrics.metric_table`.
    kind : {'difference', 'ratio', 'each'}
        Of CH3-L3 against random regrowth, paired by seed, or of each rule apart: then it must hold for both.
    tests : mapping of str to Test
        By data set.
    measured : str
        What the value is, in words.
    scale : float
        Factor of the value as it is printed and tested; `POINTS` for percentage points.
    needed : int, optional
        On how many data sets it must hold, all by default.
    """

    topic: str
    words: str
    metric: str
    kind: str
    tests: Mapping[str, Test]
    measured: str
    place: str = ""
    scale: float = 1.0
    needed: int | None = None


def everywhere(test: Test) -> dict[str, Test]:
    """Return the same test for all data sets."""
    return dict.fromkeys(DATASETS, test)


NEGLIGIBLE = 0.2
"""Percentage points; a difference of mean accuracies that is smaller for sure is none."""

CH3_BETTER = Greater(0, 1, NEGLIGIBLE)
RLR_BETTER = Greater(0, -1, NEGLIGIBLE)
SPLIT = {MNIST: CH3_BETTER, FASHION: CH3_BETTER, KMNIST: RLR_BETTER, LETTERS: RLR_BETTER}
MEAN_ACCURACY = "mean accuracy, CH3-L3 minus random, points"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "training", "CH3-L3 reaches its limit in fewer epochs",
        "epochs to limit", "difference", everywhere(Greater(0, -1)),
        "epochs to 99 % of the final accuracy, CH3-L3 minus random",
    ),
    Claim(
        "training", "Final accuracies are equal within a margin",
        "final accuracy", "difference", everywhere(equal(0.5)),
        "mean test accuracy of the last 10 epochs, CH3-L3 minus random, points; margin 0.5", scale=POINTS,
    ),
    Claim(
        "training", "On KMNIST the final accuracy of CH3-L3 is (slightly) higher",
        "final accuracy", "difference", {KMNIST: CH3_BETTER},
        "mean test accuracy of the last 10 epochs, CH3-L3 minus random, points", scale=POINTS,
    ),
    Claim(
        "training", "On Fashion-MNIST the accuracy dips after a first maximum",
        "dip", "each", {FASHION: Greater(0, 1, NEGLIGIBLE)},
        "fall of the test accuracy between the epochs where the other seeds have their extremes, points", scale=POINTS,
    ),
    Claim(
        "update time", "Random regrowth halves the update time",
        "update seconds", "ratio", everywhere(Between(1.5, 2.5)),
        "seconds of an update by netsparse, CH3-L3 over random, geometric mean; 'halves' is read as 1.5 to 2.5",
    ),
    Claim(
        "weight order", "Accuracy is at its minimum by 1-5 % removed",
        "minimum links-weight", "each", everywhere(Between(0, 5)),
        "% removed when 95 % of all the accuracy ever lost is lost; 'by' is read as 5 at the latest", "results",
        scale=POINTS,
    ),
    Claim(
        "weight order", "Accuracy is at its minimum by 3-10 % removed",
        "minimum links-weight", "each", everywhere(Between(0, 10)),
        "% removed when 95 % of all the accuracy ever lost is lost; 'by' is read as 10 at the latest", "discussion",
        scale=POINTS,
    ),
    Claim(
        "weight order", "CH3-L3 is (slightly) better on MNIST and Fashion-MNIST, random on KMNIST and EMNIST",
        "area links-weight", "difference", SPLIT,
        f"{MEAN_ACCURACY}, over 0-10 % removed", scale=POINTS,
    ),
    Claim(
        "random pruning", "The fall is roughly linear",
        "bend links-random", "each", everywhere(Between(0, 20)),
        "largest distance from the straight line over 0-80 %, as % of its fall; 'roughly' is read as up to 20 %",
        scale=POINTS,
    ),
    Claim(
        "random pruning", "Accuracy is at its minimum near 80 % removed",
        "minimum links-random", "each", everywhere(Between(70, 90)),
        "% removed when 95 % of all the accuracy ever lost is lost; 'near' is read as 70 to 90", scale=POINTS,
    ),
    Claim(
        "random pruning", "CH3-L3 is (slightly) better on MNIST, Fashion-MNIST and KMNIST, equal on EMNIST",
        "area links-random", "difference",
        {MNIST: CH3_BETTER, FASHION: CH3_BETTER, KMNIST: CH3_BETTER, LETTERS: equal(1)},
        f"{MEAN_ACCURACY}, over 0-100 % removed; 'equal' is read as within 1 point", scale=POINTS,
    ),
    Claim(
        "reverse weight order", "A minor loss even at 80 % removed",
        "loss at 80 % links-reverse-weight", "each", everywhere(Between(-100, 5)),
        "accuracy lost at 80 % removed, points; 'minor' is read as up to 5", scale=POINTS,
    ),
    Claim(
        "reverse weight order", "Random regrowth is better everywhere",
        "area links-reverse-weight", "difference", everywhere(RLR_BETTER),
        f"{MEAN_ACCURACY}, over 0-100 % removed", scale=POINTS,
    ),
    Claim(
        "weight modification", "CH3-L3 is better everywhere",
        "area noise", "difference", everywhere(CH3_BETTER),
        f"{MEAN_ACCURACY}, over values 0-1", "results", scale=POINTS,
    ),
    Claim(
        "weight modification", "Random regrowth is better",
        "area noise", "difference", everywhere(RLR_BETTER),
        f"{MEAN_ACCURACY}, over values 0-1", "discussion", scale=POINTS,
    ),
    Claim(
        "weight shuffling", "It is the steeper at first ...",
        "steeper first", "each", everywhere(Greater(0, 1)),
        "mean accuracy under modification minus that under shuffling, over values 0-0.2, points", scale=POINTS,
    ),
    Claim(
        "weight shuffling", "... then the curves cross",
        "crossing", "each", everywhere(Greater(0, 1)),
        "accuracy under shuffling minus that under modification at the value, from 0.2 to 1, where it is largest, "
        "points; the values of the two are on scales of their own", scale=POINTS,
    ),
    Claim(
        "weight shuffling", "CH3-L3 is better on MNIST and Fashion-MNIST, random on KMNIST and EMNIST",
        "area shuffle", "difference", SPLIT,
        f"{MEAN_ACCURACY}, over values 0-1", "results", scale=POINTS,
    ),
    Claim(
        "weight shuffling", "CH3-L3 is better on three of four data sets",
        "area shuffle", "difference", everywhere(CH3_BETTER),
        f"{MEAN_ACCURACY}, over values 0-1", "discussion", scale=POINTS, needed=3,
    ),
    Claim(
        "density of weights", "A minimum at zero",
        "zero above minimum", "each", everywhere(Between(0, 5)),
        "by how much the density of |w| below 0.005 exceeds the lowest before the maximum, as % of the rise from there "
        "to the maximum; 'at zero' is read as up to 5", scale=POINTS,
    ),
    Claim(
        "density of weights", "The minimum is narrow",
        "dip width", "each", everywhere(Between(0, 25)),
        "|w| where half of the rise to the maximum is done, as % of the 99 % quantile of |w|; 'narrow' is read as up "
        "to 25", scale=POINTS,
    ),
    Claim(
        "density of weights", "A maximum after it",
        "density maximum", "each", everywhere(Between(0.01, 1)),
        "|w| of the maximum over the median |w|; it stands before the median",
    ),
    Claim(
        "density of weights", "The maximum is narrow",
        "peak width", "each", everywhere(Between(0, 25)),
        "width at half of the maximum, as % of the 99 % quantile of |w|; 'narrow' is read as up to 25", scale=POINTS,
    ),
    Claim(
        "density of weights", "Then near-exponential decay",
        "decay slopes", "each", everywhere(Between(0.5, 2)),
        "slope of log density against |w| in the upper over that in the lower half of the range from the maximum to "
        "the 99.9 % quantile, 1 for an exponential, 3 for a normal density; 'near' is read as 0.5 to 2",
    ),
    Claim(
        "density of weights", "Random regrowth has more intermediate weights on all data sets",
        "intermediate weights", "difference", everywhere(Greater(0, -1)),
        "links with |w| between the pooled 50 % and 99 % quantiles, CH3-L3 minus random, % of the links", scale=POINTS,
    ),
    Claim(
        "density of weights",
        "In the extreme tail CH3-L3 has more on MNIST and EMNIST, fewer on Fashion-MNIST, equally many on KMNIST",
        "extreme weights", "difference",
        {MNIST: Greater(0, 1), LETTERS: Greater(0, 1), FASHION: Greater(0, -1), KMNIST: equal(0.25)},
        "links with |w| beyond the pooled 99.9 % quantile, CH3-L3 minus random, per mille of the links; 'equal' is "
        "read as within 0.25", scale=1000.0,
    ),
)  # fmt: skip
