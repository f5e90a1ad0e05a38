"""The folder of a comparison: what is written where, and the check that it is one comparison."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from netsparse.errors import InvalidInput
from netsparse.files import check_folder, make_folder, write_json
from netsparse.files.format import Format
from netsparse.files.reading import read_json
from netsparse.study.plan import EPOCHS, KEY
from netsparse.study.tables import Tables

FORMAT = Format("comparison", 2)


class ComparisonFolder:
    """``settings.json``, ``runs.csv``, ``epochs.csv`` and, made of these, ``comparison.csv`` and ``comparison.png``.

    Parameters
    ----------
    path : path-like
        Need not exist; nothing is made before :meth:`start`.
    """

    def __init__(self, path: str | os.PathLike):
        if not os.fspath(path):  # a shell variable that is not set, say; pathlib would take the current folder
            raise InvalidInput("the name of the comparison's folder is empty")
        self.path = Path(path)
        self.settings_file = self.path / "settings.json"
        self.table_file = self.path / "comparison.csv"
        self.figure_file = self.path / "comparison.png"

    @property
    def is_started(self) -> bool:
        """Whether there is a comparison to go on with."""
        return self.settings_file.exists()

    def tables(self) -> Tables:
        """Return the tables of runs and epochs, making the folder if need be."""
        return Tables(self.path, KEY, [EPOCHS])

    def check(self, description: Mapping[str, Any]) -> None:
        """Raise an error unless this comparison can be started here, or gone on with; leaves nothing behind.

        A comparison may grow: more seeds, recipes and data sets leave the runs that are there what they are.

        Raises
        ------
        NetsparseError
            If the folder cannot be written to, holds something else, or a comparison with other settings.
        """
        check_folder(self.path)
        if self.is_started:
            differing = list(_differences(self._description(), description))
            if differing:
                raise InvalidInput(
                    f"the comparison in {self.path} has other settings: {'; '.join(differing)}; choose another folder"
                )
            return
        found = sorted(file.name for file in self.path.iterdir()) if self.path.exists() else []
        if found:
            shown = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
            raise InvalidInput(f"{self.path} holds something else ({shown}); choose a new folder")

    def start(self, description: Mapping[str, Any], command: str | None) -> None:
        """Write down what is compared, with the versions that compute it."""
        from netsparse.train.provenance import versions

        make_folder(self.path)
        content = {"format": FORMAT.text, "command": command, **description, "versions": versions()}
        write_json(self.settings_file, content)

    def _description(self) -> dict[str, Any]:
        description = read_json(self.settings_file)
        FORMAT.check(description, self.settings_file)
        if description["format"] != FORMAT.text:
            raise InvalidInput(
                f"{self.settings_file} is of a comparison that an earlier netsparse began, which said less of its "
                "recipes; choose another folder"
            )
        return description


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield what makes the runs of two comparisons other ones, or is missing in the later one."""
    for name in dict.fromkeys([*before["settings"], *now["settings"]]):
        old, new = (_words(description["settings"].get(name)) for description in (before, now))
        if old != new:
            yield f"{name} {old}, now {new}"
    for kind in ("recipes", "datasets"):
        for name, old in before[kind].items():
            if name not in now[kind]:
                yield f"{kind} {' '.join(before[kind])}, now without {name}"
            elif now[kind][name] != old:
                yield f"{kind} {name} is not what it was"
    if now["seeds"] < before["seeds"]:
        yield f"seeds {before['seeds']}, now {now['seeds']}"


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
