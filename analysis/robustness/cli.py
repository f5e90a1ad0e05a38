"""The command of the study: what is missing is computed, then everything is drawn and judged."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from analysis.robustness.arms import ARMS, DATASETS, RULES, Study
from analysis.robustness.completion import complete
from analysis.robustness.folder import HOME, Folder
from analysis.robustness.report import draw_and_judge
from netsparse.study import EXECUTORS, Means

EPILOG = """
The study can be stopped at any time (Ctrl-C) and continued by the same command: a run whose rows are in the tables is
never redone, and two of these commands can work side by side on one folder.

examples:
  python -m analysis.robustness                          the whole study, or its pictures if all runs are there
  python -m analysis.robustness --time-limit 60          what can be started in an hour
  python -m analysis.robustness --executor dask --scheduler tcp://host:8786
  python -m analysis.robustness --datasets fashion-mnist-6k --seeds 2 --epochs 3 --out /tmp/study
"""


def main(argv: list[str] | None = None) -> int:
    """Carry out the missing runs, then draw the figures and write the claims; return 1 if a run failed."""
    arguments = _parser().parse_args(argv)
    study = Study(
        datasets=tuple(arguments.datasets),
        rules=tuple(arguments.rules),
        seeds=arguments.seeds,
        epochs=arguments.epochs,
        hidden=tuple(arguments.hidden),
        arms=tuple(arguments.arms),
    )
    command = shlex.join(["python", "-m", "analysis.robustness", *(sys.argv[1:] if argv is None else argv)])
    folder = Folder(arguments.out)
    failed = []
    try:
        means = Means(
            executor=arguments.executor,
            workers=arguments.workers,
            scheduler=arguments.scheduler,
            time_limit=arguments.time_limit,
        )
        if not arguments.draw_only:
            failed = complete(study, folder, means, command)
        draw_and_judge(folder)
    except KeyboardInterrupt:
        print("\nstopped; finished runs are kept, the same command goes on", file=sys.stderr)
        return 130
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for outcome in failed:
        print(f"failed: {outcome.run}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis.robustness",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--datasets", nargs="+", default=DATASETS, metavar="NAME", help=f"default: {' '.join(DATASETS)}")
    add("--rules", nargs="+", default=RULES, metavar="RULE", help=f"regrowth rules (default: {' '.join(RULES)})")
    add("--seeds", type=_positive, default=10, help="of the main arm (default: %(default)s)")
    add("--epochs", type=_positive, default=100, help="of every run (default: %(default)s)")
    add("--hidden", nargs="+", type=_positive, default=(1000, 1000, 1000), metavar="SIZE", help="hidden layers")
    add("--arms", nargs="+", choices=ARMS, default=ARMS, help="default: all")
    add("--executor", choices=EXECUTORS, default="joblib", help="default: %(default)s")
    add("--workers", type=_positive, default=os.cpu_count(), help="runs side by side (default: one a core)")
    add("--scheduler", metavar="ADDRESS", help="of a running dask cluster; without it dask starts a local one")
    add("--time-limit", type=float, default=float("inf"), metavar="MINUTES", help="start no run after that")
    add("--draw-only", action="store_true", help="only draw and judge what is there")
    add("--out", type=Path, default=HOME, metavar="DIR", help="default: the folder of the study itself")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return number
