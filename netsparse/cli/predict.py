"""``netsparse predict``: apply a network to the test images of a data set."""

from __future__ import annotations

import argparse
from pathlib import Path

from netsparse.cli.notes import notes_on_stderr
from netsparse.errors import printable
from netsparse.files import check_writable


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "predict",
        help="apply a network to the test images of a data set",
        description=(
            "Apply a network to the test images of a data set. They are standardised as in the run that the network "
            "lies in; by the data set's own training images if it lies in none."
        ),
        epilog="example:\n  netsparse predict runs/a/network.npz --dataset fashion-mnist-6k --out predictions.csv",
    )
    parser.add_argument("network", metavar="NETWORK", type=Path, help="network file (.npz, .graphml) or run folder")
    parser.add_argument("--dataset", metavar="NAME", required=True, help="data set, or a file.npz")
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="CSV file: index, label, prediction of each image, and their names"
    )
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Print the accuracy, and write the predictions if asked to."""
    from netsparse import report

    if arguments.out is not None:
        check_writable(arguments.out)
    with notes_on_stderr():
        found = report.predict(arguments.network, arguments.dataset)
    mean, deviation, source = found.inputs
    print(f"inputs standardised by mean {mean:.6g} and deviation {deviation:.6g} ({printable(source)})")
    counts = f"{found.n_right} of {len(found.frame)} images of {printable(found.dataset)}"
    print(f"test accuracy {found.accuracy:.2%} ({counts})")
    if arguments.out is not None:
        found.save(arguments.out)
