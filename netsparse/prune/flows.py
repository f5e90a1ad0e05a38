"""Information flow and gradient flow: a number or a matrix a layer, and how far two of them are apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import nn

from netsparse.errors import InvalidType, InvalidValue, unknown
from netsparse.graph import LayeredNetwork
from netsparse.nn import to_module
from netsparse.prune.batches import BATCH_SIZE, Probe
from netsparse.prune.derivatives import mean_gradients
from netsparse.prune.signals import correlations, weighted_layers


@dataclass(frozen=True, eq=False)
class InformationFlow:
    """How the units of consecutive layers correlate over a probe.

    Attributes
    ----------
    pairs : tuple of (str, str)
        Names of the layers, in the order of their calls.
    correlations : tuple of numpy.ndarray of float64
        Pearson correlations of each pair's units, (units of the one, units of the other).
    constant_units : dict of str to int
        How many units of each layer say the same of all samples: their correlations are 0.
    """

    pairs: tuple[tuple[str, str], ...]
    correlations: tuple[np.ndarray, ...]
    constant_units: dict[str, int]

    @property
    def signed(self) -> np.ndarray:
        """Mean correlation of each pair of layers."""
        return np.array([rho.mean() for rho in self.correlations])

    @property
    def absolute(self) -> np.ndarray:
        """Mean absolute correlation of each pair of layers."""
        return np.array([np.abs(rho).mean() for rho in self.correlations])

    @property
    def frobenius(self) -> np.ndarray:
        """Frobenius norm of each pair's correlations, over the square root of their number."""
        return np.array([np.sqrt((rho**2).mean()) for rho in self.correlations])

    def vector(self, form: str = "signed") -> np.ndarray:
        """Return what distances compare: means, or in the form 'frobenius' every correlation, scaled as above."""
        if form not in FORMS:
            raise unknown("form", form, FORMS)
        if form != "frobenius":
            return getattr(self, form)
        return np.concatenate([rho.ravel() / np.sqrt(rho.size) for rho in self.correlations])


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """How large the gradient of the mean loss over a probe is, layer by layer.

    Attributes
    ----------
    layers : tuple of str
    norms : numpy.ndarray of float64
        Its Euclidean norm over the links of each layer.
    means : numpy.ndarray of float64
        Its mean absolute value over all places of each layer's weight, pruned ones among them.
    """

    layers: tuple[str, ...]
    norms: np.ndarray
    means: np.ndarray

    def vector(self) -> np.ndarray:
        """Return what distances compare: the norms."""
        return self.norms


FORMS = ("signed", "absolute", "frobenius")


def information_flow(model: nn.Module | LayeredNetwork, probe, *, batch_size: int = BATCH_SIZE) -> InformationFlow:
    r"""Return how the units of consecutive layers correlate, before their activations [1]_.

    Parameters
    ----------
    model : torch.nn.Module or LayeredNetwork
        With ``Linear``, ``Conv`` or netsparse's own layers; left as it is.
    probe : array_like, pair (x, y) or netsparse.datasets.Samples
        Samples; classes do not matter.
    batch_size : int
        Samples at a time; of no influence beyond rounding.

    Returns
    -------
    InformationFlow

    Raises
    ------
    ValueError
        If a layer is called twice in a forward pass, or puts out what is no number.

    Notes
    -----
    Two forward passes in evaluation mode, statistics in float64; outputs of convolutions are averaged over space.
    Memory batch x units and units x units of the next layer. The published code takes the same means in float32:
    they agree to 1e-6.

    References
    ----------
    .. [1] S. Gharatappeh, S. Y. Sekeh, Information consistent pruning, arXiv:2501.15592, 2025.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 4, 3), 0.5, rng=0)
    >>> flow = ns.prune.information_flow(network, np.random.default_rng(0).normal(size=(50, 6)))
    >>> flow.pairs, [rho.shape for rho in flow.correlations]
    ((('layers.0', 'layers.1'), ('layers.1', 'layers.2')), [(5, 4), (4, 3)])
    """
    found, constant = correlations(as_module(model), Probe(probe, batch_size))
    if not found:
        raise InvalidValue("model has one layer only: information flows between two", parameter="model")
    return InformationFlow(tuple(found), tuple(found.values()), constant)


def gradient_flow(
    model: nn.Module | LayeredNetwork, probe, *, batch_size: int = BATCH_SIZE, as_published: bool = False
) -> GradientFlow:
    r"""Return the size of the gradient of the mean cross-entropy by the weights of each layer [1]_.

    Parameters
    ----------
    model : torch.nn.Module or LayeredNetwork
        Its masks apply: the gradient of a pruned weight is 0.
    probe : pair (x, y) or netsparse.datasets.Samples
        Samples with their classes.
    batch_size : int
        Samples at a time; of no influence beyond rounding, unless as published.
    as_published : bool
        Multiply by n / (n - 1), n the number of batches, as the released code does: infinite for one batch.

    Returns
    -------
    GradientFlow

    Notes
    -----
    A forward and a backward pass over the probe in evaluation mode, summed in float64. The released code makes no
    backward pass of its own, but reads the gradients that training left behind, once for each batch.

    References
    ----------
    .. [1] S. Gharatappeh, S. Y. Sekeh, Information consistent pruning, arXiv:2501.15592, 2025.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), 0.5, rng=0)
    >>> flow = ns.prune.gradient_flow(network, (np.random.default_rng(0).normal(size=(50, 6)), np.arange(50) % 3))
    >>> flow.layers, bool((flow.norms > 0).all())
    (('layers.0', 'layers.1'), True)
    """
    module, probe = as_module(model), Probe(probe, batch_size)
    layers = weighted_layers(module)
    gradients = mean_gradients(module, list(layers.values()), probe)
    n_batches = -(-len(probe) // probe.batch_size)
    with np.errstate(divide="ignore"):
        factor = np.float64(n_batches) / (n_batches - 1) if as_published else 1.0
    norms = factor * np.array([np.sqrt((g**2).sum()) for g in gradients])
    return GradientFlow(tuple(layers), norms, factor * np.array([np.abs(g).mean() for g in gradients]))


def norm(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Euclidean norm of the difference.

    >>> norm(np.array([3.0, 0.0]), np.array([0.0, 4.0]))
    5.0
    """
    return float(np.linalg.norm(a - b))


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Return 1 - cos of the angle between two vectors: 0 for the same direction, 1 if one of them is 0.

    >>> cosine(np.array([1.0, 1.0]), np.array([2.0, 2.0])) < 1e-12
    True
    """
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(1 - a @ b / lengths) if lengths > 0 else float(np.any(a != b))


METRICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {"norm": norm, "cosine": cosine}


def flow_distance(
    a: InformationFlow | GradientFlow,
    b: InformationFlow | GradientFlow,
    *,
    form: str = "signed",
    metric: str = "norm",
    as_published: bool = False,
) -> float:
    """Return how far two flows of networks with the same layers are apart.

    Parameters
    ----------
    a, b : InformationFlow or GradientFlow
        Both of a kind: of the network at hand, and of the one that it is compared with.
    form : {'signed', 'absolute', 'frobenius'}
        Of information flows: mean correlations, mean absolute ones, or all correlations of a pair of layers. Means
        of signed correlations of unrelated networks are all close to 0: they hardly tell networks apart.
    metric : {'norm', 'cosine'}
    as_published : bool
        Of gradient flows: compare the norms of `a` with the mean sizes of `b`, as the released code does.

    Raises
    ------
    TypeError, ValueError
        If the flows are of two kinds or of networks with different layers, or a name is unknown.

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> x = np.random.default_rng(0).normal(size=(50, 6))
    >>> networks = [ns.generate.erdos_renyi((6, 5, 4, 3), 0.5, rng=seed) for seed in (0, 1)]
    >>> a, b = (ns.prune.information_flow(network, x) for network in networks)
    >>> ns.prune.flow_distance(a, a), ns.prune.flow_distance(a, b, form="frobenius") > 0.1
    (0.0, True)
    """
    if metric not in METRICS:
        raise unknown("metric", metric, METRICS)
    if type(a) is not type(b):
        raise InvalidType(f"flows must be of one kind, got {type(a).__name__} and {type(b).__name__}")
    if isinstance(a, GradientFlow):
        vectors = a.vector(), b.means if as_published else b.vector()
    else:
        vectors = a.vector(form), b.vector(form)
    if vectors[0].shape != vectors[1].shape:
        raise InvalidValue("flows must be of networks with the same layers")
    return METRICS[metric](*vectors)


def as_module(model: nn.Module | LayeredNetwork) -> nn.Module:
    """Return a module as it is, a network as masked layers.

    >>> as_module(nn.Linear(2, 1))
    Linear(in_features=2, out_features=1, bias=True)
    """
    return to_module(model, "masked") if isinstance(model, LayeredNetwork) else model
