"""Attacks on trained networks: all is checked first, every finished curve is kept, what is there is not repeated."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netsparse.datasets import Dataset
from netsparse.errors import InvalidValue
from netsparse.report.attack_results import AttackReport, summed_up, write_derived
from netsparse.report.kept_curves import PRODUCTS, Curves, KeptCurves, fingerprint
from netsparse.report.products import make_folder_for
from netsparse.report.progress import Progress
from netsparse.report.protocol import AttackProtocol
from netsparse.report.replicas import groups_of
from netsparse.report.subjects import Runs, Subject, check_pixels, subjects_of
from netsparse.robustness import ATTACKS

if TYPE_CHECKING:
    from netsparse.robustness import Attack


def attack(
    runs: Runs,
    attacks: str | Attack | Sequence[str | Attack] = "robustness-paper",
    *,
    dataset: str | Dataset | None = None,
    steps: int = 50,
    strengths: Sequence[float] | None = None,
    repeats: int = 3,
    readout: bool = False,
    seed: int = 0,
    frozen: bool = False,
    out: str | os.PathLike | None = None,
    resume: bool = False,
    progress: bool = True,
) -> AttackReport:
    """Break trained networks, step by step, and see when they fail: accuracy beside percolation of the same states.

    Parameters
    ----------
    runs : path-like, LayeredNetwork, sequence of path-like, or mapping of str to one of both
        Run folders, network files or networks; the keys of a mapping name them.
    attacks, steps, strengths, repeats, readout, seed, frozen
        As in :class:`netsparse.report.AttackProtocol`.
    dataset : str or Dataset, optional
        Where the test images come from: by default the data set of a network's run. They are standardised as in that
        run; for a network that lies in none, by the training images.
    out : path-like, optional
        Folder for ``curves.csv``, ``summary.csv``, ``curves.png`` and ``attack.json``; nothing is written without it.
    resume : bool, default False
        Keep the curves that are in `out`, and add those that are not; they are replaced otherwise.
    progress : bool, default True
        Show a bar on a terminal, a line per curve elsewhere.

    Returns
    -------
    AttackReport
        `curves`, `summary`, `figure()`.

    Raises
    ------
    NetsparseError
        If an argument, a network, its data or the folder is not what it should be; before any work.

    Notes
    -----
    A forward pass over the test images for each state; see :func:`netsparse.robustness.curve`. After an interruption
    the folder holds all finished curves.

    Examples
    --------
    >>> import netsparse as ns
    >>> start = ns.generate.erdos_renyi((784, 30, 10), density=0.05, rng=0)
    >>> runs = {'sparse': start, 'sparser': ns.robustness.prune_links(start, 0.5, 'reverse-weight')}
    >>> found = ns.report.attack(runs, ['noise'], dataset='fashion-mnist-6k', steps=2, repeats=1, progress=False)
    >>> found.summary[['attack', 'group', 'runs']]
      attack    group  runs
    0  noise   sparse     1
    1  noise  sparser     1
    """
    protocol = AttackProtocol(
        attacks, steps=steps, strengths=strengths, repeats=repeats, readout=readout, seed=seed, frozen=frozen
    )
    (found,) = attack_into({out: runs}, protocol, dataset=dataset, resume=resume, progress=progress)
    return found


def attack_into(
    folders: Mapping[str | os.PathLike | None, Runs],
    protocol: AttackProtocol,
    *,
    dataset: str | Dataset | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Iterator[AttackReport]:
    """Attack the networks of several folders one after the other, all of it checked before the first.

    Parameters
    ----------
    folders : mapping of path-like or None to runs
        Folder for the products -> the runs that are reported together in it, as in :func:`netsparse.report.attack`;
        with None nothing is written.
    protocol : AttackProtocol
    dataset, resume, progress
        As in :func:`netsparse.report.attack`.

    Returns
    -------
    iterator of AttackReport
        One for each folder, when its curves are there.

    Raises
    ------
    NetsparseError
        As :func:`netsparse.report.attack`, from the call itself, before any work.

    Examples
    --------
    >>> import tempfile, netsparse as ns
    >>> network = ns.generate.erdos_renyi((784, 30, 10), density=0.05, rng=0)
    >>> protocol = ns.report.AttackProtocol('links-weight', steps=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     folders = {f'{folder}/a': network, f'{folder}/b': {'b': network}}
    ...     reports = list(attack_into(folders, protocol, dataset='fashion-mnist-6k', progress=False))
    >>> [report.curves['run'].unique().tolist() for report in reports]
    [['network'], ['b']]
    """
    paths = [None if folder is None else Path(folder) for folder in folders]
    if len(set(paths)) < len(paths):
        raise InvalidValue("folders names a folder twice", parameter="folders")
    members = subjects_of(folders.values(), dataset)
    if protocol.frozen:
        members = [[subject.thawed() for subject in own] for own in members]
    check_pixels([subject for own in members for subject in own], protocol.attacks)
    works = [
        _Work(path, own, protocol, _curves(path, own, protocol, resume))
        for path, own in zip(paths, members, strict=True)
    ]
    for work in works:
        if work.folder is not None:
            make_folder_for(work.folder, PRODUCTS)
    for work in works:
        work.curves.start()
    return _reports(works, protocol.n_passes * sum(map(len, members)), shown=progress)


class _Work(NamedTuple):
    """The networks that are reported together, and the curves of theirs that are there."""

    folder: Path | None
    subjects: Sequence[Subject]
    protocol: AttackProtocol
    curves: Curves

    def carry_out(self, progress: Progress) -> AttackReport:
        """Add the curves that are not there yet, and sum up."""
        for subject in self.subjects:
            samples = None
            for one in self.protocol.attacks:
                if (subject.name, one.name) in self.curves:
                    progress.skip(self.protocol.passes_of(one))
                    continue
                samples = subject.samples() if samples is None else samples
                self._add(subject, one, samples, progress)
        return self._report()

    def _add(self, subject: Subject, one: Attack, samples, progress: Progress) -> None:
        curve = self.protocol.curve(subject, one, samples, lambda: progress.count(one.passes))
        accuracy = curve.groupby("step")["accuracy"].median()
        progress.note(f"{subject.name}  {one.name}: accuracy {accuracy.iloc[0]:.2%} to {accuracy.iloc[-1]:.2%}")
        self.curves.add((subject.name, one.name), curve)

    def _report(self) -> AttackReport:
        curves, groups = self.curves.table(), _groups(self.subjects)
        chance = 1 / self.subjects[0].network.sizes[-1]
        attacks = {**ATTACKS, **{one.name: one for one in self.protocol.attacks}}
        report = AttackReport(curves, summed_up(curves, groups, chance), groups, chance, self.folder, attacks)
        if self.folder is not None:
            write_derived(report)
        return report


def _curves(folder: Path | None, subjects: Sequence[Subject], protocol: AttackProtocol, resume: bool) -> Curves:
    """Return the curves of a folder, those of an earlier attack if it is resumed."""
    wanted = [(subject.name, one.name) for subject in subjects for one in protocol.attacks]
    if folder is None:
        return Curves(wanted)
    own = [one.name for one in protocol.attacks if ATTACKS.get(one.name) is not one]
    if resume and own:
        raise InvalidValue(f"resume needs attacks by name: nothing tells whether {own[0]!r} is the same as before")
    settings = protocol.settings()
    settings["networks"] = {subject.name: fingerprint(subject.network) for subject in subjects}
    settings["data"] = {subject.name: subject.data.name for subject in subjects}
    return KeptCurves(folder, wanted, settings, resume=resume)


def _reports(works: Sequence[_Work], n_passes: int, *, shown: bool) -> Iterator[AttackReport]:
    progress = Progress(n_passes, shown=shown)
    try:
        for work in works:
            yield work.carry_out(progress)
    finally:
        progress.close()


def _groups(subjects: Sequence[Subject]) -> dict[str, str]:
    """Return the group of each subject by its name; a network that lies nowhere is a group of its own."""
    paths = {subject.name: subject.source for subject in subjects if isinstance(subject.source, Path)}
    found = groups_of(list(paths.values())) if paths else {}
    return {subject.name: found.get(paths.get(subject.name), subject.name) for subject in subjects}
