"""A data set as a value: training and test samples with their labels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from netsparse.datasets.standardised import Standardised, standardise
from netsparse.datasets.values import of_one_kind
from netsparse.errors import InvalidValue, check_number


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Training and test samples, one row each, with integer labels.

    An immutable value: the arrays are read-only (writable ones are copied first).

    Parameters
    ----------
    name : str
        What :func:`netsparse.datasets.load` loads it by.
    x_train, x_test : array_like, shape (samples, features) or (samples,) + image_shape
        What the values are, pixels or numbers, is decided once for all parts: uint8 are pixels, 255 standing for 1.0,
        and so are other integers from 0 to 255 where a part is uint8; floats are kept as they are, float16 as float32;
        integers and booleans become float64. Stored flat, shape (samples, features).
    y_train, y_test : array_like of int, shape (samples,)
        Labels 0 .. n_classes - 1, stored as int64. A class without samples is allowed; if it is class 0, n_classes
        must say so.
    image_shape : tuple of int, optional
        Rows and columns, or channels, rows and columns: (28, 28), (3, 32, 32). By default that of `x_train`,
        None if the samples are plain vectors.
    n_classes : int, optional
        By default the largest label plus one.
    x_validation, y_validation : array_like, optional
        Samples held back from training, see :meth:`validation_split`.

    Raises
    ------
    ValueError
        If a part is empty, shapes or counts do not fit, a value is NaN or infinite, parts hold values of different
        kinds, a label is not an integer from 0 to n_classes - 1, or labels count from 1.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.datasets import Dataset
    >>> data = Dataset("corners", np.eye(4).reshape(4, 2, 2), [0, 1, 2, 3], np.eye(4).reshape(4, 2, 2), [0, 1, 2, 3])
    >>> data
    Dataset('corners': 4 training and 4 test samples, 2 x 2 = 4 features float64, 4 classes)
    >>> data.validation_split(0.5, rng=0).y_validation.size
    2
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    image_shape: tuple[int, ...] | None = None
    n_classes: int | None = None
    x_validation: np.ndarray | None = None
    y_validation: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = np.shape(self.x_train)[1:] if self.image_shape is None else tuple(self.image_shape)
        self._set("image_shape", shape if len(shape) > 1 else None)
        names = [f"x_{part}" for part in self._parts()]
        samples = of_one_kind({name: _checked_samples(name, getattr(self, name), shape) for name in names})
        for part, (name, x) in zip(self._parts(), samples.items(), strict=True):
            self._set(name, _read_only(x))
            self._set(f"y_{part}", _checked_labels(f"y_{part}", getattr(self, f"y_{part}"), len(x)))
        self._set("n_classes", self._checked_n_classes())

    @property
    def n_features(self) -> int:
        """Number of values of a sample, the input layer's size."""
        return self.x_train.shape[1]

    def validation_split(self, fraction: float, *, rng=None) -> Dataset:
        """Return the data set with a random part of its training samples held back for validation.

        Parameters
        ----------
        fraction : float
            Share of the training samples to hold back, rounded to whole samples; 0 returns the data set itself.
        rng : None, int or numpy.random.Generator
            Draws the permutation: its first samples are held back, the rest stay in their old order.

        Raises
        ------
        ValueError
            If `fraction` is not in [0, 1) or leaves either part without a sample, or a part is already held back.
        """
        fraction = check_number("validation fraction", fraction, at_least=0, below=1)
        if fraction == 0:
            return self
        if self.x_validation is not None:
            raise InvalidValue(f"{self!r} already holds back validation samples")
        n_samples = len(self.y_train)
        n_held = round(fraction * n_samples)
        if n_held in (0, n_samples):
            raise InvalidValue(f"validation fraction {fraction:g} of {n_samples} samples leaves a part empty")
        held = np.zeros(n_samples, dtype=bool)
        held[np.random.default_rng(rng).permutation(n_samples)[:n_held]] = True
        return replace(
            self,
            x_train=self.x_train[~held],
            y_train=self.y_train[~held],
            x_validation=self.x_train[held],
            y_validation=self.y_train[held],
        )

    def standardised(self, dtype=np.float32) -> Standardised:
        """Return all parts as floats of training mean 0 and deviation 1; see :class:`Standardised`."""
        return standardise(self, dtype)

    def _set(self, field: str, value) -> None:
        object.__setattr__(self, field, value)  # the one place where the frozen value is still being made

    def _parts(self) -> tuple[str, ...]:
        if (self.x_validation is None) != (self.y_validation is None):
            raise InvalidValue("x_validation and y_validation go together")
        return ("train", "test") if self.x_validation is None else ("train", "test", "validation")

    def _checked_n_classes(self) -> int:
        labels = [getattr(self, f"y_{part}") for part in self._parts()]
        largest = int(max(y.max() for y in labels))
        n_classes = largest + 1 if self.n_classes is None else int(self.n_classes)
        if largest >= n_classes:
            raise InvalidValue(f"label {largest} is out of range, {n_classes} classes have labels 0 to {n_classes - 1}")
        if self.n_classes is None and min(y.min() for y in labels) > 0:
            _refuse_labels_from_1(labels, largest)
        n_samples = sum(y.size for y in labels)
        if self.n_classes is None and n_classes > n_samples:
            raise InvalidValue(f"label {largest} means {n_classes} classes, more than the {n_samples} samples")
        return n_classes

    def __repr__(self) -> str:
        held = "" if self.x_validation is None else f", {len(self.y_validation)} validation"
        shape = "" if self.image_shape is None else f"{' x '.join(map(str, self.image_shape))} = "
        return (
            f"Dataset({self.name!r}: {len(self.y_train)} training{held} and {len(self.y_test)} test samples, "
            f"{shape}{self.n_features} features {self.x_train.dtype}, {self.n_classes} classes)"
        )


def _checked_samples(name: str, x, shape: tuple[int, ...]) -> np.ndarray:
    x = np.asarray(x)
    if x.ndim < 2 or x.size == 0:
        raise InvalidValue(f"{name} needs samples in rows, at least one value each, got shape {x.shape}")
    if x.shape[1:] not in (shape, (math.prod(shape),)):
        expected = " x ".join(map(str, shape))
        raise InvalidValue(f"samples of {name} should be {expected}, got {' x '.join(map(str, x.shape[1:]))}")
    if x.dtype.kind not in "biuf":
        raise InvalidValue(f"{name} must hold real numbers, got dtype {x.dtype}")
    x = x.reshape(len(x), -1)
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise InvalidValue(f"{np.sum(~np.isfinite(x))} of {x.size} values of {name} are NaN or infinite")
    return x


def _checked_labels(name: str, y, n_samples: int) -> np.ndarray:
    y = np.asarray(y)
    if y.dtype.kind not in "iu":
        raise InvalidValue(f"{name} must hold integer labels, got dtype {y.dtype}")
    if y.shape != (n_samples,):
        raise InvalidValue(f"{name} must have one label for each of {n_samples} samples, got shape {y.shape}")
    if int(y.min()) < 0 or int(y.max()) > np.iinfo(np.int64).max:
        raise InvalidValue(f"{name} holds label {y.min() if y.min() < 0 else y.max()}, labels count from 0")
    return _read_only(y.astype(np.int64, copy=False))


def _refuse_labels_from_1(labels: list[np.ndarray], largest: int) -> None:
    """Raise an error if all labels from 1 to the largest occur: then they count from 1, and no class is missing."""
    n_known = len(np.unique(np.concatenate(labels)))
    if n_known == largest:
        raise InvalidValue(
            f"labels go from 1 to {largest} and none is 0, but labels count from 0: subtract 1 from them, or give "
            f"n_classes={largest + 1} if class 0 has no samples"
        )


def _read_only(array: np.ndarray) -> np.ndarray:
    if array.flags.writeable:
        array = array.copy()
        array.setflags(write=False)
    return array
