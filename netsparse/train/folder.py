"""The folder of a run: what is written where, and when."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from netsparse.errors import FileFormatError, InvalidInput, InvalidValue, check_number, printable
from netsparse.files import check_folder, check_writable, drop_leftovers, make_folder, write_json
from netsparse.files.reading import read_json
from netsparse.graph import LayeredNetwork
from netsparse.kernels.choice import KINDS, PLAIN
from netsparse.train import checkpoint as checkpoints
from netsparse.train import history as histories
from netsparse.train.checkpoint import Checkpoint
from netsparse.train.history import EpochRecord
from netsparse.train.lock import alone_in
from netsparse.train.presets import PRESETS
from netsparse.train.provenance import FORMAT
from netsparse.train.settings import Settings
from netsparse.train.variation import STATIC, VARIES

Read = TypeVar("Read")


class RunFolder:
    """The files of one run.

    ``settings.json`` is written first, the other files as epochs end: the row of ``history.csv``, then
    ``networks/epoch_NNN.npz`` if one is due, then ``checkpoint.npz``; at the end ``accuracy.png`` and
    ``network.npz``. A killed process thus loses the epoch it was in; rows beyond the checkpoint are dropped when
    the run is resumed.

    Parameters
    ----------
    path : path-like
        Need not exist; nothing is made before :meth:`start`.

    Raises
    ------
    ValueError
        If `path` is empty.

    Examples
    --------
    >>> from netsparse.train import RunFolder
    >>> folder = RunFolder('runs/a')
    >>> folder.snapshot_file(20).as_posix()
    'runs/a/networks/epoch_020.npz'
    """

    def __init__(self, path: str | PathLike):
        if not os.fspath(path):  # a shell variable that is not set, say; pathlib would take the current folder
            raise InvalidValue("the name of the run's folder is empty")
        self.path = Path(path)
        self.settings_file = self.path / "settings.json"
        self.history_file = self.path / "history.csv"
        self.checkpoint_file = self.path / "checkpoint.npz"
        self.network_file = self.path / "network.npz"
        self.figure_file = self.path / "accuracy.png"
        self.snapshots = self.path / "networks"

    @property
    def _products(self) -> tuple[Path, ...]:
        """What a run writes after its settings."""
        return self.history_file, self.checkpoint_file, self.network_file, self.figure_file

    def snapshot_file(self, epoch: int) -> Path:
        """Return where the network of an epoch is kept."""
        return self.snapshots / f"epoch_{epoch:03d}.npz"

    def check_free(self) -> None:
        """Raise an error unless a new run can be written here; leaves nothing behind."""
        check_folder(self.path)
        found = [file.name for file in (self.settings_file, *self._products, self.snapshots) if file.exists()]
        if found:
            raise InvalidInput(
                f"{self.path} holds another run ({', '.join(found)}); give a new folder, or resume that run"
            )

    def check_is_run(self) -> None:
        """Raise an error unless a run was started here."""
        if not self.settings_file.is_file():
            raise InvalidInput(f"{self.path} holds no run (no {self.settings_file.name})")

    def check_resumable(self) -> None:
        """Raise an error unless a run was started here and can be continued."""
        self.check_is_run()
        for folder in (self.path, self.snapshots):
            check_folder(folder)
        for file in self._products:
            check_writable(file)

    def alone(self) -> AbstractContextManager[None]:
        """Make the folder if need be; return a context in which no other process can train here.

        Entering it fails if one does.
        """
        make_folder(self.path)
        return alone_in(self.path)

    def description(self) -> dict[str, Any]:
        """Return the content of ``settings.json``."""
        description = read_json(self.settings_file)
        FORMAT.check(description, self.settings_file)
        if not all(isinstance(description.get(part), dict) for part in ("settings", "inputs", "start")):
            raise FileFormatError(f"{self.settings_file} does not describe a run of netsparse")
        return description

    def settings(self) -> Settings:
        """Return the settings of the run."""
        values = self.description()["settings"]
        return self._read(lambda: Settings.from_json(values))

    def _read(self, read: Callable[[], Read]) -> Read:
        """Return what is read from the description; an error names the file."""
        try:
            return read()
        except (ValueError, TypeError) as error:
            raise FileFormatError(f"{self.settings_file}: {error}") from None

    def standardisation(self) -> tuple[float, float]:
        """Return the mean and the deviation that the inputs of the run were standardised by."""
        inputs = self.description()["inputs"]
        return self._read(
            lambda: (
                check_number("mean of the inputs", inputs.get("mean")),
                check_number("deviation of the inputs", inputs.get("deviation"), above=0),
            )
        )

    def kernels(self) -> str:
        """Return which loops the run was begun by; those before netsparse 0.2.0 do not say so, and were plain."""
        kernels = self.description().get("kernels", PLAIN)
        if kernels not in KINDS:
            raise FileFormatError(f"{self.settings_file}: unknown kernels {kernels!r}; known: {', '.join(KINDS)}")
        return kernels

    def check_same_settings(self, settings: Settings) -> None:
        """Raise an error that lists the differences unless the run here has the same settings."""
        self._check_same(self.settings(), settings)

    def asked_again(self, given: Mapping[str, Any]) -> Settings:
        """Return the settings of the run, from which some arguments that are given once more must not differ.

        They are laid over those that the run was started with, so that a preset or a recipe that is named again does
        not bring back values that were given beside it. Where these are not known, as in the folders of 0.1.0, they
        are laid over the settings themselves.

        Raises
        ------
        NetsparseError
            That lists what would differ.
        """
        own, asked = self.settings(), self.description().get("asked")
        if not given:
            return own
        if asked is None:
            self._check_same(own, _laid_over(own, given))
        else:
            self._check_same(self._read(lambda: Settings(**asked)), Settings(**{**asked, **given}))
        return own

    def _check_same(self, own: Settings, other: Settings) -> None:
        before, now = own.flat(), other.flat()
        differing = [f"{name} {before[name]}, now {now[name]}" for name in own.differences(other)]
        if differing:
            raise InvalidInput(f"the run in {self.path} has other settings: {'; '.join(differing)}")

    def check_same_run(self, settings: Settings, description: Mapping[str, Any]) -> None:
        """Raise an error unless the run here has the same settings, data and initial network."""
        stored = self.description()
        self.check_same_settings(settings)
        for name, what in {"inputs": "data", "start": "initial network"}.items():
            if stored.get(name) != description[name]:
                raise InvalidInput(
                    f"{self.path} holds a run with another {what}: {stored.get(name)}, now {description[name]}"
                )

    def checkpoint(self) -> Checkpoint | None:
        """Return the last checkpoint, None before the first epoch has ended."""
        return checkpoints.load(self.checkpoint_file) if self.checkpoint_file.exists() else None

    def n_epochs_done(self) -> int:
        """Return the number of the last epoch that can be continued from."""
        checkpoint = self.checkpoint()
        return 0 if checkpoint is None else checkpoint.epoch

    def is_finished(self) -> bool:
        """Return whether all epochs are done and all files written; the network is the last of them."""
        return self.network_file.exists() and self.n_epochs_done() == self.settings().run.epochs

    def history(self, n_epochs: int) -> list[EpochRecord]:
        """Return the history of the first epochs."""
        return histories.read(self.history_file, n_epochs) if n_epochs else []

    def start(self, description: Mapping[str, Any]) -> None:
        """Write what the run is; the folder is there, and nobody else in it."""
        self.check_free()  # again: another run may have started there in the meantime
        write_json(self.settings_file, description)

    def forget_run_without_epochs(self) -> None:
        """Remove the description of a run that has no epoch to continue from."""
        if not self.checkpoint_file.exists():
            self.history_file.unlink(missing_ok=True)
            self.settings_file.unlink()

    def cut_history(self, n_epochs: int) -> list[EpochRecord]:
        """Drop the rows beyond the epochs that the checkpoint knows of; return the others."""
        records = self.history(n_epochs)
        if records:
            histories.rewrite(self.history_file, records)
        else:
            self.history_file.unlink(missing_ok=True)
        return records

    def drop_unfinished_files(self) -> None:
        """Remove the temporary files that a killed process could not."""
        for file in (*self._products, self.snapshots / "epoch_*.npz"):
            drop_leftovers(file)

    def save_epoch(self, record: EpochRecord, checkpoint: Checkpoint, *, snapshot: bool) -> None:
        """Write what an epoch leaves; the checkpoint last, since a run goes on from what it says."""
        histories.append(self.history_file, record)
        if snapshot:
            make_folder(self.snapshots)
            checkpoint.network.save(self.snapshot_file(record.epoch))
        checkpoints.save(checkpoint, self.checkpoint_file)

    def finish(self, network: LayeredNetwork, records: Sequence[EpochRecord]) -> None:
        """Write the figure and the network."""
        from netsparse.train.figure import save_accuracy

        save_accuracy(histories.to_frame(records), self.figure_file, title=_title(self.settings()))
        network.save(self.network_file)


def _title(settings: Settings) -> str:
    regrowth = STATIC if settings.recipe.is_static else settings.recipe.regrowth
    return f"{printable(Path(settings.data.dataset).name)}, regrowth {regrowth}, seed {settings.run.seed}"


def _laid_over(own: Settings, given: Mapping[str, Any]) -> Settings:
    """Return settings with some arguments in their place, a preset's values among them."""
    values = dict(given)
    usual = PRESETS[values.pop("preset")] if "preset" in values else {}
    unless_named = VARIES if "recipe" in values else ()
    return replace(own, **{**{name: value for name, value in usual.items() if name not in unless_named}, **values})
