"""The curves of an attack, kept one by one, in a folder so that an interrupted attack can go on."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netsparse.errors import FileFormatError, InvalidInput
from netsparse.files import write_json
from netsparse.files.format import Format
from netsparse.files.reading import read_json, read_text
from netsparse.report.products import write_csv
from netsparse.robustness import ATTACKS, present_names

if TYPE_CHECKING:
    import pandas

    from netsparse.graph import LayeredNetwork

FORMAT = Format("attack", 1, first_is_unmarked=True)
_COLUMNS = {
    "run": str, "attack": str, "repeat": np.int64, "step": np.int64, "strength": np.float64, "accuracy": np.float64,
    "loss": np.float64, "links": np.int64, "active": np.int64, "active_links": np.int64, "outputs_reached": np.int64,
    "largest_component": np.int64,
}  # fmt: skip
_STATE = ["run", "attack", "repeat", "step"]
DERIVED = ("summary.csv", "curves.png")
PRODUCTS = ("attack.json", "curves.csv", *DERIVED)
Key = tuple[str, str]  # path of the run, name of the attack


class Curves:
    """Curves of some runs under some attacks, in the order of `wanted`.

    Parameters
    ----------
    wanted : sequence of (str, str)
        Run and attack of each curve.
    """

    def __init__(self, wanted: Sequence[Key]):
        self._wanted = wanted
        self._curves: dict[Key, pandas.DataFrame] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._curves

    def start(self) -> None:
        """Get ready for the first curve."""

    def add(self, key: Key, curve: pandas.DataFrame) -> None:
        """Keep a finished curve."""
        self._curves[key] = curve

    def table(self) -> pandas.DataFrame:
        """Return all curves, those of `wanted` first."""
        import pandas as pd

        known = [key for key in self._wanted if key in self._curves]
        rest = [key for key in self._curves if key not in known]
        return pd.concat([self._curves[key] for key in [*known, *rest]], ignore_index=True)


class KeptCurves(Curves):
    """Curves that stand in a folder, in ``curves.csv``; what they depend on, in ``attack.json``.

    The table is written anew after every curve, whole or not at all. Attacks that were called otherwise when their
    curves were written get the names that they have now.

    Parameters
    ----------
    folder : Path
    wanted : sequence of (str, str)
        Run and attack of each curve.
    settings : mapping of str to JSON values
        What a curve depends on besides its attack. Curves made with others are not continued.
    resume : bool
        Keep the curves in the folder, of attacks not wanted now too; they are replaced otherwise.

    Raises
    ------
    NetsparseError
        If there are curves to resume, but not with these settings.
    """

    def __init__(self, folder: Path, wanted: Sequence[Key], settings: Mapping[str, Any], *, resume: bool):
        super().__init__(wanted)
        self.file, self._settings_file = folder / "curves.csv", folder / "attack.json"
        self._settings = json.loads(json.dumps(settings))  # as it will be read: a tuple becomes a list
        self._is_renamed = False
        if resume and self.file.exists():
            self._read()

    def start(self) -> None:
        """Write the settings; what is about other curves goes first, so that the folder is never at odds."""
        for path in (*DERIVED, *(() if self._curves else (self.file.name,))):
            (self.file.parent / path).unlink(missing_ok=True)
        write_json(self._settings_file, FORMAT.mark() | self._settings)
        if self._is_renamed:
            self._write()

    def add(self, key: Key, curve: pandas.DataFrame) -> None:
        """Keep a finished curve, in the file too."""
        super().add(key, curve)
        self._write()

    def table(self) -> pandas.DataFrame:
        """Return all curves as they were written."""
        return _table(self.file)

    def _write(self) -> None:
        write_csv(super().table(), self.file)

    def _read(self) -> None:
        self._check_settings()
        written = _table(self.file)
        table = present_names(written)
        if table.duplicated(_STATE).any():
            raise FileFormatError(f"{self.file} is damaged: an attack is there under its former name and its present")
        if foreign := set(table["attack"]) - set(ATTACKS):
            raise InvalidInput(
                f"out must be another folder, or begun anew: {self.file} holds an attack that is not known here, "
                f"{min(foreign)!r}",
                parameter="out",
            )
        self._is_renamed = not table.equals(written)
        self._curves = dict(iter(table.groupby(["run", "attack"], sort=False)))

    def _check_settings(self) -> None:
        if not self._settings_file.exists():
            raise InvalidInput(f"{self.file} cannot be resumed: there is no {self._settings_file.name} beside it")
        before = read_json(self._settings_file)
        FORMAT.check(before, self._settings_file)
        changed = [name for name in self._settings if before.get(name) != self._settings[name]]
        if changed:
            others = ", ".join(changed)
            raise InvalidInput(
                f"out must be another folder, or begun anew: {self.file} was made with other {others}", parameter="out"
            )


def _table(path: Path) -> pandas.DataFrame:
    """Return the curves in a file, all of their columns there, finite and of the right type."""
    import pandas as pd

    text = read_text(path)
    try:
        table = pd.read_csv(io.StringIO(text), dtype=_COLUMNS, keep_default_na=False, index_col=False)
    except (ValueError, OverflowError) as error:
        raise FileFormatError(f"{path} is damaged: {error}") from None
    if list(table) != list(_COLUMNS) or table.empty:
        raise FileFormatError(f"{path} is damaged: its columns should be {', '.join(_COLUMNS)}")
    numbers = table.select_dtypes("number")
    if not np.isfinite(numbers).all(axis=None) or (numbers < 0).any(axis=None) or (table["accuracy"] > 1).any():
        raise FileFormatError(f"{path} is damaged: a number is negative or not finite, or an accuracy above 1")
    if table.duplicated(_STATE).any():
        raise FileFormatError(f"{path} is damaged: a step of a curve is there twice")
    return table


def fingerprint(network: LayeredNetwork) -> str:
    """Return a checksum of topology, weights and biases, and of what is frozen.

    Examples
    --------
    >>> import netsparse as ns
    >>> first, same, other = (ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=seed) for seed in (0, 0, 1))
    >>> fingerprint(first) == fingerprint(same), fingerprint(first) == fingerprint(other)
    (True, False)
    """
    checksum = zlib.crc32(repr((network.sizes, network.readout, network.activation)).encode())
    for layer in network.layers:
        for array in (layer.indptr, layer.columns, layer.weights, layer.bias, layer.frozen_links, layer.frozen_biases):
            checksum = checksum if array is None else zlib.crc32(array.tobytes(), checksum)
    return f"{checksum:08x}"
