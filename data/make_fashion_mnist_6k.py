"""Make fashion-mnist-6k.npz, the data set that netsparse carries, from the original Fashion-MNIST files.

    apt-get install dataset-fashion-mnist
    python data/make_fashion_mnist_6k.py /usr/share/datasets/fashion-mnist

Takes 500 training and 100 test images of each of the ten classes, chosen at random with a fixed seed and left in
the order of the original files. Running it again gives the same bytes: the choice uses the raw stream of a
bit generator, which numpy promises never to change, and the archive carries no clock (only another zlib may
compress the same arrays into other bytes).
"""

from __future__ import annotations

import argparse
import io
import os
import zipfile
from pathlib import Path

import numpy as np

from netsparse.datasets.idx import read_idx

SEED = 6000
PER_CLASS = {"train": 500, "t10k": 100}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip archive can hold
HERE = Path(__file__).resolve().parent


def balanced_choice(labels: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Return the sorted positions of `per_class` random samples of each class."""
    order = np.argsort(np.random.PCG64(seed).random_raw(labels.size), kind="stable")
    chosen = [order[labels[order] == label][:per_class] for label in np.unique(labels)]
    return np.sort(np.concatenate(chosen))


def sample(source: Path) -> dict[str, np.ndarray]:
    """Return the arrays of the sample, images as (samples, 28, 28) uint8."""
    arrays = {}
    for part, (prefix, per_class) in zip(("train", "test"), PER_CLASS.items(), strict=True):
        images = read_idx(source / f"{prefix}-images-idx3-ubyte.gz", 3)
        labels = read_idx(source / f"{prefix}-labels-idx1-ubyte.gz", 1)
        chosen = balanced_choice(labels, per_class, SEED)
        arrays[f"x_{part}"], arrays[f"y_{part}"] = images[chosen], labels[chosen]
    return arrays


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a compressed .npz whose bytes depend on the arrays alone."""
    unfinished = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            archive.writestr(entry, member.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    os.replace(unfinished, path)


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder with the four original .gz files of Fashion-MNIST")
    parser.add_argument("--out", type=Path, default=HERE / "fashion-mnist-6k.npz", help="file to write")
    arguments = parser.parse_args()
    write_npz(arguments.out, sample(arguments.source))
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
