"""The best n of a stream of candidates, in memory of order n."""

from __future__ import annotations

import numpy as np

from netsparse.linkpred.candidates import Candidates


class Best:
    """Keeps the `n` >= 1 best candidates seen so far: higher score first, equal scores by a random key.

    Scores may be negative, or complex: numpy orders these by their real parts, then by their imaginary ones.

    A candidate's key is a hash of its pair and of the seed. Ties are thus broken uniformly at random, and
    the choice depends neither on the order in which the candidates come nor on who computed them.
    """

    def __init__(self, n: int, seed: int):
        self.n = n
        self.seed = seed
        self._worst_score, self._worst_key = -np.inf, np.uint64(0)
        self._pairs = [np.empty(0, np.int64)]
        self._scores = [np.empty(0)]
        self._held = 0

    @property
    def floor(self) -> float:
        """A score below this is not among the best any more; 0 as long as any positive one may be."""
        return max(0.0, self._worst_score.real)

    def push(self, batch: Candidates) -> None:
        """Take from a batch what may be among the best."""
        wanted = batch.scores > self._worst_score
        tied = np.flatnonzero(batch.scores == self._worst_score)
        wanted[tied] = random_keys(batch.pairs[tied], self.seed) < self._worst_key
        chosen = np.flatnonzero(wanted)
        self._pairs.append(batch.pairs[chosen])
        self._scores.append(batch.scores[chosen])
        self._held += chosen.size
        if self._held > 2 * self.n:
            self._shrink()

    def result(self) -> Candidates:
        """Return the best, best first: `n` of them, or all there were."""
        pairs, scores = self._shrink()
        order = np.lexsort((random_keys(pairs, self.seed), -scores))
        return Candidates(pairs[order], scores[order])

    def _shrink(self) -> Candidates:
        pairs, scores = np.concatenate(self._pairs), np.concatenate(self._scores)
        if scores.size > self.n:
            best = self._choose(pairs, scores)
            pairs, scores = pairs[best], scores[best]
        self._pairs, self._scores, self._held = [pairs], [scores], scores.size
        return Candidates(pairs, scores)

    def _choose(self, pairs: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Return the positions of the `n` best, and remember the worst of them: later ones must beat it."""
        place = scores.size - self.n
        self._worst_score = np.partition(scores, place)[place]
        above = np.flatnonzero(scores > self._worst_score)
        tied = np.flatnonzero(scores == self._worst_score)
        keys = random_keys(pairs[tied], self.seed)
        last = self.n - above.size - 1
        order = np.argpartition(keys, last)
        self._worst_key = keys[order[last]]
        return np.concatenate([above, tied[order[: last + 1]]])


def random_keys(pairs: np.ndarray, seed: int) -> np.ndarray:
    """Return a random 64-bit key for each pair: the splitmix64 generator, its state counted by the pair."""
    keys = pairs.astype(np.uint64)
    keys *= np.uint64(0x9E3779B97F4A7C15)
    keys += np.uint64(seed)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        keys ^= keys >> np.uint64(shift)
        keys *= np.uint64(factor)
    keys ^= keys >> np.uint64(31)
    return keys
