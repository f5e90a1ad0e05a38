"""Removals by an importance that is computed anew after every link."""

from __future__ import annotations

import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork, generate, importance, percolation, rewire, robustness
from netsparse.rewire import REMOVAL, Recipe

HUBS = BipartiteLayer.from_links([0] * 4 + [1] * 3, range(7), np.ones(7), shape=(2, 7))


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_hub_of_the_moment_loses_a_link(seed):
    """Row 0 has four links, row 1 three: static degrees take all of row 0, recomputed ones take turns."""
    static = HUBS.without_links(REMOVAL["degree"](HUBS, 4, rng=np.random.default_rng(seed)))
    moment = HUBS.without_links(REMOVAL["recomputed-degree"](HUBS, 4, rng=np.random.default_rng(seed)))
    assert static.row_degrees.tolist() == [0, 3]
    assert sorted(moment.row_degrees.tolist()) == [1, 2]


@pytest.mark.parametrize("n", [0, 1, 20, 41])
def test_an_importance_has_one_name_in_rewiring_attack_and_percolation(n):
    layer = generate.erdos_renyi((12, 9), density=0.4, readout=0, rng=0).layers[0]
    gone = REMOVAL["recomputed-degree"](layer, n, rng=np.random.default_rng(3))
    order = importance.link_order(layer, "recomputed-degree", rng=3)
    assert gone.tolist() == sorted(order[:n].tolist())
    attacked = robustness.get_attack("links-recomputed-degree").order(LayeredNetwork([layer]), readout=False, rng=3)
    assert np.array_equal(attacked, order)
    assert percolation.curve(layer, order).n_removals == layer.n_links
    assert set(importance.RECOMPUTED_LINKS) < set(REMOVAL)


def test_an_update_takes_them_from_every_layer_and_conserves_the_links():
    network = LayeredNetwork([HUBS, BipartiteLayer.from_links(range(7), [0] * 7, np.ones(7), shape=(7, 3))])
    recipe = Recipe(removal="recomputed-degree", regrowth="random", clean_up="none", zeta=0.6)
    rewired, _, update = rewire.step(network, None, recipe, progress=0.0, rng=0)
    assert [layer.n_links for layer in rewired.layers] == [7, 7]
    kept = HUBS.without_links(update.layers[0].removed_from)
    assert sorted(kept.row_degrees.tolist()) == [1, 2]


def test_layers_cannot_compete_by_values_of_the_moment():
    with pytest.raises(ValueError, match=r"scope 'network' needs .* removal 'recomputed-degree'"):
        Recipe(removal="recomputed-degree", scope="network")


def test_it_always_takes_the_most_important_first():
    with pytest.raises(ValueError, match=r"unknown removal 'reverse-recomputed-degree'; known: .*, recomputed-degree"):
        Recipe(removal="reverse-recomputed-degree")
