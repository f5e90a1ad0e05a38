"""The data sets that netsparse knows by name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from netsparse import errors
from netsparse.datasets.arrays import EMBEDDED, load_cifar, load_embedded, load_npz
from netsparse.datasets.dataset import Dataset
from netsparse.datasets.digits import load_digits
from netsparse.datasets.idx_sets import IDX_SETS, load_idx_set
from netsparse.datasets.letters import load_letters
from netsparse.errors import InvalidValue
from netsparse.registry import Registry

DEFAULT = EMBEDDED

LOADERS: Registry[Callable[[], Dataset]] = Registry(
    "data set",
    {
        EMBEDDED: load_embedded,
        **{name: partial(load_idx_set, name) for name in IDX_SETS},
        "ocr-letters": load_letters,
        "ocr-letters-28": partial(load_letters, 28),
        "digits": load_digits,
        "cifar10-subset": load_cifar,
    },
)
"""Name of each data set -> function without arguments that loads it."""

NAMES = tuple(LOADERS)

_SIZED_LETTERS = re.compile(r"ocr-letters-(\d{1,4})")


def load(name: str | os.PathLike = DEFAULT, *, size: int | None = None) -> Dataset:
    """Load a data set by name, or from an .npz file of your own.

    Files are looked for in ``$NETSPARSE_DATA/<name>/``, then in the user cache (``~/.cache/netsparse/<name>/`` on
    Linux), then downloaded to the cache if they are published one by one.

    ================== =================== ============================================ ====================
    name               training + test     samples                                      files
    ================== =================== ============================================ ====================
    fashion-mnist-6k   5,000 + 1,000       28 x 28, 10 classes: the default             embedded
    mnist              60,000 + 10,000     28 x 28, 10 classes                          downloaded
    fashion-mnist      60,000 + 10,000     28 x 28, 10 classes                          downloaded
    kmnist             60,000 + 10,000     28 x 28, 10 classes                          downloaded
    emnist-letters     124,800 + 20,800    28 x 28, 26 classes                          put there by you
    ocr-letters        42,152 + 10,000     16 x 8, 26 classes, black or white           put there by you
    ocr-letters-28     42,152 + 10,000     the same letters enlarged to 28 x 28         put there by you
    cifar10-subset     10,000 + 2,000      3 x 32 x 32, 10 classes                      put there by you
    digits             1,437 + 360         8 x 8, 10 classes, float32 in [0, 1]         scikit-learn
    file.npz           yours               any; see :class:`Dataset`                    x_train y_train x_test y_test
    ================== =================== ============================================ ====================

    Parameters
    ----------
    name : str or path
        A name of the table, or a path that ends in ``.npz``.
    size : int, optional
        Only for ocr-letters: enlarge the letters by bilinear interpolation to `size` x `size` / 2 pixels, centred
        on a black square of `size` x `size`. ``load("ocr-letters", size=28)`` is ``load("ocr-letters-28")``.

    Returns
    -------
    Dataset
        Samples flat, pixels as uint8 unless the file holds floats.

    Raises
    ------
    ValueError
        If the name is unknown, or `size` does not fit it.
    NetsparseError
        If a file is missing and cannot be downloaded: says where to put it.
    FileFormatError
        If a file is truncated, corrupt, or not what its name says. Downloads are verified against the published
        md5; files found on this machine by their content, so that another gzip header does no harm.

    Examples
    --------
    >>> from netsparse import datasets
    >>> data = datasets.load("fashion-mnist-6k")
    >>> data
    Dataset('fashion-mnist-6k': 5000 training and 1000 test samples, 28 x 28 = 784 features uint8, 10 classes)
    >>> data.standardised()
    Standardised(5000 training and 1000 test samples, 784 features float32, mean 0.2869, deviation 0.3538)
    """
    name = os.fspath(name)
    if size is not None and name != "ocr-letters":
        raise InvalidValue(f"size is only for ocr-letters, not for {name}")
    if size is not None:
        return load_letters(size)
    if name in LOADERS:
        return LOADERS[name]()
    if sized := _SIZED_LETTERS.fullmatch(name):
        return load_letters(int(sized[1]))
    if name.endswith(".npz"):
        return load_npz(Path(name), name)
    raise errors.unknown("data set", name, [*LOADERS, "or a path that ends in .npz"])
