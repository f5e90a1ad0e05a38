"""``netsparse attack``: break trained networks, step by step, and see when they fail."""

from __future__ import annotations

import argparse
import textwrap
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netsparse.cli.products import folder_beside, make_folder_for
from netsparse.errors import InvalidInput, InvalidValue, check_count, printable

if TYPE_CHECKING:
    import pandas

    from netsparse.cli.attack_curves import AttackCurves
    from netsparse.datasets import Dataset
    from netsparse.graph import LayeredNetwork
    from netsparse.robustness import Attack

_EPILOG = """\
Strength 0, the intact network, is always the first state.
Every folder gets curves.csv (a row per state), summary.csv (area under the curve, and the strength at which 90 % of
the accuracy above chance is lost, with 95 % bootstrap intervals) and curves.png; a rerun replaces them, and with
--resume adds only the curves that are not there: those an interruption left undone, or those of more attacks.
Runs that differ in nothing but their seed are replicas and averaged; other runs of a folder are groups of their own,
named by the settings in which they differ: a row, a line and a colour each.

examples:
  netsparse attack runs/a                                      the five attacks of the robustness paper
  netsparse attack runs/a --attack all --steps 20 --out runs/a/attack
  netsparse attack runs/a runs/b runs/c --attack prune-random noise --out runs/together
  netsparse attack runs/a runs/b runs/c --attack prune-random noise fgsm --out runs/together --resume
  netsparse attack network.npz --dataset mnist --attack fgsm --strengths 0.02 0.05 0.1
"""


class Subject(NamedTuple):
    """A network to attack, with the data to test it on."""

    path: Path
    network: LayeredNetwork
    data: Dataset

    @property
    def name(self) -> str:
        """What tables and messages call it."""
        return printable(self.path)


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    from netsparse.robustness import ATTACKS

    parser = subparsers.add_parser(
        "attack",
        help="break trained networks and see when they fail",
        description="Test accuracy under attacks of growing strength, beside percolation in the same states.",
        epilog=f"{_names_by_unit(ATTACKS.values())}\n\n{_EPILOG}",
    )
    parser.add_argument(
        "runs",
        metavar="RUN",
        type=Path,
        nargs="+",
        help="run folder of netsparse train, or a network file",
    )
    parser.add_argument(
        "--attack", metavar="NAME", nargs="+", default=["paper"], help="names, paper or all (default: paper)"
    )
    parser.add_argument("--steps", metavar="N", type=int, default=50, help="equal steps of strength (default: 50)")
    parser.add_argument(
        "--strengths", metavar="S", type=float, nargs="+", help="strengths of your own instead, for one attack"
    )
    parser.add_argument(
        "--repeats", metavar="N", type=int, default=3, help="repeats of every stochastic attack (default: 3)"
    )
    parser.add_argument("--readout", action="store_true", help="attack the readout's links too")
    parser.add_argument("--dataset", metavar="NAME", help="test images (default: those of the run)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="same seed, same result (default: 0)")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="one folder for all runs together (default: RUN/attack for each)"
    )
    parser.add_argument("--resume", action="store_true", help="keep the finished curves, add the others")
    return parser


def _names_by_unit(attacks: Iterable[Attack]) -> str:
    """Return the names of attacks, those whose strength is the same thing on one line."""
    units: dict[str, list[str]] = {}
    for attack in attacks:
        units.setdefault(attack.unit, []).append(attack.name)
    lines = [
        textwrap.fill(
            f"{unit}: {', '.join(names)}", 110, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
        )
        for unit, names in units.items()
    ]
    return "\n".join(["attacks, by what their strength is:", *lines])


def run(arguments: argparse.Namespace) -> None:
    """Attack as the arguments say."""
    from netsparse.cli.attack_curves import PRODUCTS
    from netsparse.cli.attack_groups import groups_of
    from netsparse.cli.attack_results import write_results

    attacks = _attacks(arguments)
    subjects = _subjects(list(dict.fromkeys(arguments.runs)), arguments.dataset)
    _check_pixels(subjects, attacks)
    folders: dict[Path, list[Subject]] = {}
    for subject in subjects:
        folders.setdefault(arguments.out or folder_beside(subject.path, "attack"), []).append(subject)
    kept = {folder: _kept(folder, members, attacks, arguments) for folder, members in folders.items()}
    for folder in kept:
        make_folder_for(folder, PRODUCTS)
    for curves in kept.values():
        curves.start()
    try:
        with _progress(attacks, arguments, len(subjects)) as progress:
            for folder, members in folders.items():
                _attack(members, attacks, arguments, kept[folder], progress)
                groups = groups_of([subject.path for subject in members])
                write_results(folder, kept[folder].table(), groups, chance=1 / members[0].network.sizes[-1])
    except KeyboardInterrupt:
        raise KeyboardInterrupt("; finished curves are kept: the same command with --resume goes on") from None


def _kept(
    folder: Path, members: Sequence[Subject], attacks: Sequence[Attack], arguments: argparse.Namespace
) -> AttackCurves:
    """Return the curves of a folder, those of an earlier command if it is resumed."""
    from netsparse.cli.attack_curves import AttackCurves, fingerprint

    settings = {name: getattr(arguments, name) for name in ("steps", "strengths", "repeats", "readout", "seed")}
    settings["networks"] = {subject.name: fingerprint(subject.network) for subject in members}
    settings["data"] = {subject.name: subject.data.name for subject in members}
    wanted = [(subject.name, attack.name) for subject in members for attack in attacks]
    return AttackCurves(folder, wanted, settings, resume=arguments.resume)


def _attack(
    members: Sequence[Subject],
    attacks: Sequence[Attack],
    arguments: argparse.Namespace,
    curves: AttackCurves,
    progress: _Progress,
) -> None:
    """Add the curves that are not there yet."""
    for subject in members:
        for attack in attacks:
            key = (subject.name, attack.name)
            if key in curves:
                progress.skip(attack.passes * _n_states(attack, arguments))
            else:
                curves.add(key, _curve(subject, attack, arguments, progress))


def _attacks(arguments: argparse.Namespace) -> list[Attack]:
    """Return the attacks asked for, each once; all that can be wrong about them is found here."""
    from netsparse.robustness import ATTACKS, PAPER, get_attack

    groups = {"all": list(ATTACKS), "paper": list(PAPER)}
    names = dict.fromkeys(name for word in arguments.attack for name in groups.get(word, [word]))
    attacks = [get_attack(name) for name in names]
    check_count("--steps", arguments.steps, at_least=1)
    check_count("--repeats", arguments.repeats, at_least=1)
    check_count("--seed", arguments.seed, at_least=0)
    if arguments.strengths is not None:
        if len(attacks) > 1:
            raise InvalidValue(f"--strengths are those of one attack, but --attack names {len(attacks)}")
        attacks[0].arranged(arguments.strengths)
    return attacks


def _subjects(paths: Sequence[Path], dataset: str | None) -> list[Subject]:
    """Load all networks and data sets, and check that they fit, before any work."""
    from netsparse import datasets
    from netsparse.cli.network_file import load_network
    from netsparse.train import check_fits

    networks = [load_network(path) for path in paths]
    names = [dataset or _dataset_of(path) for path in paths]
    data = {name: datasets.load(name) for name in dict.fromkeys(names)}
    for network, name in zip(networks, names, strict=True):
        check_fits(network, data[name])
    if len({network.sizes[-1] for network in networks}) > 1:
        raise InvalidValue("the runs differ in their number of classes; attack them one by one")
    return [Subject(path, network, data[name]) for path, network, name in zip(paths, networks, names, strict=True)]


def _check_pixels(subjects: Sequence[Subject], attacks: Sequence[Attack]) -> None:
    """Raise an error now, and not hours later, if inputs that are to be perturbed are no pixels."""
    inputs = next((attack for attack in attacks if attack.kind == "inputs"), None)
    for subject in subjects if inputs else ():
        x, y, mean, deviation = _samples(subject)
        inputs.function(subject.network, x, y, 0, mean=mean, deviation=deviation)


def _dataset_of(path: Path) -> str:
    from netsparse.cli.network_file import run_of

    folder = run_of(path)
    if folder is None:
        raise InvalidInput(f"{path} lies in no run that would name its data set; say --dataset NAME")
    return folder.settings().data.dataset


def _curve(subject: Subject, attack: Attack, arguments: argparse.Namespace, progress) -> pandas.DataFrame:
    from netsparse import robustness

    frame = robustness.curve(
        subject.network,
        _samples(subject),
        attack,
        steps=arguments.steps,
        strengths=arguments.strengths,
        repeats=arguments.repeats,
        readout=arguments.readout,
        rng=[arguments.seed, zlib.crc32(attack.name.encode())],  # the same with whatever other attacks
        tick=lambda: progress.count(attack.passes),
    )
    frame.insert(0, "run", subject.name)
    accuracy = frame.groupby("step")["accuracy"].median()
    progress.note(f"{subject.name}  {attack.name}: accuracy {accuracy.iloc[0]:.2%} to {accuracy.iloc[-1]:.2%}")
    return frame


def _samples(subject: Subject):
    """Return the test images, standardised as in training."""
    from netsparse.cli.predict import standardisation
    from netsparse.datasets import scaled
    from netsparse.robustness.evaluation import Samples

    data = subject.data
    mean, deviation, _ = standardisation(subject.path, data)
    return Samples(scaled(data.x_test, mean, deviation, subject.network.dtype), data.y_test, mean, deviation)


class _Progress:
    """Counts forward passes: a bar with the time left on a terminal, a line per curve elsewhere."""

    def __init__(self, n_passes: int):
        from tqdm import tqdm

        self._bar = tqdm(total=n_passes, unit="pass", dynamic_ncols=True, disable=None)
        self._start, self._n_passes, self._n_done = time.perf_counter(), n_passes, 0

    def count(self, passes: int) -> None:
        self._bar.update(passes)
        self._n_done += passes

    def skip(self, passes: int) -> None:
        """Leave out what is known: it takes no time, so that it must not count in the time left."""
        self._n_passes -= passes
        self._bar.total -= passes

    def note(self, text: str) -> None:
        spent = time.perf_counter() - self._start
        left = spent / self._n_done * (self._n_passes - self._n_done)
        self._bar.write(f"{text}  ({spent:.1f} s, {left:.0f} s left)")

    def close(self) -> None:
        self._bar.close()


@contextmanager
def _progress(attacks: Sequence[Attack], arguments: argparse.Namespace, n_subjects: int) -> Iterator[_Progress]:
    progress = _Progress(n_subjects * sum(attack.passes * _n_states(attack, arguments) for attack in attacks))
    try:
        yield progress
    finally:
        progress.close()


def _n_states(attack: Attack, arguments: argparse.Namespace) -> int:
    from netsparse.robustness import n_states

    return n_states(attack, steps=arguments.steps, strengths=arguments.strengths, repeats=arguments.repeats)
