"""Run the benchmarks: ``python -m analysis.benchmarks [TOPIC ...] [--quick]``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time

# One thread each unless a benchmark says otherwise; must stand before numpy and torch load.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from analysis.benchmarks import page  # noqa: E402
from netsparse.cli.streams import guarded  # noqa: E402

TOPICS = (*page.TOPICS, "inference", "prediction", "gradient", "gpu", "measures")


def main(argv: list[str] | None = None) -> None:
    """Run the named topics, all by default; each prints a table and writes ``results/TOPIC.csv``.

    Unless in quick mode, the README's table and figure are then made anew from all results.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analysis.benchmarks",
        description=__doc__,
        epilog="examples:\n  python -m analysis.benchmarks --quick\n  python -m analysis.benchmarks training",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"any of: {', '.join(TOPICS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="smaller cases, under two minutes in all")
    parser.add_argument("--page", action="store_true", help="measure nothing, only renew the README's table and figure")
    arguments = parser.parse_args(argv)
    unknown = sorted(set(arguments.topics) - set(TOPICS))
    if unknown:
        parser.error(f"unknown topic {', '.join(unknown)}; known: {', '.join(TOPICS)}")
    for topic in () if arguments.page else arguments.topics or TOPICS:
        start = time.perf_counter()
        print(f"{topic} ...", flush=True)
        importlib.import_module(f"analysis.benchmarks.{topic}").run(quick=arguments.quick)
        print(f"{topic} took {time.perf_counter() - start:.0f} s", flush=True)
    if not arguments.quick:
        print("README and figure renewed" if page.publish() else "README not renewed: some topics have no results yet")


if __name__ == "__main__":
    sys.exit(guarded(lambda output: main()))
