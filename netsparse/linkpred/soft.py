"""The soft rule: non-links drawn without replacement, each in proportion to its score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from netsparse.linkpred.best import random_keys
from netsparse.linkpred.candidates import Candidates, settle_ties


class Race:
    r"""A race that turns the best of its results into a draw without replacement, in proportion to the scores.

    A candidate's result is its score divided by an exponential random number of its own, which is a hash of its pair
    and the seed. Its time, the inverse, is then exponential with the score as its rate, so that the next to come in is
    each of those still running in proportion to its score: the first n are n drawn one after the other.

    References
    ----------
    .. [1] P. S. Efraimidis, P. G. Spirakis, Weighted random sampling with a reservoir, Information Processing Letters
       97, 181-185, 2006.
    """

    def __init__(self, seed: int):
        self.seed = seed

    def run(self, stream: Iterable[Candidates]) -> Iterator[Candidates]:
        """Yield candidates of positive score with their results in place of their scores."""
        for batch in stream:
            running = batch.scores > 0
            pairs = batch.pairs[running]
            yield Candidates(pairs, batch.scores[running] / self._times(pairs))

    def scores(self, results: Candidates) -> np.ndarray:
        """Return the scores behind results, which carry as few bits as before."""
        scores = results.scores * self._times(results.pairs)
        settle_ties(scores)
        return scores

    def _times(self, pairs: np.ndarray) -> np.ndarray:
        """Return an exponential random number for each pair."""
        fraction = (random_keys(pairs, self.seed) >> np.uint64(11)).astype(np.float64)
        return -np.log((fraction + 0.5) * 2.0**-53)
