"""How every loop here is compiled, and where its machine code is kept.

numba keeps compiled code beside the source, or in the user's cache folder, or where NUMBA_CACHE_DIR says. Where
none of them can be written it refuses even to define a function, and when the disk is full, to return what it has
compiled. Neither is a reason not to compute: the code is then compiled anew in every process.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import config, njit
from numba.core.caching import FunctionCache

from netsparse.errors import printable

_UNUSABLE = (OSError, EOFError, pickle.UnpicklingError)  # no access, no space, or a file that is torn
_said: list[str] = []


def compiled(**options: Any) -> Callable[[Callable], Callable]:
    """Return a decorator that compiles a function without the interpreter lock, and keeps the code if it can.

    `options` are those of :func:`numba.njit`; none changes with the place of the code. What is not said of `fastmath`
    is False: numba would take it from the caller that happens to be compiled first, and the bits of results with it.
    """
    options = {"nogil": True, "fastmath": False, **options}

    def compile_function(function: Callable) -> Callable:
        kernel = njit(**options)(function)
        try:
            kernel._cache = _Cache(function)  # what njit(cache=True) does, by a class of our own
        except RuntimeError as error:
            if "no locator available" not in str(error):
                raise
            _say_once(f"tried {_places(function)}")
        return kernel

    return compile_function


def is_kept(kernel: Callable, name: str) -> bool:
    """Return whether there is compiled code of a kernel, a file that begins with `name`, on disk."""
    folder = kernel.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"{name}-*.nbi"))


class _Cache(FunctionCache):
    """A cache that does without what it cannot read or write."""

    def load_overload(self, sig, target_context):
        try:
            return super().load_overload(sig, target_context)
        except _UNUSABLE as error:
            _say_once(f"{self.cache_path}: {error}")
            return None

    def save_overload(self, sig, data):
        try:
            super().save_overload(sig, data)
        except _UNUSABLE as error:
            _say_once(f"{self.cache_path}: {error}")


def _places(function: Callable) -> str:
    import pooch

    beside = Path(function.__code__.co_filename).parent / "__pycache__"
    return ", ".join(str(place) for place in (config.CACHE_DIR, beside, pooch.os_cache("numba")) if place)


def _say_once(what: str) -> None:
    """Say on stderr, unless the program has set up logging otherwise, that this process keeps no compiled code."""
    if not _said:
        _said.append(what)
        message = f"netsparse: compiled code cannot be kept ({what}), so that every process compiles anew"
        logging.getLogger("netsparse").warning(
            printable(f"{message}; set NUMBA_CACHE_DIR to a folder that can be written")
        )
