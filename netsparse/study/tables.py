"""The results on disk: append-only CSV files that survive kills, restarts and two studies side by side."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from netsparse.errors import InvalidInput
from netsparse.files import append_text, digest, make_folder, write_text

if TYPE_CHECKING:
    import pandas

RUNS = "runs"
"""The table with one row a run, written last: a run is done iff its row is there."""

_POLL = 0.01  # seconds between two looks at a lock that is held, as long as an append takes


class Tables:
    """The CSV files of one study, a file a table; every row begins with the key of its run.

    All rows of a run are appended under one lock, those of :data:`RUNS` at the end; what a killed process left
    before them (orphaned rows, a torn last line) is not read, and removed when the run is appended again. Values have
    five significant digits.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    key : mapping of str to type
        The columns that name a run, and what their values are: str, int or float.
    names : sequence of str
        The tables beside :data:`RUNS`, in the order they are written in.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> folder = tempfile.TemporaryDirectory()
    >>> tables = Tables(folder.name, key={"recipe": str, "seed": int})
    >>> tables.append(("rlr", 0), {"runs": pd.DataFrame({"accuracy": [0.85]})})
    True
    >>> tables.append(("rlr", 0), {"runs": pd.DataFrame({"accuracy": [0.99]})})
    False
    >>> print(tables.read("runs").to_string(index=False))
    recipe  seed  accuracy
       rlr     0      0.85
    >>> folder.cleanup()
    """

    def __init__(self, folder: str | os.PathLike, key: Mapping[str, type], names: Sequence[str] = ()):
        self.folder = Path(folder)
        make_folder(self.folder)
        self.key = dict(key)
        self.names = (*names, RUNS)

    def path(self, name: str) -> Path:
        """Return the file of a table."""
        return self.folder / f"{name}.csv"

    def read(self, name: str) -> pandas.DataFrame:
        """Return the rows of all finished runs in a table; empty, with the key columns, if there are none."""
        with self._locked():
            frame, runs = self._parse(name), self._parse(RUNS)
        if frame.empty or name == RUNS:
            return frame
        return frame.merge(runs[list(self.key)], on=list(self.key), how="inner", validate="many_to_one")

    def finished(self) -> set[tuple]:
        """Return the keys of the finished runs."""
        return set(self.read(RUNS)[list(self.key)].itertuples(index=False, name=None))

    def append(self, key: tuple, frames: Mapping[str, pandas.DataFrame]) -> bool:
        """Append the rows of a run to the tables; return False, writing nothing, if the run was there already.

        Raises
        ------
        NetsparseError
            If a table has other columns than the rows, or a value a line break; nothing is read of the run then.
        """
        texts = {name: self._text(key, frames[name]) for name in self.names if name in frames}
        with self._locked():
            prefix = _prefix(key)
            if any(line.startswith(prefix) for line in self._lines(RUNS)):
                return False
            for name, text in texts.items():
                self._append_text(name, prefix, text)
        return True

    def _text(self, key: tuple, frame: pandas.DataFrame) -> str:
        import pandas as pd

        keys = pd.DataFrame([key] * len(frame), columns=list(self.key))
        text = pd.concat([keys, frame.reset_index(drop=True)], axis=1).to_csv(index=False, float_format="%.5g")
        if text.count("\n") != len(frame) + 1:  # a line is a row, or a torn one could not be told
            raise InvalidInput(f"a row of the run {' '.join(map(str, key))} has a line break in a value")
        return text

    def _append_text(self, name: str, prefix: str, text: str) -> None:
        lines = self._lines(name)
        header, body = text.split("\n", 1)
        if lines and lines[0] != header:
            raise InvalidInput(f"{self.path(name)} has other columns than this version writes; choose another folder")
        kept = [line for line in lines if not line.startswith(prefix)]
        if not lines or "\n".join([*kept, ""]) != self.path(name).read_text(encoding="utf-8"):
            write_text(self.path(name), "\n".join([*(kept or [header]), ""]))
        append_text(self.path(name), body)

    def _lines(self, name: str) -> list[str]:
        """Return the whole lines of a table, header included; a torn last line is not one."""
        try:
            return self.path(name).read_text(encoding="utf-8").split("\n")[:-1]
        except FileNotFoundError:
            return []

    def _parse(self, name: str) -> pandas.DataFrame:
        import pandas as pd

        lines = self._lines(name)
        if not lines:
            return pd.DataFrame(columns=list(self.key))
        columns = pd.read_csv(io.StringIO(lines[0])).columns
        return pd.read_csv(
            io.StringIO("\n".join(lines)),
            dtype={name: kind for name, kind in self.key.items() if kind is not float},
            converters={name: float for name, kind in self.key.items() if kind is float},  # exact, as keys
            keep_default_na=False,  # a run may be named 'null'; what is not known of it is left empty
            na_values={name: [""] for name in columns if name not in self.key},
        )

    def _locked(self) -> FileLock:
        return FileLock(self.folder / ".lock", poll_interval=_POLL)


class Reservations:
    """Which runs are being computed now: a lock a run, released by the system if its process dies.

    Parameters
    ----------
    folder : Path
        That of the tables.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> ours, theirs = Reservations(folder.name), Reservations(folder.name)
    >>> ours.take(("rlr", 0)), theirs.take(("rlr", 0)), theirs.take(("rlr", 1))
    (True, False, True)
    >>> ours.release(("rlr", 0)); theirs.release_all(); folder.cleanup()
    """

    def __init__(self, folder: str | os.PathLike):
        self.folder = Path(folder) / ".running"
        make_folder(self.folder)
        self._locks: dict[tuple, FileLock] = {}

    def take(self, key: tuple) -> bool:
        """Reserve a run; False if another process has."""
        # Not thread-local: an executor takes runs in a thread of its own, and they are released in another.
        lock = FileLock(self.folder / _file_name(key), thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        self._locks[key] = lock
        return True

    def release(self, key: tuple) -> None:
        """Give a reserved run back."""
        self._locks.pop(key).release()

    def release_all(self) -> None:
        """Give all reserved runs back."""
        for key in list(self._locks):
            self.release(key)


def _file_name(key: Iterable[object]) -> str:
    """Return a file name for a key, which may hold a path."""
    return digest("\n".join(map(str, key)))[:32]


def _prefix(key: tuple) -> str:
    import pandas as pd

    return pd.DataFrame([key]).to_csv(index=False, header=False, float_format="%.5g").strip() + ","
