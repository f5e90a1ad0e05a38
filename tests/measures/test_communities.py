"""Barber's modularity, of given divisions and the best found."""

from __future__ import annotations

import igraph
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import measures
from tests.measures.oracle import layer_of, read
from tests.measures.small import LAYERS
from tests.strategies import layers

GRAPHS = read("measures_modularity")["graphs"]
graphs = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())


@graphs
def test_modularity_of_given_divisions(graph):
    layer = layer_of(graph)
    for given_one in graph["values"]["given"]:
        ours = measures.barber_modularity(layer, given_one["rows"], given_one["columns"])
        assert ours == pytest.approx(given_one["Q_barber"], abs=1e-12), given_one["partition"]


@graphs
def test_the_best_division_is_near_the_best_known(graph):
    layer, values = layer_of(graph), graph["values"]
    found = measures.communities(layer, rng=0)
    assert found.modularity == pytest.approx(measures.barber_modularity(layer, found.rows, found.columns), abs=1e-12)
    assert found.modularity >= 0.97 * values["best_known"] - 1e-12
    if values.get("exact_maximum") is not None:
        assert found.modularity <= values["exact_maximum"]["Q_barber"] + 1e-9


@settings(max_examples=30)
@given(layer=layers(), seed=st.integers(0, 99))
def test_it_is_igraphs_modularity_of_the_digraph_from_rows_to_columns(layer, seed):
    labels = np.random.default_rng(seed).integers(0, 3, sum(layer.shape))
    rows, columns = labels[: layer.shape[0]], labels[layer.shape[0] :]
    ours = measures.barber_modularity(layer, rows, columns)
    if not layer.n_links:
        assert np.isnan(ours)
        return
    links = np.column_stack([layer.rows, layer.columns + layer.shape[0]]).tolist()
    digraph = igraph.Graph(n=sum(layer.shape), edges=links, directed=True)
    assert ours == pytest.approx(digraph.modularity(labels.tolist(), directed=True), abs=1e-12)


@settings(max_examples=20)
@given(layer=layers())
def test_neurons_with_links_and_no_others_are_in_groups(layer):
    if not layer.n_links:
        return
    found = measures.communities(layer, seeds=3, rng=0)
    assert found.modularity >= -1e-12
    linked = np.concatenate([layer.row_degrees, layer.column_degrees]) > 0
    assert ((np.concatenate([found.rows, found.columns]) >= 0) == linked).all()


def test_groups_are_numbered_by_size():
    found = measures.communities(LAYERS["disconnected"], rng=0)
    assert found.rows.tolist() == [0, 0, -1, 1, 1] and found.columns.tolist() == [0, 0, -1, 1, 1]


def test_the_global_generators_are_left_alone():
    import random

    random.seed(3)
    expected = random.random()
    random.seed(3)
    measures.communities(LAYERS["stored zeros"], rng=0)
    assert random.random() == expected


def test_a_label_for_every_neuron():
    with pytest.raises(ValueError, match="rows and columns must have a label for each neuron"):
        measures.barber_modularity(LAYERS["square"], [0, 1], [0, 1, 2])
