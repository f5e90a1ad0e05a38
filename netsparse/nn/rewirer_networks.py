"""The sparse layers of any model as networks: a chain, or each by itself."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from netsparse.errors import InvalidValue, check_positions
from netsparse.graph import LayeredNetwork
from netsparse.nn.feedforward import FeedForward
from netsparse.nn.part import LinearPart
from netsparse.rewire import Recipe


class Networks:
    """The networks that the sparse layers of a model are.

    Attributes
    ----------
    names : list of tuple of str
        Of each network, its layers.
    recipes : list of Recipe
        The recipe of each.
    """

    def __init__(self, model: nn.Module, parts: Mapping[str, LinearPart], recipe: Recipe, chain: str | None):
        self._parts = parts
        self._readout, self._activation = 0, chain or "identity"
        if isinstance(model, FeedForward):
            chain, self._readout, self._activation = model.activation, model.readout, model.activation
        if chain is not None:
            self.names, self.recipes = [tuple(parts)], [recipe]
        else:
            _refuse_joint(recipe, len(parts))
            self.names = [(name,) for name in parts]
            self.recipes = [_of_layer(recipe, index) for index in range(len(parts))]
        self.now()  # layers that are no chain are refused here

    def now(self) -> list[LayeredNetwork]:
        """Return the networks with the links and weights that they have."""
        return [
            LayeredNetwork([self._parts[name].to_layer() for name in names], self._readout, self._activation)
            for names in self.names
        ]


def _refuse_joint(recipe: Recipe, n_layers: int) -> None:
    """Raise an error if a recipe is about several layers at a time, which are no network together."""
    joint = {
        "scope 'network'": recipe.scope == "network",
        f"sharing {recipe.sharing!r}": recipe.sharing != "own",
        "stops_together": recipe.stops_together,
        "a changing density by distribution": recipe.changes_density and recipe.distribution != "uniform",
    }
    for what, asked in joint.items():
        if asked and n_layers > 1:
            raise InvalidValue(
                f"recipe: {what} is about layers together; say chain, the activation between them, if they are one",
                parameter="recipe",
            )
    for name in ("frozen_layers", "frozen_biases"):
        check_positions(name, getattr(recipe, name), n_layers)


def _of_layer(recipe: Recipe, index: int) -> Recipe:
    """Return the recipe of one layer by itself."""
    own = {name: [0] * (index in getattr(recipe, name)) for name in ("frozen_layers", "frozen_biases")}
    return recipe.replace(**own)
