"""Samples as a network takes them: whether they fit it, and how well it classifies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import as_network
from netsparse.graph.door import NetworkLike
from netsparse.graph.fitting import fitting_inputs, fitting_labels

if TYPE_CHECKING:
    from netsparse.datasets.dataset import Dataset


class Samples(NamedTuple):
    """Standardised inputs with their classes, and the way back to pixels.

    Attributes
    ----------
    x : array_like, shape (samples, features)
        Inputs as the network sees them, see :class:`netsparse.datasets.Standardised`.
    y : array_like of int, shape (samples,)
        Their classes.
    mean, deviation : float
        Of the standardisation, in pixel units; 0 and 1 where `x` holds pixels.

    Examples
    --------
    >>> import netsparse as ns
    >>> inputs = ns.datasets.load("fashion-mnist-6k").standardised()
    >>> ns.datasets.Samples.of(inputs).x.shape
    (1000, 784)
    >>> ns.datasets.Samples.of(([[0.5, 0.1]], [1])).fitting(ns.generate.erdos_renyi((3, 2), 1, rng=0))
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: inputs must have shape (samples, 3) to fit the network, got (1, 2)
    """

    x: np.ndarray
    y: np.ndarray
    mean: float = 0.0
    deviation: float = 1.0

    @classmethod
    def of(cls, data: Any) -> Samples:
        """Return samples as they are, the test samples of standardised data, or those of a pair (x, y).

        Raises
        ------
        TypeError
            If `data` is none of these.
        """
        if isinstance(data, cls):
            return data
        if isinstance(data, tuple) and len(data) == 2:
            return cls(*data)
        test = getattr(data, "test", None)
        if isinstance(test, cls):
            return test
        raise InvalidType(
            f"data must be standardised (Dataset.standardised()) or a pair (x, y), got {type(data).__name__}"
        )

    def fitting(self, network: NetworkLike, *, finite: bool = True) -> Samples:
        """Return the samples in the network's dtype, checked: whoever gets them need not check again.

        `finite`: whether NaN and infinite values are looked for, a pass over all of them.

        Raises
        ------
        TypeError
            If `network` is no network.
        ValueError
            If there are none, one has not a finite value for each input, or a class is none of the outputs.
        """
        network = as_network(network)
        x = fitting_inputs(network, self.x, finite=finite)
        if not len(x):
            raise InvalidValue("data must hold one sample at least, got 0 samples")
        return self._replace(x=x, y=fitting_labels(network, self.y, len(x)))


class Evaluation(NamedTuple):
    """How well a network classifies samples.

    Attributes
    ----------
    loss : float
        Mean cross-entropy; NaN or infinite where outputs overflow and it cannot be computed.
    accuracy : float
        Share of the samples whose largest output is that of their class.
    """

    loss: float
    accuracy: float


def evaluate(network: NetworkLike, data: Any) -> Evaluation:
    r"""Return the mean cross-entropy of a network, and the share of samples that it classifies right.

    .. math:: L = \frac1n \sum_i \left( \log \sum_k e^{z_{ik}} - z_{i y_i} \right)

    with z the outputs (logits), summed in float64.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    data : Samples, (x, y) or netsparse.datasets.Standardised
        Of standardised data the test samples.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError, TypeError
        If the data do not fit the network, see :meth:`Samples.fitting`.

    Notes
    -----
    One forward pass.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    >>> ns.datasets.evaluate(ns.LayeredNetwork([layer]), (np.eye(2), [0, 0])).accuracy
    0.5
    """
    network = as_network(network)
    samples = Samples.of(data).fitting(network, finite=False)
    logits = network.forward(samples.x).astype(np.float64)  # refuses NaN by itself
    loss = cross_entropies(logits, samples.y).mean()
    return Evaluation(float(loss), float((logits.argmax(axis=1) == samples.y).mean()))


def cross_entropies(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the cross-entropy of each sample, NaN or infinite where it is beyond what floats hold.

    Not by :func:`scipy.special.logsumexp`: it rounds one sum in fifteen otherwise in the last bit, and the losses of
    a resumed run must be those of the run that it resumes, whatever version of scipy is there by then.

    >>> cross_entropies(np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([0, 1])).round(4).tolist()
    [0.6931, 1000.0]
    """
    top = logits.max(axis=1)
    with np.errstate(invalid="ignore"):  # infinity less infinity: an overflow, which whoever asked is told as NaN
        return np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top - logits[np.arange(len(y)), y]


def check_fits(network: NetworkLike, data: Dataset) -> None:
    """Raise a `ValueError` unless the samples are as long, and the classes as many, as the network takes.

    A network may have more outputs than the data have classes.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    data : Dataset

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((100, 50, 10), 0.1, rng=0)
    >>> ns.datasets.check_fits(network, ns.datasets.load("fashion-mnist-6k"))
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: fashion-mnist-6k does not fit the network: its samples have 784 values, ...
    """
    network = as_network(network)
    if data.n_features != network.sizes[0]:
        raise InvalidValue(
            f"{data.name} does not fit the network: its samples have {data.n_features} values, "
            f"the network has {network.sizes[0]} inputs"
        )
    if data.n_classes > network.sizes[-1]:
        raise InvalidValue(
            f"{data.name} does not fit the network: it has {data.n_classes} classes, "
            f"the network has {network.sizes[-1]} outputs"
        )
