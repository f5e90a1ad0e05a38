"""Samples with training mean 0 and deviation 1, and the way back to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netsparse.datasets.evaluation import Samples
from netsparse.errors import InvalidValue

if TYPE_CHECKING:
    from netsparse.datasets.dataset import Dataset

PIXEL_LEVELS = 256


@dataclass(frozen=True, eq=False, repr=False)
class Standardised:
    r"""A data set whose values were shifted and scaled by one mean and one deviation over its training samples.

    .. math:: x = (p - \mu) / \sigma

    with :math:`p` the value in pixel units (uint8 / 255, so 0 is black and 1 white; floats as they are), and
    :math:`\mu`, :math:`\sigma` the mean and the standard deviation of all values of all training samples;
    validation and test samples have no part in them.

    Attributes
    ----------
    x_train, x_test, x_validation : numpy.ndarray of float, shape (samples, features), read-only
        `x_validation` is None if nothing is held back.
    y_train, y_test, y_validation : numpy.ndarray of int64, shape (samples,), read-only
    mean, deviation : float
        In pixel units. A change of a pixel by e is a change of x by e / deviation.

    Examples
    --------
    >>> import netsparse as ns
    >>> inputs = ns.datasets.load("fashion-mnist-6k").standardised()
    >>> inputs.x_train.shape, bool(abs(inputs.x_train.mean()) < 1e-3), round(float(inputs.x_train.std()), 3)
    ((5000, 784), True, 1.0)
    >>> float(inputs.to_pixels(inputs.x_train).max().round(3))
    1.0
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    mean: float
    deviation: float
    x_validation: np.ndarray | None = None
    y_validation: np.ndarray | None = None

    @property
    def test(self) -> Samples:
        """The test samples, as :func:`netsparse.datasets.evaluate` and attacks take them."""
        return Samples(self.x_test, self.y_test, self.mean, self.deviation)

    def from_pixels(self, pixels: np.ndarray) -> np.ndarray:
        """Return values in pixel units (floats, black 0 and white 1) as standardised ones."""
        return (pixels - self.mean) / self.deviation

    def to_pixels(self, x: np.ndarray) -> np.ndarray:
        """Return standardised values in pixel units; the inverse of :meth:`from_pixels`, up to rounding."""
        return x * self.deviation + self.mean

    def __repr__(self) -> str:
        held = "" if self.x_validation is None else f", {len(self.y_validation)} validation"
        return (
            f"Standardised({len(self.y_train)} training{held} and {len(self.y_test)} test samples, "
            f"{self.x_train.shape[1]} features {self.x_train.dtype}, mean {self.mean:.4g}, "
            f"deviation {self.deviation:.4g})"
        )


def standardise(data: Dataset, dtype=np.float32) -> Standardised:
    """Return `data` standardised, in float32 or float64.

    Raises
    ------
    ValueError
        If all training values are the same, or so large that the result is not finite in `dtype`.
    """
    dtype = np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise InvalidValue(f"dtype must be float32 or float64, got {dtype}")
    mean, deviation = _moments(data.x_train)
    if not deviation > 0 or not np.isfinite(deviation):
        raise InvalidValue(f"{data.name}: training values have deviation {deviation:g}, which cannot be scaled to 1")
    held = data.x_validation
    return Standardised(
        x_train=scaled(data.x_train, mean, deviation, dtype),
        y_train=data.y_train,
        x_test=scaled(data.x_test, mean, deviation, dtype),
        y_test=data.y_test,
        mean=mean,
        deviation=deviation,
        x_validation=None if held is None else scaled(held, mean, deviation, dtype),
        y_validation=data.y_validation,
    )


def _moments(x: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation in pixel units, for pixels exactly from their histogram."""
    if x.dtype != np.uint8:
        with np.errstate(over="ignore", invalid="ignore"):
            return float(x.mean(dtype=np.float64)), float(x.std(dtype=np.float64))
    counts = np.zeros(PIXEL_LEVELS, dtype=np.int64)
    for sample in x:
        counts += np.bincount(sample, minlength=PIXEL_LEVELS)
    levels = _pixel_units()
    mean = np.average(levels, weights=counts)
    return float(mean), float(np.sqrt(np.average((levels - mean) ** 2, weights=counts)))


def scaled(x: np.ndarray, mean: float, deviation: float, dtype=np.float32) -> np.ndarray:
    """Return samples of a `Dataset` shifted and scaled by a mean and a deviation in pixel units, read-only.

    The one place where inputs are standardised: equal samples, mean and deviation give equal bits, in training,
    prediction and attack.

    Examples
    --------
    >>> scaled(np.array([[0, 51, 255]], dtype=np.uint8), mean=0.2, deviation=0.5)
    array([[-0.4,  0. ,  1.6]], dtype=float32)
    """
    dtype = np.dtype(dtype)
    if x.dtype == np.uint8:
        scaled = ((_pixel_units() - mean) / deviation).astype(dtype)[x]
    else:
        with np.errstate(over="ignore"):
            scaled = ((x - mean) / deviation).astype(dtype, copy=False)
    if not np.isfinite(scaled).all():
        raise InvalidValue(f"standardised values do not fit {dtype}: the data hold values as large as {abs(x).max():g}")
    scaled.setflags(write=False)
    return scaled


def _pixel_units() -> np.ndarray:
    return np.arange(PIXEL_LEVELS) / (PIXEL_LEVELS - 1)
