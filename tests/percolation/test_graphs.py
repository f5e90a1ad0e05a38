"""Curves of graphs of one kind of node are what recomputation with networkx says, removal by removal."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netsparse as ns
from netsparse.graph import Graph
from netsparse.importance import LINKS, NEURONS, RECOMPUTED_LINKS, RECOMPUTED_NEURONS, order_names

KARATE = nx.karate_club_graph()


@st.composite
def graphs(draw) -> Graph:
    """Any graph of up to nine nodes, isolated ones included; some weights are exactly 0.0."""
    n = draw(st.integers(1, 9))
    density = draw(st.sampled_from([0.0, 0.2, 0.5, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sources, targets = np.nonzero(np.triu(rng.random((n, n)) < density, k=1))
    weights = rng.normal(size=sources.size) * (rng.random(sources.size) > 0.2)
    return Graph.from_links(sources, targets, weights, n_nodes=n)


def recomputed(graph: Graph, order, kind: str) -> list[tuple[int, float]]:
    """Return largest component and second moment after every removal, by networkx."""
    left, states = graph.to_networkx(), []
    links = list(zip(*(part.tolist() for part in graph.links()[:2]), strict=True))
    for gone in [None, *order.tolist()]:
        if gone is not None:
            left.remove_node(gone) if kind == "neurons" else left.remove_edge(*links[gone])
        sizes = [len(part) for part in nx.connected_components(left)]
        largest = max(sizes, default=0)
        states.append((largest, (sum(size**2 for size in sizes) - largest**2) / graph.n_nodes))
    return states


@pytest.mark.parametrize("kind", ["links", "neurons"])
@settings(max_examples=60, deadline=None)
@given(graph=graphs(), data=st.data())
def test_a_curve_is_what_networkx_recomputes(kind, graph, data):
    n = graph.n_links if kind == "links" else graph.n_nodes
    order = np.array(data.draw(st.permutations(range(n))), dtype=np.int64)[: data.draw(st.integers(0, n))]
    curve = ns.percolation.curve(graph, order, kind=kind)
    expected = recomputed(graph, order, kind)
    assert curve.largest_component.tolist() == [largest for largest, _ in expected]
    assert curve.second_moment == pytest.approx([moment for _, moment in expected])
    assert list(curve.frame()) == ["removed", "fraction", "largest_component", "second_moment"]


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_a_curve_of_every_named_order(kind):
    known = (LINKS, RECOMPUTED_LINKS) if kind == "links" else (NEURONS, RECOMPUTED_NEURONS)
    graph = ns.as_graph(KARATE)
    for name in order_names(*known):
        order = getattr(ns.importance, "link_order" if kind == "links" else "neuron_order")(graph, name, rng=3)
        assert sorted(order) == list(range(78 if kind == "links" else 34)), name
        curve = ns.percolation.curve(KARATE, name, kind=kind, rng=3)
        assert curve.largest_component.tolist() == [largest for largest, _ in recomputed(graph, order, kind)], name


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_importances_are_those_of_networkx(graph):
    other = graph.to_networkx()
    links = list(zip(*(part.tolist() for part in graph.links()[:2]), strict=True))
    degrees = dict(other.degree())
    strengths = {node: sum(abs(w) for _, _, w in other.edges(node, data="weight")) for node in other}
    of_links = {
        "weight": [abs(other.edges[link]["weight"]) for link in links],
        "degree": [degrees[i] * degrees[j] for i, j in links],
        "strength": [strengths[i] * strengths[j] for i, j in links],
        "betweenness": [nx.edge_betweenness_centrality(other, normalized=False)[link] for link in links],
    }
    betweenness = nx.betweenness_centrality(other, normalized=False)
    of_nodes = {
        "degree": [degrees[node] for node in other],
        "strength": [strengths[node] for node in other],
        "betweenness": [betweenness[node] for node in other],
        "collective-influence": [_influence(other, node) for node in other],
    }
    for function, expected in ((ns.importance.links, of_links), (ns.importance.neurons, of_nodes)):
        for name, values in expected.items():
            [found] = function(graph, name)
            assert found.tolist() == pytest.approx(values), name


def _influence(graph: nx.Graph, node: int) -> int:
    distances = nx.single_source_shortest_path_length(graph, node)
    rim = sum(graph.degree(other) - 1 for other, distance in distances.items() if distance == 2)
    return (graph.degree(node) - 1) * rim


@settings(max_examples=40, deadline=None)
@given(graphs(), st.integers(0, 9))
def test_recomputed_degree_takes_the_largest_of_what_is_left(graph, seed):
    left = graph.to_networkx()
    links = list(zip(*(part.tolist() for part in graph.links()[:2]), strict=True))
    for link in ns.importance.link_order(graph, "recomputed-degree", rng=seed).tolist():
        products = {(i, j): left.degree(i) * left.degree(j) for i, j in left.edges}
        assert left.degree(links[link][0]) * left.degree(links[link][1]) == max(products.values())
        left.remove_edge(*links[link])
    left = graph.to_networkx()
    for node in ns.importance.neuron_order(graph, "recomputed-degree", rng=seed).tolist():
        assert left.degree(node) == max(dict(left.degree()).values())
        left.remove_node(node)


@pytest.mark.parametrize("by", ["degree", "reverse-weight"])
def test_links_that_are_pruned_are_the_first_of_the_order(by):
    graph = ns.as_graph(KARATE)
    order = ns.importance.link_order(graph, by, rng=1)
    left = ns.robustness.prune_links(KARATE, 0.25, by, rng=1)
    assert left.n_links == 78 - 20 and left.n_nodes == 34
    expected = nx.Graph(graph.to_networkx())
    sources, targets, _ = graph.links()
    expected.remove_edges_from(zip(sources[order[:20]].tolist(), targets[order[:20]].tolist(), strict=True))
    assert left == ns.as_graph(expected)


def test_nodes_that_are_removed_stay_isolated():
    women = ns.as_graph(nx.davis_southern_women_graph())
    order = ns.importance.neuron_order(women, "degree", rng=1)
    left = ns.robustness.remove_neurons(women, 0.5, "degree", rng=1)
    assert left.names == women.names
    assert not left.degrees[order[:16]].any()
    rest = women.to_networkx().subgraph([women.names[node] for node in order[16:]])
    assert left.n_links == rest.number_of_edges()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ns.percolation.curve(KARATE, "degree", quantities="paths"), "neither inputs nor outputs"),
        (lambda: ns.percolation.curve(KARATE, "degree", quantities=("components", "pairs")), "neither inputs"),
        (lambda: ns.percolation.curve(KARATE, "nothing"), "unknown importance of links 'nothing'"),
        (lambda: ns.percolation.curve(KARATE, [0, 78]), "ids of links go from 0 to 77"),
        (lambda: ns.percolation.survival(ns.as_graph(KARATE), "degree"), "no neuron layers"),
        (lambda: ns.percolation.minimum_cut(ns.as_graph(KARATE)), "no neuron layers"),
        (lambda: ns.importance.link_order(KARATE, "degree", readout=True), "readout must be False"),
        (lambda: ns.importance.neuron_order(KARATE, "degree", inputs=True), "inputs must be False"),
        (lambda: ns.report.percolate(KARATE, "degree", pairs=True), "pairs must be False"),
    ],
)
def test_what_a_graph_does_not_have_is_one_clear_error(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_name_stands_for_its_order_in_networks_too():
    network = ns.generate.erdos_renyi((6, 8, 5, 2), 0.4, rng=0)
    for kind, order in (("links", ns.importance.link_order), ("neurons", ns.importance.neuron_order)):
        named = ns.percolation.curve(network, "degree", kind=kind, rng=5)
        assert named.frame().equals(ns.percolation.curve(network, order(network, "degree", rng=5), kind=kind).frame())
    lives = ns.percolation.survival(network, "degree", rng=5)
    same = ns.percolation.survival(network, ns.importance.link_order(network, "degree", rng=5))
    assert all(map(np.array_equal, lives.links, same.links))
