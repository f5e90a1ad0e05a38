"""``netsparse attack``: break trained networks, step by step, and see when they fail."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.cli.notes import notes_on_stderr
from netsparse.cli.products import folder_beside
from netsparse.cli.table import table
from netsparse.errors import printable

if TYPE_CHECKING:
    from netsparse.report import AttackReport
    from netsparse.robustness import Attack

_COLUMNS = ["attack", "clean", "area", "area_low", "area_high", "collapse", "collapse_low", "collapse_high"]
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
  netsparse attack runs/a runs/b runs/c --attack links-random noise --out runs/together
  netsparse attack runs/a runs/b runs/c --attack links-random noise fgsm --out runs/together --resume
  netsparse attack network.npz --dataset mnist --attack fgsm --strengths 0.02 0.05 0.1
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    from netsparse.robustness import ATTACK_GROUPS, ATTACKS

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
    groups = ", ".join(ATTACK_GROUPS)
    parser.add_argument(
        "--attack",
        metavar="NAME",
        nargs="+",
        default=["robustness-paper"],
        help=f"names, {groups} or all (default: robustness-paper)",
    )
    parser.add_argument("--steps", metavar="N", type=int, default=50, help="equal steps of strength (default: 50)")
    parser.add_argument(
        "--strengths", metavar="S", type=float, nargs="+", help="strengths of your own instead, for one attack"
    )
    parser.add_argument(
        "--repeats", metavar="N", type=int, default=3, help="repeats of every stochastic attack (default: 3)"
    )
    parser.add_argument("--readout", action="store_true", help="attack the readout's links too")
    parser.add_argument("--frozen", action="store_true", help="attack frozen links, and neurons that have any, too")
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
    """Attack as the arguments say, and print the summary of each folder."""
    from netsparse import report

    folders: dict[Path, list[Path]] = {}
    for path in arguments.runs:
        folders.setdefault(arguments.out or folder_beside(path, "attack"), []).append(path)
    with notes_on_stderr():
        protocol = report.AttackProtocol(
            arguments.attack,
            steps=arguments.steps,
            strengths=arguments.strengths,
            repeats=arguments.repeats,
            readout=arguments.readout,
            seed=arguments.seed,
            frozen=arguments.frozen,
        )
        reports = report.attack_into(folders, protocol, dataset=arguments.dataset, resume=arguments.resume)
    try:
        for one in reports:
            print(f"\n{_summary(one)}\n")
            print(f"{printable(one.folder)} holds curves.csv, summary.csv and curves.png")
    except KeyboardInterrupt:
        raise KeyboardInterrupt("; finished curves are kept: the same command with --resume goes on") from None


def _summary(found: AttackReport) -> str:
    columns = [*_COLUMNS[:1], *(["group"] if found.has_groups else []), *_COLUMNS[1:]]
    rows = found.summary[columns].itertuples(index=False)
    return table(columns, [[*map(_cell, row)] for row in rows])


def _cell(value: object) -> object:
    return "-" if value != value else value  # NaN: no interval from one run, or no collapse
