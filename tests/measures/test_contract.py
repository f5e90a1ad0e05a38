"""What every measure promises: a number or a reason, whatever the layer, and nothing that depends on labels."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse.cli.families import family
from netsparse.measures import MEASURES, Value, register
from netsparse.measures.registry import FACTS, Measure
from tests.measures.small import LAYERS, padded, relabelled
from tests.strategies import layers

OF_LAYERS = [name for name, about in MEASURES.items() if about.of != "graph"]
EXACT = [name for name in OF_LAYERS if not MEASURES[name].draws or name == "paths"]
UNCHANGED_BY_ISOLATED_NEURONS = {
    "robins-alexander": None,
    "assortativity": None,
    "assortativity-symmetric": None,
    "lcp-corr": None,
    "k-core": [""],
    "spectral-gap": None,
    "three-walks": None,
    "power-law": None,
    "gini": None,
    "pq-index": None,
    "meta-depth-cores": None,
    "credit-paths": ["total"],
}


def same(a: Value, b: Value) -> bool:
    return (math.isnan(a.value) and math.isnan(b.value)) or math.isclose(a.value, b.value, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("name", OF_LAYERS)
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_every_layer_gets_numbers_or_reasons(name, layer):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parts = MEASURES[name](layer, rng=0)
    assert parts
    for part, value in parts.items():
        assert isinstance(value, Value) and isinstance(value.value, float), part
        assert not math.isnan(value.value) or value.note, part


@pytest.mark.parametrize("name", [name for name in OF_LAYERS if MEASURES[name].draws])
def test_the_same_seed_gives_the_same_numbers(name):
    layer = LAYERS["stored zeros"]
    first, second = (MEASURES[name](layer, rng=3) for _ in range(2))
    assert all(same(first[part], second[part]) for part in first)


@pytest.mark.parametrize("name", EXACT)
@settings(max_examples=15)
@given(layer=layers(), seed=st.integers(0, 1000))
def test_names_of_neurons_do_not_matter(name, layer, seed):
    before, after = MEASURES[name](layer), MEASURES[name](relabelled(layer, seed))
    assert all(same(before[part], after[part]) for part in before)


@pytest.mark.parametrize("name", UNCHANGED_BY_ISOLATED_NEURONS)
@settings(max_examples=15)
@given(layer=layers())
def test_isolated_neurons_change_nothing_where_the_definition_says_so(name, layer):
    before, after = MEASURES[name](layer), MEASURES[name](padded(layer))
    for part in UNCHANGED_BY_ISOLATED_NEURONS[name] or before:
        assert same(before[part], after[part]), part


def test_isolated_neurons_do_change_a_mean_over_all_neurons():
    layer = LAYERS["square"]
    for name in ("density", "nodf", "latapy"):
        before, after = MEASURES[name](layer), MEASURES[name](padded(layer))
        assert any(after[part].value < before[part].value for part in before), name


@pytest.mark.parametrize("name", OF_LAYERS)
def test_weights_matter_only_where_the_measure_says_so(name):
    if MEASURES[name].reads & {"weights", "placement"} or MEASURES[name].draws:
        return
    layer = LAYERS["stored zeros"]
    other = layer.with_weights(np.arange(layer.n_links) / 7.0 - 1)
    before, after = MEASURES[name](layer), MEASURES[name](other)
    assert all(same(before[part], after[part]) for part in before)


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_says_what_it_is(name):
    about, row = MEASURES[name], MEASURES.entry(name).row()
    assert about.formula and about.bounds and about.cost and about.reads <= set(FACTS)
    assert about.formula in row.summary and about.of in row.needs and row.source
    graph = LAYERS["square"] if about.of != "graph" else LAYERS["square"].biadjacency
    assert about.seconds(graph) >= 0


def test_the_family_is_listed():
    assert family("measure") is MEASURES


def test_a_new_measure_is_one_function_and_one_registration():
    @register("n-links", of="layer", formula="m", bounds="0 or more", reads={"size"})
    def n_links(layer):
        """Return the number of links."""
        return Value(float(layer.n_links))

    try:
        assert MEASURES["n-links"](LAYERS["square"]) == {"": Value(7.0)}
        assert MEASURES.entry("n-links").summary == "Return the number of links. Formula: m. Range: 0 or more."
    finally:
        MEASURES.unregister("n-links")


@pytest.mark.parametrize(("of", "reads"), [("cube", {"links"}), ("layer", {"colour"})])
def test_a_measure_of_something_unknown_is_refused(of, reads):
    with pytest.raises(ValueError, match="unknown"):
        Measure(len, of, "", "", "", "", frozenset(reads), float)
