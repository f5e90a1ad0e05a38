"""Folders to write to: checked before any work, made when the first file is due."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from netsparse.files.check import refusing

_NAME_MAX = 255  # bytes, of the usual file systems


def check_folder(path: Path) -> None:
    """Raise an error unless files can be written in a folder, which need not be there; leaves nothing behind.

    Errors are those of :func:`netsparse.files.check_writable`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     check_folder(pathlib.Path(folder) / 'runs' / 'first')
    ...     list(pathlib.Path(folder).iterdir())
    []
    """
    with refusing(path):
        place = Path(os.path.realpath(path))
        folder = next(folder for folder in (place, *place.parents) if _is_there(folder))
        if not folder.is_dir():
            raise OSError(errno.ENOTDIR, f"{folder} is not a folder")
        if any(len(os.fsencode(name)) > _NAME_MAX for name in place.relative_to(folder).parts):
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        _try(folder)


def make_folder(path: Path) -> None:
    """Make a folder unless it is there; where a link leads that leads nowhere yet, too."""
    Path(os.path.realpath(path)).mkdir(parents=True, exist_ok=True)


def _try(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, f"no file can be made in {folder}: {error.strerror}") from None


def _is_there(path: Path) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
