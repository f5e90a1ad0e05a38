"""The one way in which files are written: whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netsparse.files.target import Target, target_of

_STEM, _SUFFIX = 50, 10  # characters of a name that its temporary one repeats: 255 bytes hold them in any script


@contextmanager
def writing(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path to write to; on success its content becomes that of `path`, on any error it goes.

    A file is replaced by renaming a new one, whose content is on disk by then: a killed process leaves either the
    old file or the new one. It keeps mode and, where that is permitted, owner; links stay links, to what is replaced
    (or made, if they lead nowhere); a second hard link keeps the old content. What is not a regular file, a device, a
    FIFO, an open descriptor (``/dev/stdout``), stays what it is: the whole content is copied through it at the end.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    OSError
        Always about `path`: if it is a folder, a socket or a block device, if it is a file without write permission,
        or if no file can be made in its folder. A file in a folder that cannot be written is not overwritten where
        it stands, since half of a new one may be all that is left of both.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / 'a.txt'
    >>> with writing(target) as temporary:
    ...     _ = temporary.write_text('whole')
    >>> target.read_text()
    'whole'
    """
    target = target_of(path)
    with (_replacing if target.is_replaced else _passing_through)(target) as temporary:
        yield temporary


def create_beside(target: Target) -> Path:
    """Make an empty file beside the place of a target that is replaced; nobody else can read it if it has a mode."""
    if target.status is not None and not os.access(target.place, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(target.path))
    mode = 0o666 if target.status is None else 0o600  # the umask applies to it, and is never asked for: threads
    while True:
        temporary = target.place.parent / _temporary_name(target.place)
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        except FileExistsError:
            continue
        except OSError as error:
            reason = f"no file can be made in {target.place.parent}: {error.strerror}"
            raise OSError(error.errno, reason, str(target.path)) from None
        return temporary


def drop_leftovers(path: Path) -> None:
    """Remove the temporary files that killed writers of a file left; the stem of its name may be a pattern."""
    place = Path(os.path.realpath(path))
    for file in place.parent.glob(f"{_prefix(place)}*"):
        file.unlink()


def _prefix(place: Path) -> str:
    return f".{place.stem[:_STEM]}-"


def _temporary_name(place: Path) -> str:
    suffix = place.suffix if len(place.suffix) <= _SUFFIX else ""
    return f"{_prefix(place)}{secrets.token_hex(4)}{suffix}"


@contextmanager
def _replacing(target: Target) -> Iterator[Path]:
    temporary = create_beside(target)
    try:
        with _errors_about(target.path, temporary):
            yield temporary
            _flush_to_disk(temporary)
            if target.status is not None:
                _take_over(temporary, target.status)
            os.replace(temporary, target.place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _passing_through(target: Target) -> Iterator[Path]:
    """Let the content be written elsewhere, since some writers need to go back in it, and copy it at the end."""
    with tempfile.TemporaryDirectory(prefix="netsparse-") as folder:
        temporary = Path(folder, f"content{target.path.suffix}")
        temporary.touch()
        with _errors_about(target.path, temporary):
            yield temporary
            for stream in filter(None, (sys.stdout, sys.stderr)):  # what was printed before goes out before
                stream.flush()
            place = target.path if target.descriptor is None else os.dup(target.descriptor)
            with open(temporary, "rb") as source, open(place, "wb") as sink:
                shutil.copyfileobj(source, sink)


@contextmanager
def _errors_about(path: Path, temporary: Path) -> Iterator[None]:
    """Let errors of the system name the file that was asked for, not the temporary one."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename not in (None, str(temporary)):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _flush_to_disk(path: Path) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def _take_over(temporary: Path, status: os.stat_result) -> None:
    """Give the new file owner, group and mode of the old one, as far as that is permitted."""
    if hasattr(os, "chown"):
        for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
            with contextlib.suppress(OSError):
                os.chown(temporary, owner, group)
    with contextlib.suppress(PermissionError):
        os.chmod(temporary, stat.S_IMODE(status.st_mode) & 0o777)
