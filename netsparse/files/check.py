"""Whether a file can be written, asked before the work that it is to hold."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from netsparse.errors import InvalidInput
from netsparse.files.target import Target, target_of
from netsparse.files.writer import create_beside


def check_writable(path: str | os.PathLike) -> None:
    """Raise an error unless :func:`netsparse.files.writing` can write there now; leaves nothing behind.

    Raises
    ------
    NetsparseError
        Says why not.

    Examples
    --------
    >>> check_writable("nowhere/predictions.csv")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidInput: cannot write to nowhere/predictions.csv: there is no folder ...nowhere
    """
    with refusing(path):
        target = target_of(path)
        if target.is_replaced:
            create_beside(target).unlink(missing_ok=True)  # a writer of the same file may tidy up
        else:
            _check_open(target)


@contextmanager
def refusing(path: str | os.PathLike) -> Iterator[None]:
    """Let what the system says against writing to a path be the one error about it."""
    try:
        yield
    except OSError as error:
        raise InvalidInput(f"cannot write to {os.fspath(path)}: {error.strerror}") from None


def _check_open(target: Target) -> None:
    if target.descriptor is not None:
        os.write(target.descriptor, b"")  # an error if it was opened to be read
    elif not os.access(target.path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
