"""One process at a time in the folder of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from netsparse.errors import InvalidInput

_NAME = ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, a file in it; the system gives it back when the process ends, however it ends.

    Where the file system knows no such locks, or lets no file be made, nothing is held. The file goes with the lock;
    that of a killed process stays, and is in nobody's way.

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
    lock = FileLock(folder / _NAME)
    _acquire(lock, folder)
    try:
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):  # the folder itself may be gone; Windows lets nobody remove an open file
                (folder / _NAME).unlink()  # before the lock is given back: afterwards it may be another's
            lock.release()


def _acquire(lock: FileLock, folder: Path) -> None:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InvalidInput(f"another process is training in {folder}; wait for it, or stop it") from None
    except (OSError, NotImplementedError):  # some network file systems; what cannot be written is told by its writer
        pass
