"""Null models keep what they say, and the curveball draws every layer of the given degrees equally often."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from netsparse import BipartiteLayer, LayeredNetwork, generate, measures
from netsparse.graph.keys import layer_keys
from tests.strategies import layers, networks

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "measures_null.json").read_text(encoding="utf-8"))
ENSEMBLES = {name: graph for name, graph in ORACLE["graphs"].items() if "matrices" in graph}


def layer_of(links: list, shape: tuple[int, int]) -> BipartiteLayer:
    rows, columns = np.array(links).T
    return BipartiteLayer.from_links(rows, columns, np.ones(len(links)), shape)


def facts(layer: BipartiteLayer) -> dict:
    """Return what a null model may keep, as values that can be compared."""
    return {
        "size": (layer.shape, layer.n_links),
        "degrees": (layer.row_degrees.tolist(), layer.column_degrees.tolist()),
        "links": layer_keys(layer).tolist(),
        "weights": sorted(layer.weights.tolist()),
        "bias": layer.bias.tolist(),
    }


@pytest.mark.parametrize("name", generate.NULL_MODELS)
@settings(max_examples=30)
@given(layer=layers(), seed=st.integers(0, 1000))
def test_a_null_model_keeps_what_it_says_and_the_biases(name, layer, seed):
    model = generate.NULL_MODELS[name]
    before, after = facts(layer), facts(model(layer, rng=seed))
    assert all(before[fact] == after[fact] for fact in {*model.keeps, "bias"})


@pytest.mark.parametrize(
    ("name", "changed"), [("curveball", "links"), ("erdos-renyi", "degrees"), ("weights", "placement")]
)
def test_a_null_model_changes_the_rest(name, changed):
    layer = generate.erdos_renyi((30, 20), 0.2, readout=0, rng=0).layers[0]
    null = generate.NULL_MODELS[name](layer, rng=1)
    assert null != layer
    assert changed == "placement" or facts(null)[changed] != facts(layer)[changed]


@pytest.mark.parametrize("ensemble", ENSEMBLES.values(), ids=ENSEMBLES.keys())
def test_every_layer_of_the_ensemble_is_equally_likely(ensemble):
    shape = (len(ensemble["row_sums"]), len(ensemble["column_sums"]))
    states = {tuple(map(tuple, links)): place for place, links in enumerate(map(sorted, ensemble["matrices"]))}
    start, rng, draws = layer_of(ensemble["matrices"][0], shape), np.random.default_rng(7), 4000
    seen, rounds = Counter(), generate.mixing_rounds(start, rng=0)
    for _ in range(draws):
        null = generate.curveball(start, rounds=rounds, rng=rng)
        seen[states[tuple(zip(null.rows.tolist(), null.columns.tolist(), strict=True))]] += 1
    assert len(seen) == ensemble["count"]
    assert chisquare([seen[place] for place in range(len(states))]).pvalue > 1e-3
    shares = np.array([seen[place] for place in range(len(states))]) / draws
    for measure, name in ((spectral_norm, "spectral_norm"), (path_length, "char_path_reachable")):
        values = np.array([measure(layer_of(links, shape)) for links in map(sorted, ensemble["matrices"])])
        uniform = ensemble["uniform"][name]
        error = np.sqrt(uniform["variance_population"] / draws)
        assert values.mean() == pytest.approx(uniform["mean"], abs=1e-9)
        assert shares @ values == pytest.approx(uniform["mean"], abs=5 * error)


def spectral_norm(layer: BipartiteLayer) -> float:
    return measures.spectral_gap(layer)["norm"].value


def path_length(layer: BipartiteLayer) -> float:
    return measures.paths(layer)["length"].value


def test_a_chain_that_forces_trades_would_fail_this_chi_square():
    ensemble = ENSEMBLES["m_211_211"]
    forced = np.array(ensemble["checkerboards"]) / sum(ensemble["checkerboards"])
    assert chisquare(np.round(4000 * forced) * (4000 / np.round(4000 * forced).sum())).pvalue < 1e-3


@settings(max_examples=20)
@given(network=networks(), seed=st.integers(0, 100))
def test_every_layer_of_a_network_is_redrawn_by_itself(network, seed):
    null = generate.curveball(network, rng=seed)
    assert isinstance(null, LayeredNetwork) and (null.readout, null.activation) == (network.readout, network.activation)
    for ours, theirs in zip(null.layers, network.layers, strict=True):
        assert facts(ours)["degrees"] == facts(theirs)["degrees"]


def test_the_same_seed_draws_the_same_layer():
    layer = generate.erdos_renyi((30, 20), 0.2, readout=0, rng=0).layers[0]
    assert generate.curveball(layer, rng=5) == generate.curveball(layer, rng=5) != generate.curveball(layer, rng=6)


def test_slow_mixing_is_noticed():
    """One row holds half of the columns, the others one each: links of the large row move rarely."""
    n = 400
    rows = np.concatenate([np.zeros(n // 2, int), np.arange(1, n // 2 + 1)])
    hub = BipartiteLayer.from_links(rows, np.arange(n), np.ones(n), (n // 2 + 1, n))
    fast = generate.erdos_renyi((30, 60), 0.2, readout=0, rng=0).layers[0]
    assert generate.mixing_rounds(hub, rng=0) > generate.mixing_rounds(fast, rng=0)


@pytest.mark.parametrize("draw", [generate.curveball, generate.redraw_links, generate.permute_weights])
def test_anything_else_is_refused(draw):
    with pytest.raises(TypeError, match="graph must be a BipartiteLayer or a LayeredNetwork, got ndarray"):
        draw(np.eye(3))


def test_rounds_are_a_count():
    layer = generate.erdos_renyi((3, 3), 0.5, readout=0, rng=0).layers[0]
    assert generate.curveball(layer, rounds=0, rng=0).same_topology(layer)
    with pytest.raises(ValueError, match="rounds must be at least 0"):
        generate.curveball(layer, rounds=-1)


@pytest.mark.parametrize("name", generate.NULL_MODELS)
def test_neurons_keep_their_names(name):
    layer = generate.erdos_renyi((4, 3), 0.5, readout=0, rng=0).layers[0].with_names(columns=["a", "b", "c"])
    assert generate.NULL_MODELS[name](layer, rng=0).names == layer.names
