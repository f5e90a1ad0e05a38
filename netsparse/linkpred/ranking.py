"""Rankings of candidates, level by level: candidates of one score are one level, whoever comes first among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.linkpred.candidates import Candidates

_MERGE_FROM = 1 << 20  # scores that are kept before equal ones are counted together


@dataclass(frozen=True)
class Ranking:
    """How many links that were held out, and how many candidates in all, have each score, the highest score first.

    Attributes
    ----------
    positives, totals : numpy.ndarray of float64, shape (levels,)
    """

    positives: np.ndarray
    totals: np.ndarray

    def __post_init__(self) -> None:
        if not 0 < self.n_positives < self.totals.sum():
            raise InvalidValue(
                f"a ranking needs links that were held out and other candidates, got {self.n_positives:g} of "
                f"{self.totals.sum():g}"
            )

    @classmethod
    def of(cls, scores, labels) -> Ranking:
        """Return the ranking of candidates by their scores; labels are 1 for links that were held out, 0 for others.

        Examples
        --------
        >>> Ranking.of([0.5, 2.0, 0.5, 0.1], [1, 1, 0, 0])
        Ranking(positives=array([1., 1., 0.]), totals=array([1., 2., 1.]))
        """
        _, level = np.unique(-1.0 * np.asarray(scores), return_inverse=True)
        return cls(np.bincount(level, np.asarray(labels, dtype=np.float64)), np.bincount(level).astype(np.float64))

    @classmethod
    def of_stream(cls, stream: Iterable[Candidates], held_out: np.ndarray, n_candidates: int) -> Ranking:
        """Return the ranking of a stream of candidates; those that are not in it score 0.

        Parameters
        ----------
        stream : iterable of Candidates
        held_out : numpy.ndarray of int64
            The numbers of the pairs that were held out, ascending.
        n_candidates : int
            How many there are, those that score 0 included.

        Notes
        -----
        O(held out + distinct scores) memory.
        """
        levels = _Levels()
        for batch in stream:
            place = np.minimum(np.searchsorted(held_out, batch.pairs), held_out.size - 1)
            levels.add(batch.scores, held_out[place] == batch.pairs)
        values, positives, totals = levels.counted()
        rest = held_out.size - positives.sum(), n_candidates - totals.sum()
        if rest[1]:
            levels.add_counts(np.zeros(1, values.dtype), np.array([rest[0]]), np.array([rest[1]]))
            values, positives, totals = levels.counted()
        return cls(positives[::-1], totals[::-1])

    @property
    def n_positives(self) -> float:
        """How many links were held out."""
        return float(self.positives.sum())

    @property
    def n_negatives(self) -> float:
        """How many other candidates there are."""
        return float(self.totals.sum() - self.positives.sum())

    @property
    def true_positives(self) -> np.ndarray:
        """How many links that were held out have at least the score of each level."""
        return np.cumsum(self.positives)

    @property
    def false_positives(self) -> np.ndarray:
        """How many other candidates have at least the score of each level."""
        return np.cumsum(self.totals - self.positives)

    def expected_hits(self, n) -> np.ndarray:
        """Return how many links are found among the first `n` candidates, in the mean over orders of equal ones."""
        return np.interp(n, np.append(0, np.cumsum(self.totals)), np.append(0, self.true_positives))


class _Levels:
    """Counts of scores, equal ones together, as they come."""

    def __init__(self):
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._pending, self._merged = 0, 0

    def add(self, scores: np.ndarray, positive: np.ndarray) -> None:
        """Count candidates, one each."""
        self.add_counts(scores.copy(), positive.astype(np.float64), np.ones(scores.size))

    def add_counts(self, values: np.ndarray, positives: np.ndarray, totals: np.ndarray) -> None:
        """Add to the counts of some scores."""
        self._parts.append((values, positives, totals))
        self._pending += values.size
        if self._pending > max(_MERGE_FROM, 2 * self._merged):
            self.counted()

    def counted(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the distinct scores, ascending, with how many candidates that are positive, and how many in all."""
        if not self._parts:
            return np.empty(0), np.empty(0), np.empty(0)
        values, positives, totals = (np.concatenate(side) for side in zip(*self._parts, strict=True))
        values, level = np.unique(values, return_inverse=True)
        merged = values, np.bincount(level, positives, values.size), np.bincount(level, totals, values.size)
        self._parts, self._pending, self._merged = [merged], values.size, values.size
        return merged
