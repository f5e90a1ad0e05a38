"""``netsparse compare``: train recipes side by side, and see whether they differ."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from netsparse.cli.names import typed
from netsparse.cli.settings_flags import SETTINGS_FLAGS, add_settings_flags, given_settings, note_renamed
from netsparse.cli.table import table
from netsparse.errors import InvalidInput, check_count

if TYPE_CHECKING:
    import pandas

    from netsparse.study import Comparison

_EPILOG = """\
A recipe is one of {recipes}, or package.module:function, a
regrowth rule of your own: function(layer, n, *, rng) returns the rows and columns of n links that are not there yet.
Each later recipe is compared with each earlier one, on every data set, by differences over paired seeds: both start
from one network and see the batches in one order. The outcome is the test accuracy of the network that a run ends
with; beside it stands the difference in the epochs that held-out training images would have kept. P-values are
corrected for all tests (Holm). Recipes whose mean live densities differ by more than 1 % are not tested.

The folder gets settings.json, runs.csv, epochs.csv, comparison.csv and comparison.png. The same command goes on after
an interruption, and so does one with more seeds, recipes or data sets: finished runs are kept. Settle the number of
seeds before you look: adding seeds until a difference is significant finds differences that are not there.

examples:
  netsparse compare --recipes rlr ch3-l3 --epochs 5 --seeds 3 --out runs/quick
  netsparse compare --recipes static rlr ch3-l3 --datasets mnist fashion-mnist kmnist --preset paper --out runs/paper
  netsparse compare --recipes ch3-l3 mine:by_degree --hidden 300 100 --density 0.05 --out runs/mine
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    from netsparse.datasets import DEFAULT
    from netsparse.study import EXECUTORS, known_recipes
    from netsparse.study.comparison import VALIDATION
    from netsparse.study.plan import PER_RUN

    parser = subparsers.add_parser(
        "compare",
        help="train recipes side by side, and see whether they differ",
        description="Train every recipe on every data set from the same seeds, and compare them by paired statistics.",
        epilog=_EPILOG.format(recipes=", ".join(known_recipes())),
    )
    parser.add_argument("--recipes", metavar="RECIPE", nargs="+", required=True, help="two or more, the baseline first")
    parser.add_argument("--datasets", metavar="NAME", nargs="+", default=[DEFAULT], help=f"default: {DEFAULT}")
    parser.add_argument("--seeds", metavar="N", type=int, default=5, help="seeds 0 to N - 1 (default: 5)")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder for runs, tables and figure")
    common = [name for name in SETTINGS_FLAGS if name not in PER_RUN]
    add_settings_flags(parser, common, {"validation": VALIDATION})
    parser.add_argument("--jobs", metavar="N", type=int, help="runs side by side (default: one a core)")
    parser.add_argument(
        "--executor", metavar="NAME", default="joblib", help=f"{' or '.join(EXECUTORS)} (default: joblib)"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a running dask cluster, with --executor dask")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Compare as the arguments say."""
    from netsparse.study import compare

    settings = given_settings(arguments)
    try:
        found = compare(
            _present_names(arguments.recipes),
            arguments.datasets,
            seeds=check_count("--seeds", arguments.seeds, at_least=1),
            out=arguments.out,
            jobs=_cores() if arguments.jobs is None else check_count("--jobs", arguments.jobs, at_least=1),
            executor=arguments.executor,
            scheduler=arguments.scheduler,
            command=arguments.command_line,
            **settings,
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_how_to_go_on(arguments)) from None
    print(_summary(found, arguments.seeds))
    print(f"{typed(arguments.out)} holds comparison.csv, comparison.png, runs.csv and epochs.csv")
    if found.failed:
        failed = f"{len(found.failed)} run{'s' * (len(found.failed) != 1)} failed ({', '.join(found.failed)})"
        raise InvalidInput(f"{failed}; the same command tries again")


def _present_names(recipes: list[str]) -> list[str]:
    from netsparse.train.former_names import FORMER_STATIC
    from netsparse.train.variation import STATIC

    if FORMER_STATIC in recipes:
        note_renamed(f"--recipes {FORMER_STATIC}", f"--recipes {STATIC}")
    return [STATIC if name == FORMER_STATIC else name for name in recipes]


def _cores() -> int:
    import joblib

    return joblib.cpu_count()


def _summary(found: Comparison, seeds: int) -> str:
    header = (
        "data set",
        "recipe",
        "against",
        "seeds",
        "accuracies",
        "difference, points",
        "p",
        "",
        "at best epoch",
    )
    rows = [
        (
            row["dataset"],
            row["recipe"],
            row["against"],
            int(row["seeds"]),
            f"{row['accuracy']:.2%} {row['accuracy_against']:.2%}" if row["seeds"] else "-",
            _interval(row, ("difference", "low", "high")),
            "-" if row["p_holm"] != row["p_holm"] else f"{row['p_holm']:.2g}",
            row["verdict"],
            _interval(row, ("best_difference", "best_low", "best_high")),
        )
        for _, row in found.table.iterrows()
    ]
    return "\n".join(["", table(header, rows), "", *_remarks(found.table, seeds)])


def _remarks(rows: pandas.DataFrame, seeds: int) -> list[str]:
    """Return what the numbers are, a line each."""
    from netsparse.study import FEWEST_SEEDS, UNEQUAL

    remarks = ["accuracy: on test images, of the network that a run ends with; difference: of paired seeds"]
    remarks.append("at best epoch: the difference in the epochs of the best accuracy on held-out training images")
    if seeds == 1:
        return [*remarks, "one seed: no intervals and no tests"]
    tests = rows["p_holm"].notna().sum()
    remarks.append(f"95 % t intervals; p: paired t tests, corrected for their number ({tests}) by Holm's method")
    if seeds < FEWEST_SEEDS:
        remarks.append(f"fewer than {FEWEST_SEEDS} seeds: no verdict")
    if (rows["verdict"] == UNEQUAL).any():
        remarks.append(f"{UNEQUAL}: the mean live densities differ by more than 1 %, and nothing is tested")
    return remarks


def _interval(row: pandas.Series, names: tuple[str, str, str]) -> str:
    mean, low, high = (100 * row[name] for name in names)
    if mean != mean:  # NaN: no pair of seeds, or nothing held out
        return "-"
    return f"{mean:+.2f}" if low != low else f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"


def _how_to_go_on(arguments: argparse.Namespace) -> str:
    from netsparse.study.comparison_folder import ComparisonFolder

    if not ComparisonFolder(arguments.out).is_started:
        return "; nothing was done yet"
    return f"; finished runs are kept in {typed(arguments.out)}, the same command goes on"
