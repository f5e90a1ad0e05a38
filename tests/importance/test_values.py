"""Importance of links and neurons against plain loops and networkx."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate, importance
from netsparse.importance.collective_influence import collective_influence
from tests.importance.plain import graph_of, link_list, neuron_list
from tests.strategies import networks


def flat(values):
    return np.concatenate(values).tolist()


@pytest.mark.parametrize("by", importance.LINKS)
@settings(max_examples=30)
@given(network=networks())
def test_one_value_per_link(by, network):
    values = importance.links(network, by, rng=0)
    assert [layer.shape for layer in values] == [(layer.n_links,) for layer in network.layers]


@pytest.mark.parametrize("by", importance.NEURONS)
@settings(max_examples=30)
@given(network=networks())
def test_one_value_per_neuron(by, network):
    values = importance.neurons(network, by, rng=0)
    assert [layer.shape for layer in values] == [(size,) for size in network.sizes]


@given(network=networks())
def test_degrees_and_strengths_by_recount(network):
    links, neurons = link_list(network), neuron_list(network)
    weights = np.concatenate([layer.weights for layer in network.layers])
    degree, strength = dict.fromkeys(neurons, 0), dict.fromkeys(neurons, 0.0)
    for link, weight in zip(links, weights, strict=True):
        for end in link:
            degree[end] += 1
            strength[end] += abs(weight)
    assert flat(importance.neurons(network, "degree")) == [degree[v] for v in neurons]
    assert flat(importance.neurons(network, "strength")) == pytest.approx([strength[v] for v in neurons])
    assert flat(importance.links(network, "degree")) == [degree[u] * degree[v] for u, v in links]
    assert flat(importance.links(network, "strength")) == pytest.approx([strength[u] * strength[v] for u, v in links])
    assert flat(importance.links(network, "weight")) == [abs(weight) for weight in weights]


def betweenness_by_enumeration(network):
    """Share each pair of an input and an output equally among all paths that join them."""
    graph = graph_of(network)
    links, neurons = dict.fromkeys(graph.edges, 0.0), dict.fromkeys(graph, 0.0)
    last = len(network.layers)
    for source, target in itertools.product(range(network.sizes[0]), range(network.sizes[-1])):
        paths = list(nx.all_simple_paths(graph, (0, source), (last, target)))
        for path in paths:
            for link in itertools.pairwise(path):
                links[link] += 1 / len(paths)
            for neuron in path[1:-1]:
                neurons[neuron] += 1 / len(paths)
    return links, neurons


@settings(max_examples=50)
@given(network=networks(max_layers=3, max_size=5))
def test_betweenness_by_enumeration_of_paths(network):
    # networkx's edge_betweenness_centrality_subset (3.x) splits unequal path counts equally and is no oracle here.
    links, neurons = betweenness_by_enumeration(network)
    assert flat(importance.links(network, "betweenness")) == pytest.approx([links[link] for link in link_list(network)])
    expected = [neurons[neuron] for neuron in neuron_list(network)]
    assert flat(importance.neurons(network, "betweenness")) == pytest.approx(expected)


def test_neuron_betweenness_is_that_of_networkx():
    network = generate.erdos_renyi((20, 30, 30, 5), 0.1, rng=0)
    graph = graph_of(network)
    ends = [node for node in graph if node[0] == 0], [node for node in graph if node[0] == 3]
    expected = nx.betweenness_centrality_subset(graph, *ends)
    values = flat(importance.neurons(network, "betweenness"))
    assert values == pytest.approx([expected[neuron] for neuron in neuron_list(network)])


@settings(max_examples=40)
@given(network=networks(), radius=st.integers(1, 4))
def test_collective_influence_by_its_definition(network, radius):
    graph = graph_of(network).to_undirected()
    expected = []
    for neuron in neuron_list(network):
        distances = nx.single_source_shortest_path_length(graph, neuron)
        rim = [node for node, distance in distances.items() if distance == radius]
        expected.append((graph.degree[neuron] - 1) * sum(graph.degree[node] - 1 for node in rim))
    assert flat(collective_influence(network, radius)) == expected
    if radius == 2:
        assert flat(importance.neurons(network, "collective-influence")) == expected


@pytest.mark.parametrize("values", [importance.links, importance.neurons])
def test_random_values_depend_on_the_seed(values):
    layer = BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [1.0, 1.0, 1.0], shape=(2, 2))
    network = LayeredNetwork([layer])
    assert flat(values(network, "random", rng=1)) == flat(values(network, "random", rng=1))
    assert flat(values(network, "random", rng=1)) != flat(values(network, "random", rng=2))


def test_bad_input():
    network = LayeredNetwork([BipartiteLayer.from_links([0], [0], [1.0], shape=(2, 2))])
    with pytest.raises(ValueError, match="unknown importance of links 'size'; known: betweenness, degree, random"):
        importance.links(network, "size")
    with pytest.raises(ValueError, match="unknown importance of neurons 'weight'; known: betweenness, collective"):
        importance.neurons(network, "weight")
    with pytest.raises(ValueError, match="radius must be at least 1"):
        collective_influence(network, 0)
