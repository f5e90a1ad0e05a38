"""One process at a time in the folder of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netsparse.errors import InvalidInput

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; the system gives it back when the process ends, however it ends.

    Where the system or the file system knows no such locks, nothing is held.

    Raises
    ------
    NetsparseError
        If another process holds it.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder, alone_in(pathlib.Path(folder)):
    ...     print("alone")
    alone
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InvalidInput(f"another process is training in {folder}; wait for it, or stop it") from None
    except OSError:  # some network file systems
        pass
