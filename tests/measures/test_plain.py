"""Compiled loops against networkx and plain definitions, on layers with every awkward feature."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, generate, measures
from netsparse.measures.community_search import _improved, _modularity
from netsparse.measures.sides import block, sides
from tests.strategies import layers


def graph_of(layer: BipartiteLayer) -> nx.Graph:
    """Return the graph of rows 0, 1, ... and columns after them."""
    return nx.from_scipy_sparse_array(block(layer))


@settings(max_examples=40)
@given(layer=layers())
def test_clustering(layer):
    graph, n_rows = graph_of(layer), layer.shape[0]
    assert measures.robins_alexander(layer).value == pytest.approx(nx.bipartite.robins_alexander_clustering(graph))
    for mode in ("dot", "min", "max"):
        known = nx.bipartite.clustering(graph, mode=mode)
        found = measures.latapy_of_neurons(layer, mode)
        assert found["rows"] == pytest.approx([known[v] for v in range(n_rows)])
        assert found["columns"] == pytest.approx([known[v] for v in range(n_rows, len(graph))])


@settings(max_examples=40)
@given(layer=layers())
def test_nestedness(layer):
    pattern = np.zeros(layer.shape)
    pattern[layer.rows, layer.columns] = 1
    nested = {}
    for side, matrix in (("rows", pattern), ("columns", pattern.T)):
        degrees = matrix.sum(axis=1)
        pairs = [
            (matrix[i] @ matrix[k]) / degrees[k] if degrees[i] > degrees[k] > 0 else 0
            for i, k in itertools.permutations(range(len(matrix)), 2)
        ]
        nested[side] = 2 * np.mean(pairs) * 100 if pairs else np.nan
    found = measures.nodf(layer)
    for side, value in nested.items():
        assert found[side].value == pytest.approx(value, nan_ok=True)


@settings(max_examples=40)
@given(layer=layers())
def test_local_communities(layer):
    graph, n_rows = graph_of(layer), layer.shape[0]
    found = measures.local_communities(layer)
    for link, (i, j) in enumerate(zip(layer.rows.tolist(), (layer.columns + n_rows).tolist(), strict=True)):
        paths = [(a, b) for a in set(graph[i]) - {j} for b in set(graph[j]) - {i} if graph.has_edge(a, b)]
        assert found.links_among[link] == len(paths)
        assert found.common_neighbours[link] == len({a for a, _ in paths}) + len({b for _, b in paths})


@settings(max_examples=30)
@given(layer=layers())
def test_cores(layer):
    known = nx.core_number(graph_of(layer))
    found = measures.core_numbers(layer)
    assert np.concatenate(list(found.values())).tolist() == [known[v] for v in range(sum(layer.shape))]


def lengths_of(layer: BipartiteLayer) -> dict[str, list[int]]:
    """Return the distances of all pairs with a path, by kind."""
    n_rows, found = layer.shape[0], {"row-row": [], "row-column": [], "column-column": []}
    for source, targets in nx.all_pairs_shortest_path_length(graph_of(layer)):
        for target, distance in targets.items():
            if source < target:
                kind = ("row-row", "row-column", "column-column")[int(source >= n_rows) + int(target >= n_rows)]
                found[kind].append(distance)
    return found


@settings(max_examples=30)
@given(layer=layers())
def test_path_lengths(layer):
    check_path_lengths(layer)


@pytest.mark.parametrize("density", [0.008, 0.02, 0.1])
def test_path_lengths_from_more_sources_than_a_word_has_bits(density):
    check_path_lengths(generate.erdos_renyi((90, 70), density, readout=0, rng=0).layers[0])


def check_path_lengths(layer: BipartiteLayer) -> None:
    r, c = layer.shape
    pairs = {"row-row": r * (r - 1) // 2, "row-column": r * c, "column-column": c * (c - 1) // 2}
    found = measures.path_lengths(layer)
    for kind, lengths in lengths_of(layer).items():
        if pairs[kind] == 0:
            assert np.isnan(found[kind]).all()
            continue
        assert found[kind].reachable == pytest.approx(len(lengths) / pairs[kind])
        assert found[kind].efficiency == pytest.approx(sum(1 / d for d in lengths) / pairs[kind])
        assert found[kind].length == pytest.approx(np.mean(lengths) if lengths else np.nan, nan_ok=True)
        assert found[kind].diameter == pytest.approx(max(lengths, default=np.nan), nan_ok=True)


@settings(max_examples=40)
@given(layer=layers(), seed=st.integers(0, 99))
def test_sweeps_never_lower_modularity(layer, seed):
    if not layer.n_links:
        return
    rng = np.random.default_rng(seed)
    rows, columns = (rng.integers(0, 4, size) for size in layer.shape)
    found = _improved(layer, sides(layer), rows, columns)
    assert found.modularity >= _modularity(layer, rows, columns) - 1e-12
    assert found.modularity == pytest.approx(measures.barber_modularity(layer, found.rows, found.columns))


@settings(max_examples=25)
@given(layer=layers(max_size=5), seed=st.integers(0, 99))
def test_greedy_routing(layer, seed):
    """Walk from every node to every other one, the next step always to the neighbour nearest the target."""
    rng = np.random.default_rng(seed)
    angles, radii = rng.uniform(0, 2 * np.pi, sum(layer.shape)), rng.uniform(0.5, 3, sum(layer.shape))
    graph = graph_of(layer)
    nodes = sorted(max(nx.connected_components(graph), key=lambda part: (len(part), -min(part))))
    found = measures.greedy_routing(layer, angles, radii)
    if len(nodes) < 2:
        assert np.isnan(found.score)
        return

    def distance(a: int, b: int) -> float:
        product = np.sinh(radii[a]) * np.sinh(radii[b]) * np.cos(angles[a] - angles[b])
        return np.arccosh(max(np.cosh(radii[a]) * np.cosh(radii[b]) - product, 1))

    scores, steps = [], []
    for source, target in itertools.permutations(nodes, 2):
        walk = [source]
        while walk[-1] != target:
            onward = (
                target if graph.has_edge(walk[-1], target) else min(graph[walk[-1]], key=lambda v: distance(v, target))
            )
            if len(walk) > 1 and onward == walk[-2]:
                break
            walk.append(onward)
        arrived = walk[-1] == target
        scores.append(nx.shortest_path_length(graph, source, target) / (len(walk) - 1) if arrived else 0)
        steps += [len(walk) - 1] if arrived else []
    assert found.score == pytest.approx(np.mean(scores))
    assert found.success == pytest.approx(len(steps) / len(scores))
    assert found.steps == pytest.approx(np.mean(steps))
