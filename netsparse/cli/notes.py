"""Warnings of the library, a line each on standard error."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import netsparse
from netsparse.errors import printable

_OURS = Path(netsparse.__file__).parent


@contextmanager
def notes_on_stderr() -> Iterator[None]:
    """Print what netsparse warns of (a former name, what a file holds in vain) as a line, once; let others pass.

    Examples
    --------
    >>> import contextlib, netsparse as ns
    >>> with contextlib.redirect_stderr(sys.stdout), notes_on_stderr():
    ...     _ = [ns.robustness.get_attack('prune-random') for _ in range(2)]
    netsparse: note: attack 'prune-random' is now called 'links-random'
    """
    shown: set[str] = set()

    def show(message, category, filename, lineno, file=None, line=None) -> None:
        text = printable(message)
        if category not in (UserWarning, DeprecationWarning) or _OURS not in Path(filename).parents:
            usual(message, category, filename, lineno, file, line)
        elif text not in shown:
            shown.add(text)
            print(f"netsparse: note: {text}", file=sys.stderr)

    with warnings.catch_warnings():
        usual = warnings.showwarning
        warnings.showwarning = show
        for category in (UserWarning, DeprecationWarning):
            warnings.filterwarnings("always", category=category, module=r"netsparse\b")
        yield
