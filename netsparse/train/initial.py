"""The network a run starts from."""

from __future__ import annotations

import numpy as np

from netsparse.generate import erdos_renyi, layer_densities
from netsparse.graph import LayeredNetwork
from netsparse.train.seeds import Purpose, generator
from netsparse.train.settings import Settings


def initial_network(settings: Settings, n_inputs: int, n_classes: int, *, dtype=np.float32) -> LayeredNetwork:
    """Return an Erdős-Rényi network with a dense readout, as the settings and their seed say.

    Parameters
    ----------
    settings : Settings
        `hidden`, `density`, `seed` and their recipe are used.
    n_inputs, n_classes : int
        Sizes of the first and the last neuron layer.
    dtype : {float32, float64}

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError
        If the density leaves a layer without a link.

    Examples
    --------
    >>> from netsparse.train import Settings, initial_network
    >>> initial_network(Settings(hidden=[20, 20], density=0.1), n_inputs=30, n_classes=4)
    LayeredNetwork(30-20-20-4, 180 links, density 0.1667, 1 readout layer, relu, float32)
      0  30 x 20, 60 links, density 0.1
      1  20 x 20, 40 links, density 0.1
      2  20 x 4, 80 links, density 1 (readout)
    """
    recipe, sizes = settings.to_recipe(), (n_inputs, *settings.hidden, n_classes)
    density = settings.density if recipe.density is None else recipe.density.at(0.0, recipe.until)
    shapes = list(zip(sizes[:-2], sizes[1:-1], strict=True))
    uniform = recipe.distribution == "uniform"
    return erdos_renyi(
        sizes,
        density if uniform else layer_densities(shapes, density, recipe.distribution),
        weights=recipe.weights,
        dtype=dtype,
        rng=generator(settings.seed, 0, Purpose.INITIAL),
    )
