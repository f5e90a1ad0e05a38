"""What stands where a file is to be written, and hence how it is written there."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

_REFUSED = {
    stat.S_IFDIR: (errno.EISDIR, "it is a folder, not a file"),
    stat.S_IFSOCK: (errno.EOPNOTSUPP, "it is a socket, not a file"),
    stat.S_IFBLK: (errno.EOPNOTSUPP, "it is a block device, not a file"),
}
_MOST_LINKS = 40  # as many as Linux follows


@dataclass(frozen=True)
class Target:
    """A place to write to.

    Nothing at all and regular files are replaced; devices, FIFOs and what a descriptor of this process is open on
    stay what they are, and the bytes go through them.
    """

    path: Path  #: as it was asked for
    place: Path  #: after all links
    status: os.stat_result | None  #: of what stands there
    descriptor: int | None  #: of this process, if the path leads to one: /dev/stdout, /dev/fd/3
    is_replaced: bool


def target_of(path: str | os.PathLike) -> Target:
    """Look at a place without touching it.

    Raises
    ------
    OSError
        About `path`: for a folder, a socket, a block device, a file without write permission, a folder that is not
        there, a name that is too long.
    """
    path = Path(path)
    descriptor = _descriptor(path)
    try:
        status = os.stat(path) if descriptor is None else os.fstat(descriptor)
    except FileNotFoundError:
        status = None
    except OSError as error:  # a descriptor has no name
        raise OSError(error.errno, error.strerror, str(path)) from None
    place = Path(os.path.realpath(path))
    if status is not None:
        _refuse_what_is_no_file(path, status)
    elif not place.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {place.parent}", str(path))
    return Target(path, place, status, descriptor, descriptor is None and _can_be_replaced(status, place))


def _refuse_what_is_no_file(path: Path, status: os.stat_result) -> None:
    refused = _REFUSED.get(stat.S_IFMT(status.st_mode))
    if refused:
        raise OSError(*refused, str(path))


def _can_be_replaced(status: os.stat_result | None, place: Path) -> bool:
    """Return whether a new file at the place will be what the path names; /proc has links that lead nowhere else."""
    if status is None:
        return True
    return stat.S_ISREG(status.st_mode) and place.exists() and os.path.samestat(status, place.stat())


def _descriptor(path: Path) -> int | None:
    """Return the descriptor of this process that a path leads to.

    Its name must not be resolved further: a file that the shell opened as standard output would be replaced, and
    what is printed would go to the old one, which then has no name.
    """
    own = os.path.realpath("/dev/fd")
    place = os.fspath(path)
    for _ in range(_MOST_LINKS):
        folder, name = os.path.split(place)
        folder = os.path.realpath(folder)
        if folder == own and name.isdecimal():
            return int(name)
        place = os.path.join(folder, name)
        if not os.path.islink(place):
            return None
        place = os.path.join(folder, os.readlink(place))
    return None
