"""One process at a time in the folder of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netsparse.errors import NetsparseError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """Hold the lock of a file; the system gives it back when the process ends, however it ends.

    Where the system or the file system knows no such locks, nothing is held.

    Raises
    ------
    NetsparseError
        If another process holds it.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.NamedTemporaryFile() as file, alone_with(pathlib.Path(file.name)):
    ...     print("alone")
    alone
    """
    with open(file, "rb") as handle:
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NetsparseError(f"another process is training in {file.parent}; wait for it, or stop it") from None
        except OSError:  # some network file systems
            pass
        yield
