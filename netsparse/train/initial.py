"""The network a run starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.generate import STARTS, initial, layer_densities
from netsparse.graph import LayeredNetwork
from netsparse.train.seeds import Purpose, generator
from netsparse.train.settings import Settings

if TYPE_CHECKING:
    from netsparse.datasets import Dataset
    from netsparse.datasets.standardised import Standardised


def initial_network(
    settings: Settings, n_inputs: int, n_classes: int, *, data: Dataset | None = None, dtype=np.float32
) -> LayeredNetwork:
    """Return a network with a dense readout, as the settings, their recipe and their seed say.

    Parameters
    ----------
    settings : Settings
        Their model, recipe and seed are used; their data, too, where the start needs training inputs.
    n_inputs, n_classes : int
        Sizes of the first and the last neuron layer.
    data : Dataset, optional
        For a start that needs training inputs: it sees those that are trained on, standardised.
    dtype : {float32, float64}

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    ValueError
        If the density leaves a layer without a link, or the start needs data that are not given.

    Examples
    --------
    >>> from netsparse.train import Settings, initial_network
    >>> initial_network(Settings(hidden=[20, 20], density=0.1), n_inputs=30, n_classes=4)
    LayeredNetwork(30-20-20-4, 180 links, density 0.1667, 1 readout layer, relu, float32)
      0  30 x 20, 60 links, density 0.1
      1  20 x 20, 40 links, density 0.1
      2  20 x 4, 80 links, density 1 (readout)
    """
    recipe, sizes = settings.recipe, (n_inputs, *settings.model.hidden, n_classes)
    density = settings.model.density if recipe.density is None else recipe.density.at(0.0, recipe.until)
    shapes = list(zip(sizes[:-2], sizes[1:-1], strict=True))
    uniform = recipe.distribution == "uniform"
    sees_inputs = data is not None and "inputs" in STARTS.entry(recipe.start.name).needs
    return initial(
        sizes,
        density if uniform else layer_densities(shapes, density, recipe.distribution),
        recipe.start.name,
        options=recipe.start.options_at(0.0, recipe.until),
        inputs=training_data(settings, data, dtype).x_train if sees_inputs else None,
        weights=recipe.weights,
        dtype=dtype,
        rng=generator(settings.run.seed, 0, Purpose.INITIAL),
    )


def training_data(settings: Settings, data: Dataset, dtype) -> Standardised:
    """Return the data as a run sees them: samples for validation held out, inputs standardised by what is left."""
    rng = generator(settings.run.seed, 0, Purpose.VALIDATION)
    return data.validation_split(settings.data.validation, rng=rng).standardised(dtype)
