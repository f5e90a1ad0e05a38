"""When retraining after a pruning is enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from netsparse.errors import check_count, check_number, unknown
from netsparse.prune.flows import FORMS, METRICS
from netsparse.registry import Registry


class Progress(Protocol):
    """What a stop rule may see of a retraining; each is computed when it is asked for."""

    epochs: int  #: of this retraining

    def validation_accuracy(self) -> float:
        """Return the accuracy on validation data now."""

    def dense_accuracy(self) -> float:
        """Return that of the dense network when it had been trained."""

    def information_distance(self, form: str, metric: str) -> float:
        """Return the distance of the information flow from that of the trained dense network."""

    def gradient_distance(self, metric: str) -> float:
        """Return the distance of the gradient flow from that of the trained dense network."""


class Stop(Protocol):
    """What tells when retraining is enough."""

    def is_reached(self, progress: Progress) -> bool:
        """Return whether retraining stops now."""


STOPS: Registry[Callable[..., Stop]] = Registry("stop rule")
"""When retraining stops, by name; each is made with its options, and a recipe stops by whichever comes first."""


@STOPS.register("epochs")
@dataclass(frozen=True)
class Epochs:
    """After so many epochs.

    Examples
    --------
    >>> from netsparse.prune import Epochs
    >>> Epochs(20)
    Epochs(epochs=20)
    """

    epochs: int = 20

    def __post_init__(self) -> None:
        check_count("epochs", self.epochs)

    def is_reached(self, progress: Progress) -> bool:
        """Return whether so many epochs are made."""
        return progress.epochs >= self.epochs


@STOPS.register("accuracy")
@dataclass(frozen=True)
class Accuracy:
    """Once the accuracy on validation data is that of the trained dense network, less a margin.

    Examples
    --------
    >>> from netsparse.prune import Accuracy
    >>> Accuracy(margin=0.01)
    Accuracy(margin=0.01)
    """

    margin: float = 0.0

    def __post_init__(self) -> None:
        check_number("margin", self.margin, at_least=-1, at_most=1)

    def is_reached(self, progress: Progress) -> bool:
        """Return whether the pruned network is as good."""
        return progress.validation_accuracy() >= progress.dense_accuracy() - self.margin


@STOPS.register("information-flow")
@dataclass(frozen=True)
class InformationStop:
    """Once information flows as in the trained dense network: InCoP-IF [1]_.

    Parameters
    ----------
    eps : float
        The distance below which it does; the larger, the earlier.
    form, metric : str
        Of :func:`netsparse.prune.flow_distance`. The default, published, form hardly tells networks apart.

    References
    ----------
    .. [1] S. Gharatappeh, S. Y. Sekeh, Information consistent pruning, arXiv:2501.15592, 2025.

    Examples
    --------
    >>> from netsparse.prune import InformationStop
    >>> InformationStop(form="frobenius")
    InformationStop(eps=0.11, form='frobenius', metric='norm')
    """

    eps: float = 0.11
    form: str = "signed"
    metric: str = "norm"

    def __post_init__(self) -> None:
        check_number("eps", self.eps, at_least=0)
        _check_names(self.metric, self.form)

    def is_reached(self, progress: Progress) -> bool:
        """Return whether the distance is below eps."""
        return progress.information_distance(self.form, self.metric) < self.eps


@STOPS.register("gradient-flow")
@dataclass(frozen=True)
class GradientStop:
    """Once gradients flow as in the trained dense network: InCoP-GF [1]_.

    Parameters
    ----------
    eps : float
        The distance below which they do; the larger, the earlier.
    metric : {'norm', 'cosine'}

    References
    ----------
    .. [1] S. Gharatappeh, S. Y. Sekeh, Information consistent pruning, arXiv:2501.15592, 2025.

    Examples
    --------
    >>> from netsparse.prune import GradientStop
    >>> GradientStop()
    GradientStop(eps=0.5, metric='norm')
    """

    eps: float = 0.5
    metric: str = "norm"

    def __post_init__(self) -> None:
        check_number("eps", self.eps, at_least=0)
        _check_names(self.metric)

    def is_reached(self, progress: Progress) -> bool:
        """Return whether the distance is below eps."""
        return progress.gradient_distance(self.metric) < self.eps


def _check_names(metric: str, form: str = FORMS[0]) -> None:
    if metric not in METRICS:
        raise unknown("metric", metric, METRICS)
    if form not in FORMS:
        raise unknown("form", form, FORMS)
