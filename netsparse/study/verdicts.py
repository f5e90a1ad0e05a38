"""From an estimate to a verdict: holds, does not, or unclear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from netsparse.study.statistics import Estimate

HOLDS, FAILS, UNCLEAR = "holds", "does not", "unclear"
LEVEL = 0.05
FEWEST_SEEDS = 3
"""With fewer, nothing is claimed."""


@dataclass(frozen=True)
class Greater:
    """The value is above `than`; with `sign` -1 below it.

    Judged by the t test, adjusted for the number of tests. A difference that is significant the other way refutes, and
    so does one whose interval, widened for the number of cases of the claim, lies inside ``than`` +- `negligible`.
    """

    than: float = 0.0
    sign: int = 1
    negligible: float = 0.0

    is_tested = True

    def verdict(self, estimate: Estimate, adjusted_p: float, cases: int) -> str:
        """Return the verdict on an estimate, one of the `cases` that the claim must hold on."""
        if estimate.n < FEWEST_SEEDS:
            return UNCLEAR
        if adjusted_p < LEVEL:
            return HOLDS if self.agrees(estimate.mean) else FAILS
        none = Between(self.than - self.negligible, self.than + self.negligible)
        return FAILS if self.negligible and none.holds(estimate.widened(cases)) else UNCLEAR

    def agrees(self, value: float) -> bool:
        """Tell whether a value alone is as claimed."""
        return self.sign * (value - self.than) > 0

    def __str__(self) -> str:
        return f"{'>' if self.sign > 0 else '<'} {self.than:g}"


@dataclass(frozen=True)
class Between:
    """The value lies between `low` and `high`: holds if the whole interval does.

    Fails if none of the interval does that is widened for the number of cases of the claim: one that fails refutes it,
    so that each of them has its chance of failing by accident, while holding takes all of them.
    """

    low: float
    high: float

    is_tested = False

    def verdict(self, estimate: Estimate, adjusted_p: float, cases: int) -> str:
        """Return the verdict on an estimate, one of the `cases`; the p-value has no part in it."""
        if estimate.n < FEWEST_SEEDS:
            return UNCLEAR
        if self.holds(estimate):
            return HOLDS
        widened = estimate.widened(cases)
        return FAILS if widened.low > self.high or widened.high < self.low else UNCLEAR

    def holds(self, estimate: Estimate) -> bool:
        """Tell whether the whole interval lies inside."""
        return self.low <= estimate.low and estimate.high <= self.high

    def agrees(self, value: float) -> bool:
        """Tell whether a value alone is as claimed."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"in [{self.low:g}, {self.high:g}]"


Test = Greater | Between


def equal(margin: float) -> Between:
    """Return the test that a difference is at most `margin` either way."""
    return Between(-margin, margin)


def combined(verdicts: Iterable[str], needed: int | None = None) -> str:
    """Return the verdict on a claim about several data sets, `needed` of which must hold (default: all).

    Examples
    --------
    >>> combined(["holds", "holds", "unclear"]), combined(["holds", "does not"]), combined(["holds", "unclear"], 1)
    ('unclear', 'does not', 'holds')
    """
    counts = Counter(verdicts)
    total = sum(counts.values())
    needed = total if needed is None else needed
    if total and counts[HOLDS] >= needed:
        return HOLDS
    return FAILS if counts[FAILS] > total - needed else UNCLEAR
