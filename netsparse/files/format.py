"""Versions of file formats: what is written says which one it is of, and what is newer than we know is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from typing import Any, NamedTuple

import netsparse
from netsparse.errors import FileFormatError

_VERSION = re.compile(r"[0-9][0-9a-z.+]{0,39}")


class Format(NamedTuple):
    """What a kind of file holds, and the newest version of it that this netsparse reads and writes.

    The version rises with whatever would make an older netsparse misread a file. Tables have no mark of their own:
    they are of the version of the settings in their folder.

    Parameters
    ----------
    name : str
        One word: what such a file holds.
    version : int
    first_is_unmarked : bool
        Whether files without a mark are of version 1, since netsparse 0.1.0 wrote none into this kind.

    Examples
    --------
    >>> Format("network", 1).text
    'netsparse network 1'
    >>> Format("network", 1).check({"format": "netsparse network 2", "netsparse": "0.9.0"}, "a.npz")
    Traceback (most recent call last):
    ...
    netsparse.errors.FileFormatError: a.npz is of the newer format ...: it needs netsparse 0.9.0 or newer, this is ...
    """

    name: str
    version: int
    first_is_unmarked: bool = False

    @property
    def text(self) -> str:
        """What a file says of its format, under the name ``format``."""
        return f"netsparse {self.name} {self.version}"

    def mark(self) -> dict[str, str]:
        """Return what a file says of itself: its format, and the version of netsparse that wrote it."""
        return {"format": self.text, "netsparse": netsparse.__version__}

    def check(self, content: Any, path: str | PathLike, prefix: str = "") -> None:
        """Raise an error unless this netsparse reads what a file holds.

        Parameters
        ----------
        content : mapping, or what is damaged
            Holds the mark under `prefix` and ``format``; the version that wrote it, if it is there, is under
            ``netsparse``, in settings among their ``versions``.
        path : path-like
            For the message.
        prefix : str
            Of the names, where one file embeds another.

        Raises
        ------
        FileFormatError
            If it is of another kind, or newer; then with the version of netsparse that it needs.
        """
        if not isinstance(content, Mapping):
            raise self._other(path)
        if prefix + "format" not in content:
            if self.first_is_unmarked:
                return
            raise self._other(path)
        found = str(content[prefix + "format"])
        version = re.fullmatch(rf"netsparse {self.name} ([1-9][0-9]{{0,8}})", found)
        if version is None:
            raise self._other(path)
        if int(version[1]) > self.version:
            raise FileFormatError(
                f"{path} is of the newer format '{found}': it needs {_needed(content)}, this is {netsparse.__version__}"
            )

    def _other(self, path: str | PathLike) -> FileFormatError:
        return FileFormatError(f"{path} does not hold a {self.name} of netsparse; give a file or folder that does")


def _needed(content: Mapping[str, Any]) -> str:
    versions = content["versions"] if "versions" in content else content  # noqa: SIM401 - the get of an archive raises
    writer = str(versions["netsparse"]) if isinstance(versions, Mapping) and "netsparse" in versions else ""
    return f"netsparse {writer} or newer" if _VERSION.fullmatch(writer) else "a newer netsparse"
