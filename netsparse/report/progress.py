"""How far an attack is, shown."""

from __future__ import annotations

import time


class Progress:
    """Counts forward passes: a bar with the time left on a terminal, a line per curve elsewhere.

    Parameters
    ----------
    n_passes : int
        Of all curves together.
    shown : bool
        Whether anything is shown.
    """

    def __init__(self, n_passes: int, *, shown: bool):
        from tqdm import tqdm

        self._is_shown = shown
        self._bar = tqdm(total=n_passes, unit="pass", dynamic_ncols=True, disable=None if shown else True)
        self._start, self._n_passes, self._n_done = time.perf_counter(), n_passes, 0

    def count(self, passes: int) -> None:
        """Note passes that are done."""
        self._bar.update(passes)
        self._n_done += passes

    def skip(self, passes: int) -> None:
        """Leave out what is known: it takes no time, so that it must not count in the time left."""
        self._n_passes -= passes
        self._bar.total -= passes

    def note(self, text: str) -> None:
        """Show a line about a curve that is done, and the time that the others will take."""
        if not self._is_shown:
            return
        spent = time.perf_counter() - self._start
        left = spent / self._n_done * (self._n_passes - self._n_done)
        self._bar.write(f"{text}  ({spent:.1f} s, {left:.0f} s left)")

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()
