"""Initial topologies: exact counts whatever the shape, and the statistics of the published codes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse.generate import (
    correlated_links,
    receptive_field_links,
    regular_links,
    scale_free_links,
    small_world_links,
)
from netsparse.generate.correlated import absolute_correlations

ORACLES = Path(__file__).parents[1] / "oracles"
CSTI = json.loads((ORACLES / "csti.json").read_text())["graphs"]
TOPOLOGIES = json.loads((ORACLES / "initial_topologies.json").read_text())

RULES = {
    "brf": receptive_field_links,
    "brf-uniform": lambda shape, n, rng: receptive_field_links(shape, n, degrees="uniform", rng=rng),
    "brf-nearest": lambda shape, n, rng: receptive_field_links(shape, n, randomness=0, rng=rng),
    "bsw": small_world_links,
    "bsw-windows": lambda shape, n, rng: small_world_links(shape, n, beta=0, rng=rng),
    "bsf": scale_free_links,
    "bsf-even": lambda shape, n, rng: scale_free_links(shape, n, even_inputs=True, rng=rng),
    "regular": regular_links,
    "csti": lambda shape, n, rng: correlated_links(shape, n, np.random.default_rng(0).random((5, 4)), rng=rng),
}


@pytest.mark.parametrize("rule", RULES)
@given(shape=st.tuples(st.integers(1, 12), st.integers(1, 12)), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_exactly_n_distinct_links_in_csr_order(rule, shape, share, seed):
    n = round(share * shape[0] * shape[1])
    rows, columns = RULES[rule](shape, n, rng=seed)
    assert rows.size == columns.size == n
    assert ((rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])).all()
    assert (np.diff(rows * shape[1] + columns) > 0).all()
    again = RULES[rule](shape, n, rng=seed)
    assert np.array_equal(again[0], rows) and np.array_equal(again[1], columns)


@pytest.mark.parametrize("rule", RULES)
def test_more_links_than_fit_are_refused(rule):
    with pytest.raises(ValueError, match="n = 13 links do not fit into a layer of 3 x 4"):
        RULES[rule]((3, 4), 13, rng=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: receptive_field_links((3, 4), 2, randomness=1.5), "randomness must be"),
        (
            lambda: receptive_field_links((3, 4), 2, degrees="even"),
            "unknown distribution of degrees 'even'; known: fixed",
        ),
        (lambda: small_world_links((3, 4), 2, beta=-1), "beta must be"),
        (lambda: correlated_links((3, 4), 2, np.ones(5)), "inputs must be of shape"),
        (lambda: correlated_links((3, 4), 2, np.ones((1, 5))), "two samples or more"),
        (lambda: correlated_links((3, 4), 2, np.full((3, 5), np.nan)), "inputs must be finite"),
    ],
)
def test_bad_arguments_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("graph", CSTI, ids=lambda graph: graph["name"])
def test_correlations_are_the_published_ones(graph):
    np.testing.assert_allclose(absolute_correlations(graph["X"]), graph["corr_abs"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", CSTI[0]["cases"], ids=lambda case: f"{case['shape_label']}-{case['k']}")
def test_csti_links_the_most_correlated_and_some_of_the_tied(case):
    must, tied = ({tuple(pair) for pair in case[name]} for name in ("must", "tied"))
    seen = set()
    for seed in range(40):
        rows, columns = correlated_links((case["rows"], case["columns"]), case["k"], CSTI[0]["X"], rng=seed)
        links = set(zip(rows.tolist(), columns.tolist(), strict=True))
        assert len(links) == case["k"] and must <= links
        assert links - must <= tied and len(links - must) == case["choose_from_tied"]
        seen |= links - must
    assert seen == tied


def ring_distance(rows, columns, n) -> np.ndarray:
    apart = np.abs(rows - columns)
    return np.minimum(apart, n - apart)


@pytest.mark.parametrize("case", [case for case in TOPOLOGIES["deterministic"] if case["model"] == "brf r=0"])
def test_brf_without_randomness_links_the_nearest(case):
    n, k = case["n"], case["k"]
    rows, columns = receptive_field_links((n, n), n * k, randomness=0, rng=0)
    for output, expected in enumerate(case["rows"]):
        linked = set(rows[columns == output].tolist())
        assert set(expected["must"]) <= linked
        assert len(linked & set(expected["tied"])) == expected["choose"] and len(linked) == k


@pytest.mark.parametrize("case", [c for c in TOPOLOGIES["deterministic"] if c["model"] == "bsw beta=0"])
def test_bsw_without_randomness_links_the_published_windows_where_they_do_not_wrap(case):
    shape, n = (case["rows"], case["columns"]), round(case["density"] * case["rows"] * case["columns"])
    found = np.zeros(shape, dtype=int)
    found[small_world_links(shape, n, beta=0, rng=0)] = 1
    small, large = min(shape), max(shape)
    k = n // large
    expected = np.array([list(map(int, row)) for row in case["mask"]])
    found, expected = (matrix if shape[0] <= shape[1] else matrix.T for matrix in (found, expected))
    start = [node * small / large - k / 2 for node in range(large)]
    inside = [node for node in range(large) if 0 <= start[node] <= small - k and expected[:, node].sum() == k]
    assert len(inside) > large // 2
    assert np.array_equal(found[:, inside], expected[:, inside])
    assert (found.sum(axis=0) == k).all() and (found.sum(axis=1) == n // small).all()


def sample(case, seeds) -> dict[str, np.ndarray]:
    """Return statistics of our topologies, named as those of the published codes; their rows are outputs."""
    shape, n = (case["columns"], case["rows"]), round(case["density"] * case["rows"] * case["columns"])
    draw = {
        "brf": lambda rng: receptive_field_links(
            shape, n, randomness=case["r"], degrees=case["degree_distribution"], rng=rng
        ),
        "bsw": lambda rng: small_world_links(shape, n, beta=case["beta"], rng=rng),
        "bsf": lambda rng: scale_free_links(shape, n, rng=rng),
    }[case["model"]]
    found: dict[str, list[float]] = {}
    for seed in range(seeds):
        inputs, outputs = draw(seed)
        sides = {"row": np.bincount(outputs, minlength=shape[1]), "column": np.bincount(inputs, minlength=shape[0])}
        for side, degrees in sides.items():
            found.setdefault(f"{side}_degree_sd", []).append(degrees.std())
            found.setdefault(f"{side}_degree_max", []).append(degrees.max())
            found.setdefault(f"{side}s_without_link", []).append((degrees == 0).sum())
        if shape[0] == shape[1]:
            found.setdefault("ring_distance_mean", []).append(ring_distance(inputs, outputs, shape[0]).mean())
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize(
    "case",
    TOPOLOGIES["random"],
    ids=lambda case: (
        f"{case['model']}-{case['rows']}x{case['columns']}-{case.get('r', case.get('beta'))}-{case['code'][:4]}"
    ),
)
def test_statistics_are_those_of_the_published_codes(case):
    for name, values in sample(case, 150).items():
        if name not in case:
            continue
        mean, error = case[name]
        combined = np.hypot(error, values.std() / values.size**0.5)
        assert abs(values.mean() - mean) <= 5 * combined + 1e-9, (name, values.mean(), mean, combined)


def test_brf_spreads_over_all_inputs_of_a_wide_layer():
    rows, _ = receptive_field_links((60, 100), 600, randomness=0.1, rng=0)
    assert (np.bincount(rows, minlength=60) > 0).all()
    _, columns = receptive_field_links((100, 60), 600, randomness=0.1, rng=0)
    assert (np.bincount(columns, minlength=60) == 10).all()


@given(shape=st.tuples(st.integers(1, 15), st.integers(1, 15)), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_degrees_of_a_regular_layer_differ_by_one_at_most(shape, share, seed):
    sides = regular_links(shape, round(share * shape[0] * shape[1]), rng=seed)
    for side, size in zip(sides, shape, strict=True):
        assert np.ptp(np.bincount(side, minlength=size)) <= 1


def test_regular_layers_differ_and_link_any_two_nodes():
    counts = np.zeros((8, 8))
    for seed in range(2000):
        counts[regular_links((8, 8), 16, rng=seed)] += 1
    assert np.abs(counts / 2000 - 0.25).max() < 6 * (0.25 * 0.75 / 2000) ** 0.5
