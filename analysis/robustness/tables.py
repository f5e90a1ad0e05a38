"""The results on disk: append-only CSV files that survive kills, restarts and two studies side by side."""

from __future__ import annotations

import fcntl
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from analysis.robustness.arms import KEY, Run
from netsparse.files import append_text, make_folder, write_text

RUNS = "runs"
"""The table with one row a run, written last: a run is done iff its row is there."""

TABLES = ("history", "attacks", "percolation", "layers", "weights", RUNS)


class Tables:
    """The CSV files of one study.

    Every row begins with the columns of `KEY`. All rows of a run are appended under one lock, those of `RUNS` at the
    end; what a killed process left before them (orphaned rows, a torn last line) is removed by the next one.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        make_folder(self.folder)

    def path(self, name: str) -> Path:
        """Return the file of a table."""
        return self.folder / f"{name}.csv"

    def read(self, name: str) -> pd.DataFrame:
        """Return the rows of all finished runs in a table; empty, with the key columns, if there are none."""
        with self._locked(fcntl.LOCK_SH):
            frame, runs = self._parse(name), self._parse(RUNS)
        if frame.empty or name == RUNS:
            return frame
        return frame.merge(runs[list(KEY)], on=list(KEY), how="inner", validate="many_to_one")

    def finished(self) -> set[tuple]:
        """Return the keys of the finished runs."""
        return set(self.read(RUNS)[list(KEY)].itertuples(index=False, name=None))

    def append(self, run: Run, frames: Mapping[str, pd.DataFrame]) -> bool:
        """Append the rows of a run to the tables; return False, writing nothing, if the run was there already."""
        texts = {name: _with_key(run, frames[name]) for name in TABLES if name in frames}
        with self._locked(fcntl.LOCK_EX):
            prefix = _prefix(run)
            if any(line.startswith(prefix) for line in self._lines(RUNS)):
                return False
            for name, text in texts.items():
                self._append_text(name, prefix, text)
        return True

    def _append_text(self, name: str, prefix: str, text: str) -> None:
        lines = self._lines(name)
        header, body = text.split("\n", 1)
        if lines and lines[0] != header:
            raise ValueError(f"{self.path(name)} has other columns than this version writes; choose another folder")
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

    def _parse(self, name: str) -> pd.DataFrame:
        lines = self._lines(name)
        if not lines:
            return pd.DataFrame(columns=list(KEY))
        return pd.read_csv(io.StringIO("\n".join(lines)), converters={"zeta": float, "lr": float})  # exact, as keys

    @contextmanager
    def _locked(self, mode: int) -> Iterator[None]:
        with open(self.folder / ".lock", "w") as file:
            fcntl.flock(file, mode)
            yield


class Reservations:
    """Which runs are being computed now: a lock per run, released by the system if its process dies."""

    def __init__(self, folder: Path):
        self.folder = Path(folder) / ".running"
        make_folder(self.folder)
        self._files: dict[Run, io.TextIOBase] = {}

    def take(self, run: Run) -> bool:
        """Reserve a run; False if another process has."""
        file = open(self.folder / "_".join(map(str, run.key)), "w")  # noqa: SIM115 - open for as long as it is reserved
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._files[run] = file
        return True

    def release(self, run: Run) -> None:
        """Give a reserved run back."""
        self._files.pop(run).close()


def _with_key(run: Run, frame: pd.DataFrame) -> str:
    keyed = pd.concat([pd.DataFrame([run.key] * len(frame), columns=list(KEY)), frame.reset_index(drop=True)], axis=1)
    return keyed.to_csv(index=False, float_format="%.5g")


def _prefix(run: Run) -> str:
    return pd.DataFrame([run.key]).to_csv(index=False, header=False, float_format="%.5g").strip() + ","
