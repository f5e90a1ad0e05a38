"""Coalescent embedding and greedy routing."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy import sparse
from scipy.sparse import csgraph

from netsparse import measures
from netsparse.measures.embedding import (
    LENGTHS,
    REDUCTIONS,
    _angles,
    _centred,
    _leading,
    disc_radii,
    largest_component,
    tree_distances,
)
from tests.measures.oracle import layer_of, read
from tests.measures.small import LAYERS, relabelled

GRAPHS = read("measures_coalescent")["graphs"]
WITH_ANGLES = [name for name, graph in GRAPHS.items() if name not in ("star_1x6", "complete_3x4")]
cases = pytest.mark.parametrize(("name", "rule"), [(n, r) for n in WITH_ANGLES for r in ("RA1", "RA2")])


def pair_distances(angles) -> np.ndarray:
    """Return the angle between each pair: what rotation and reflection leave alone."""
    angles = np.asarray(angles)
    return np.pi - np.abs(np.pi - np.abs(angles[:, None] - angles[None, :]))


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
def test_component_radii_and_lengths(graph):
    adjacency, nodes = largest_component(layer_of(graph))
    known = graph["values"]
    assert nodes.tolist() == known["component_nodes"]
    if "radial" in known and np.ptp(np.diff(adjacency.indptr)):
        assert disc_radii(np.diff(adjacency.indptr), ties="index") == pytest.approx(known["radial"], abs=1e-9)
    for rule in ("RA1", "RA2"):
        lengths = LENGTHS[rule.lower()](adjacency).toarray()
        ours = [lengths[a, b] for a, b in known["component_links"]]
        assert ours == pytest.approx(known[rule]["link_weights"], abs=1e-9)


@cases
def test_isomap(name, rule):
    adjacency, _ = largest_component(layer_of(GRAPHS[name]))
    known = GRAPHS[name]["values"][rule]
    lengths = LENGTHS[rule.lower()](adjacency)
    distances = csgraph.shortest_path(lengths, directed=False)
    for ours, method in ((distances, "ncISO"), (_centred(distances), "ISO")):
        values = np.linalg.svd(ours, compute_uv=False)[:6]
        assert values == pytest.approx(known[f"singular_values_{method}"], rel=1e-9, abs=1e-9)
    for reduction, method in (("ncisomap", "ncISO"), ("isomap", "ISO")):
        reduced = REDUCTIONS[reduction](lengths)
        assert bool(reduced.reason) == (not known[method].get("defined", True))
        if not reduced.reason:
            angles = _angles(reduced.coordinates, "original")
            assert pair_distances(angles) == pytest.approx(pair_distances(known[method]["angle"]), abs=1e-6)


@cases
def test_laplacian_eigenmaps(name, rule):
    adjacency, _ = largest_component(layer_of(GRAPHS[name]))
    reduced = REDUCTIONS["laplacian"](LENGTHS[rule.lower()](adjacency))
    angles = _angles(reduced.coordinates, "original")
    known = GRAPHS[name]["values"][rule]["LE"]["angle"]
    assert pair_distances(angles) == pytest.approx(pair_distances(known), abs=1e-6)


@cases
def test_minimum_curvilinear_embedding_on_the_listed_tree(name, rule):
    adjacency, nodes = largest_component(layer_of(GRAPHS[name]))
    known = GRAPHS[name]["values"][rule]
    lengths = LENGTHS[rule.lower()](adjacency)
    assert csgraph.minimum_spanning_tree(lengths).sum() == pytest.approx(known["tree_weight"])
    ends = np.array(known["tree"])
    weights = lengths.toarray()[ends[:, 0], ends[:, 1]]
    tree = tree_distances(sparse.csr_array((weights, ends.T), shape=(nodes.size, nodes.size)))
    for matrix, dimension, method in ((tree, 1, "ncMCE"), (_centred(tree), 0, "MCE")):
        angles = _angles(_leading(matrix, (dimension,)).coordinates, "original")
        assert pair_distances(angles) == pytest.approx(pair_distances(known[method]["angle"]), abs=1e-6)


@cases
@pytest.mark.parametrize("method", ["ncISO", "ISO", "MCE", "ncMCE"])
def test_greedy_routing_on_listed_coordinates(name, rule, method):
    graph = GRAPHS[name]
    known = graph["values"][rule][method]
    layer, nodes = layer_of(graph), graph["values"]["component_nodes"]
    radii, angles = (np.full(sum(layer.shape), np.nan) for _ in range(2))
    radii[nodes] = graph["values"]["radial"]
    angles[nodes] = 2 * np.pi * np.array(known["EA_rank"]) / len(nodes)
    found = measures.greedy_routing(layer, angles, radii)
    assert found == pytest.approx(known["greedy_routing_EA"], abs=1e-9)


@pytest.mark.parametrize("name", ["star", "full", "matching", "empty", "one link"])
@pytest.mark.parametrize("reduction", ["ncisomap", "isomap", "laplacian"])
def test_what_has_no_embedding_says_why(name, reduction):
    found = measures.coalescent_embedding(LAYERS[name], reduction=reduction)
    assert found.note and np.isnan(found.angles).all() and np.isnan(found.radii).all()


@pytest.mark.parametrize("seed", range(3))
def test_names_of_nodes_do_not_matter(seed):
    layer = LAYERS["stored zeros"]
    rng = np.random.default_rng(seed)
    moved = relabelled(layer, seed)
    rows, columns = (rng.permutation(size) for size in layer.shape)  # as `relabelled` does
    places = np.concatenate([rows, layer.shape[0] + columns])
    first, second = (measures.coalescent_embedding(each, adjustment="original") for each in (layer, moved))
    assert second.radii[places] == pytest.approx(first.radii, nan_ok=True)
    assert pair_distances(second.angles[places]) == pytest.approx(pair_distances(first.angles), abs=1e-6, nan_ok=True)


def test_nodes_outside_the_largest_component_have_no_place():
    found = measures.coalescent_embedding(LAYERS["isolated"])
    assert found.fraction == pytest.approx(5 / 9)
    assert np.isnan(found.radii).sum() == 4


def test_graphs_of_one_kind_of_nodes_are_embedded_too():
    graph = nx.to_scipy_sparse_array(nx.karate_club_graph(), weight=None)
    found = measures.coalescent_embedding(graph)
    assert not found.note
    assert measures.greedy_routing(graph, found.angles, found.radii).success > 0.5


@pytest.mark.parametrize("option", ["lengths", "reduction", "adjustment", "ties"])
def test_an_unknown_name_lists_the_known_ones(option):
    with pytest.raises(ValueError, match=r"unknown .* 'best'; known: "):
        measures.coalescent_embedding(LAYERS["square"], **{option: "best"})


@pytest.mark.parametrize(
    ("angles", "message"), [([0.0, 1.0], r"must have shape \(6,\)"), ([np.nan] * 6, "must be finite")]
)
def test_coordinates_that_do_not_fit(angles, message):
    with pytest.raises(ValueError, match=message):
        measures.greedy_routing(LAYERS["square"], angles, np.zeros(6))
