"""The networks that the literature of pruning prunes, by name, before any training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from netsparse.errors import InvalidValue
from netsparse.generate import erdos_renyi
from netsparse.graph import LayeredNetwork
from netsparse.registry import Registry, declared

MODELS: Registry[Callable[..., nn.Module | LayeredNetwork]] = Registry("model")
"""Dense networks by name: functions of the numbers of inputs and classes, and of what they declare of image_shape and
rng. A module takes flat samples."""


@MODELS.register("lenet-300-100")
def lenet(n_features: int, n_classes: int, *, rng) -> LayeredNetwork:
    """Two hidden layers of 300 and 100 rectifiers, as a network of netsparse's own [1]_.

    References
    ----------
    .. [1] Y. LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 86, 1998.
    """
    return erdos_renyi((n_features, 300, 100, n_classes), 1.0, rng=rng)


@MODELS.register("conv4")
def conv4(n_features: int, n_classes: int, *, image_shape, rng) -> nn.Module:
    """Four 3 x 3 convolutions of 64, 64, 128 and 128 channels, pooled after every other, and two layers of 256 [1]_.

    References
    ----------
    .. [1] J. Frankle, M. Carbin, The lottery ticket hypothesis, ICLR 2019.
    """
    if image_shape is None:
        raise InvalidValue("model 'conv4' needs images, and the samples are plain vectors", parameter="model")
    channels, height, width = (1, *image_shape) if len(image_shape) == 2 else image_shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**62)))
        return nn.Sequential(
            nn.Unflatten(1, (channels, height, width)),
            *_block(channels, 64),
            *_block(64, 128),
            nn.Flatten(),
            nn.Linear(128 * (height // 4) * (width // 4), 256),
            nn.ReLU(),
            nn.Linear(256, 256),
            nn.ReLU(),
            nn.Linear(256, n_classes),
        )


def make_model(name: str, data, *, rng=None) -> nn.Module | LayeredNetwork:
    """Return a dense network for a data set.

    Parameters
    ----------
    name : str
        A name in :data:`netsparse.prune.MODELS`, or the place of a function of one's own, ``package.module:function``.
    data : netsparse.datasets.Dataset
    rng : numpy.random.Generator or seed, optional
        Of the initial weights.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.prune.make_model("lenet-300-100", ns.datasets.load("fashion-mnist-6k"), rng=0).sizes
    (784, 300, 100, 10)
    """
    function = MODELS.resolve(name, trusted=True)
    offered = {"image_shape": data.image_shape, "rng": np.random.default_rng(rng)}
    return function(data.n_features, data.n_classes, **declared(function, offered))


def _block(channels: int, width: int) -> list[nn.Module]:
    first, second = nn.Conv2d(channels, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
    return [first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2)]
