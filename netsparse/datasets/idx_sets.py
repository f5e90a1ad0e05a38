"""MNIST and the data sets that took its file format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from netsparse.datasets.dataset import Dataset
from netsparse.datasets.idx import content_md5, read_idx
from netsparse.datasets.sources import Files, find
from netsparse.errors import FileFormatError

PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


@dataclass(frozen=True)
class IdxSet:
    """A data set in four IDX files: images and labels of the training part, then of the test part.

    `content` are the md5 of the inflated files, in the same order, empty if unknown: they tell the published data
    from others, however packed.
    """

    files: Files
    content: tuple[str, ...] = ()
    n_classes: int = 10
    first_label: int = 0
    transposed: bool = False
    image_shape: tuple[int, int] = (28, 28)


def _published(url: str, md5: tuple[str, ...], content: tuple[str, ...]) -> IdxSet:
    return IdxSet(Files(tuple(f"{part}-ubyte.gz" for part in PARTS), url, md5), content)


IDX_SETS = {
    "mnist": _published(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        md5=(
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "d53e105ee54ea40749a09fcbcd1e9432",
            "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c",
        ),
        content=(
            "6bbc9ace898e44ae57da46a324031adb",
            "a25bea736e30d166cdddb491f175f624",
            "2646ac647ad5339dbf082846283269ea",
            "27ae3e4e09519cfbb04c329615203637",
        ),
    ),
    "fashion-mnist": _published(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        md5=(
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        content=(
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "9018921c3c673c538a1fc5bad174d6f9",
            "8181f5470baa50b63fa0f6fddb340f0a",
            "15d484375f8d13e6eb1aabb0c3f46965",
        ),
    ),
    "kmnist": _published(
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        md5=(
            "bdb82020997e1d708af4cf47b453dcf7",
            "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7",
            "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        content=(
            "92be26ec9822e900ac425d0a0aa84ced",
            "949e75301f8813e0dc5800dcc320fc52",
            "bf305b8cd328700fbc17f5acbc2856d2",
            "9f55f451c0988b028eccdf7d5cc265ab",
        ),
    ),
    # Published only inside one archive of all EMNIST splits, so the four files have to be unpacked by hand.
    "emnist-letters": IdxSet(
        Files(
            tuple(f"emnist-letters-{part.replace('t10k', 'test')}-ubyte.gz" for part in PARTS),
            origin="they are in the archive https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        ),
        n_classes=26,
        first_label=1,
        transposed=True,
    ),
}
"""The data sets of this format; their licences are those of their publishers."""


def load_idx_set(name: str) -> Dataset:
    """Load one of `IDX_SETS`: images turned upright, labels counted from 0."""
    idx_set = IDX_SETS[name]
    paths = find(name, idx_set.files)
    arrays = [read_idx(path, dimensions) for path, dimensions in zip(paths, (3, 1, 3, 1), strict=True)]
    for start in (0, 2):
        _check_pair(idx_set, paths[start : start + 2], *arrays[start : start + 2])
    if idx_set.content:
        for path, values, expected in zip(paths, arrays, idx_set.content, strict=True):
            _check_published(path, values, expected)
    x_train, y_train, x_test, y_test = arrays
    return Dataset(
        name,
        _upright(idx_set, x_train),
        y_train.astype(np.int64) - idx_set.first_label,
        _upright(idx_set, x_test),
        y_test.astype(np.int64) - idx_set.first_label,
        idx_set.image_shape,
        idx_set.n_classes,
    )


def _check_pair(idx_set: IdxSet, paths: list[Path], images: np.ndarray, labels: np.ndarray) -> None:
    image_path, label_path = paths
    if images.shape[1:] != idx_set.image_shape:
        raise FileFormatError(f"{image_path}: images of {images.shape[1:]}, expected {idx_set.image_shape}")
    if len(images) == 0:
        raise FileFormatError(f"{image_path}: no images")
    if len(images) != len(labels):
        raise FileFormatError(f"{image_path} has {len(images)} images, but {label_path.name} {len(labels)} labels")
    first, last = idx_set.first_label, idx_set.first_label + idx_set.n_classes - 1
    wrong = labels[(labels < first) | (labels > last)]
    if wrong.size:
        raise FileFormatError(f"{label_path}: {wrong.size} labels out of range {first} to {last}, such as {wrong[0]}")


def _check_published(path: Path, values: np.ndarray, expected: str) -> None:
    if content_md5(values) != expected:
        raise FileFormatError(
            f"{path}: a valid file, but not the published data (checksum of the content differs); remove it to "
            "download the original, and give data of your own as file.npz"
        )


def _upright(idx_set: IdxSet, images: np.ndarray) -> np.ndarray:
    upright = images.swapaxes(1, 2) if idx_set.transposed else images
    flat = upright.reshape(len(images), -1)
    flat.setflags(write=False)
    return flat
