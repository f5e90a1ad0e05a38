"""``netsparse predict``: apply a network to the test images of a data set."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import printable
from netsparse.files import check_writable, writing

if TYPE_CHECKING:
    from netsparse.datasets import Dataset

_BATCH = 1000  # images at a time, so that memory does not grow with the data set


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
    parser.add_argument("--out", metavar="FILE", type=Path, help="CSV file: index, label, prediction of each image")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Print the accuracy, and write the predictions if asked to."""
    from netsparse import datasets
    from netsparse.cli.network_file import load_network

    if arguments.out is not None:
        check_writable(arguments.out)
    network = load_network(arguments.network)
    data = datasets.load(arguments.dataset)
    datasets.check_fits(network, data)
    mean, deviation, source = standardisation(arguments.network, data)
    print(f"inputs standardised by mean {mean:.6g} and deviation {deviation:.6g} ({printable(source)})")
    batches = (data.x_test[start : start + _BATCH] for start in range(0, len(data.x_test), _BATCH))
    inputs = (datasets.scaled(batch, mean, deviation, network.dtype) for batch in batches)
    predictions = np.concatenate([network.predict(batch) for batch in inputs])
    n_right = int(np.sum(predictions == data.y_test))
    counts = f"{n_right} of {len(predictions)} images of {printable(data.name)}"
    print(f"test accuracy {n_right / len(predictions):.2%} ({counts})")
    if arguments.out is not None:
        _write(arguments.out, data.y_test, predictions)


def standardisation(path: Path, data: Dataset) -> tuple[float, float, str]:
    """Return mean and deviation to standardise by, and where they come from."""
    from netsparse.cli.network_file import run_of

    folder = run_of(path)
    if folder is not None:
        return *folder.standardisation(), f"from {folder.settings_file}"
    own = data.standardised()
    return own.mean, own.deviation, f"from the training images of {data.name}"


def _write(path: Path, labels: np.ndarray, predictions: np.ndarray) -> None:
    with writing(path) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("index", "label", "prediction"))
        writer.writerows(zip(range(len(labels)), labels.tolist(), predictions.tolist(), strict=True))
