"""Structural consistency, small-worldness and angular separability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import measures
from netsparse.measures.consistency import removal_count
from netsparse.measures.sides import block
from tests.measures.oracle import from_pairs, layer_of, number, read
from tests.measures.small import LAYERS
from tests.strategies import layers

STRUCTURAL = read("measures_structural")["graphs"]
WORLDS = {name: g for name, g in read("measures_null")["graphs"].items() if name.startswith("small_world")}
CIRCLES = {name: g for name, g in read("measures_asi")["graphs"].items() if np.ndim(g["coords"]) == 1}


def positions(layer, links: list) -> list[int]:
    places = {pair: k for k, pair in enumerate(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))}
    return [places[tuple(link)] for link in links]


@pytest.mark.parametrize("graph", STRUCTURAL.values(), ids=STRUCTURAL.keys())
def test_scores_and_consistency_of_listed_removals(graph):
    layer, values = layer_of(graph), graph["values"]
    assert removal_count(layer.n_links) == values["links_removed"]
    for known in values["sets"]:
        removed = positions(layer, known["removed"])
        scores = measures.perturbed_scores(layer, removed)
        assert scores == pytest.approx(np.array(known["score_row_column"]), abs=1e-9)
        expected = known["sigma_row_column"]["expected"]
        assert measures.consistency_of_removal(layer, removed) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=25)
@given(layer=layers(max_size=6), seed=st.integers(0, 99))
def test_scores_are_those_of_the_eigenvectors_of_the_block_graph(layer, seed):
    if layer.n_links < 2:
        return
    removed = np.random.default_rng(seed).choice(layer.n_links, max(layer.n_links // 5, 1), replace=False)
    rest = block(layer.without_links(removed)).toarray()
    change = block(layer).toarray() - rest
    values, vectors = np.linalg.eigh(rest)
    expected, start = np.zeros_like(rest), 0
    for stop in np.append(np.flatnonzero(np.diff(values) > 1e-11) + 1, values.size):
        own = vectors[:, start:stop]
        expected += own @ (np.diag(values[start:stop]) + own.T @ change @ own) @ own.T
        start = stop
    n_rows = layer.shape[0]
    assert measures.perturbed_scores(layer, removed) == pytest.approx(expected[:n_rows, n_rows:], abs=1e-9)


def test_too_few_links_have_no_consistency():
    assert measures.structural_consistency(LAYERS["one link"], rng=0).note == "fewer than 5 links: a tenth is none"


@pytest.mark.parametrize("graph", WORLDS.values(), ids=WORLDS.keys())
def test_small_worldness_against_listed_samples(graph):
    shape = (graph["rows"], graph["columns"])
    nulls = [from_pairs(links, shape) for links in graph["null_links"]]
    found = measures.small_worldness(from_pairs(graph["links"], shape), nulls)
    assert found.robins_alexander == pytest.approx(graph["sigma_robins_alexander"], abs=1e-9)
    assert found.latapy == pytest.approx(graph["sigma_latapy_dot"], abs=1e-9)
    assert found.null_reachable == pytest.approx(graph["null_mean"]["reachable"], abs=1e-9)


def test_no_clustering_in_the_null_samples_is_no_small_world():
    found = measures.small_world(LAYERS["matching"], rng=0)[""]
    assert np.isnan(found.value) and found.note == "null samples without clustering, or no path"


@pytest.mark.parametrize("graph", CIRCLES.values(), ids=CIRCLES.keys())
@pytest.mark.parametrize("worst", ["theoretical", "computed"])
def test_angular_separability(graph, worst):
    known = graph[f"{worst}_worst"]
    found = measures.angular_separability(
        graph["coords"], graph["labels"], worst=worst, permutations=np.array(graph["permutations"])
    )
    assert found.mistakes.tolist() == pytest.approx([number(each) for each in graph["mistakes"]], nan_ok=True)
    assert found.index == pytest.approx(number(known["index"]), abs=1e-12, nan_ok=True)
    if worst == "theoretical":
        assert found.groups.tolist() == pytest.approx([number(v) for v in known["groups"]], abs=1e-12, nan_ok=True)
    assert found.p == pytest.approx(number(known["p_value"]), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("angles", "labels", "message"),
    [
        ([1, 2, 3], [0, 0, 1], "at least four"),
        ([1, 2, 3, 4], [0, 0, 0, 0], "two groups or more"),
        ([1, 2, 3, 4], [0, 1, 2, 3], "one of them of two nodes"),
        ([1, 2, 3, 4], [0, 1], "one length"),
        ([1, 2, 3, np.nan], [0, 0, 1, 1], "finite"),
    ],
)
def test_what_has_no_separability_is_refused(angles, labels, message):
    with pytest.raises(ValueError, match=message):
        measures.angular_separability(angles, labels)
