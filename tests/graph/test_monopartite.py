from __future__ import annotations

import pickle

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from netsparse.graph import Graph


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 8))
    pairs = draw(
        st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda pair: pair[0] < pair[1]))
    )
    weights = draw(st.lists(st.sampled_from([0.0, 1.0, -0.5]), min_size=len(pairs), max_size=len(pairs)))
    names = draw(st.none() | st.just([f"node {i} é" for i in range(n)]))
    sources, targets = np.array(sorted(pairs), dtype=int).reshape(-1, 2).T
    return Graph.from_links(sources, targets, weights, n_nodes=n, names=names)


@given(graphs())
def test_degrees_and_links_are_those_of_networkx(graph):
    plain = nx.Graph()
    plain.add_nodes_from(range(graph.n_nodes))
    plain.add_weighted_edges_from(zip(*(part.tolist() for part in graph.links()), strict=True))
    assert graph.n_links == plain.number_of_edges()
    assert graph.degrees.tolist() == [degree for _, degree in plain.degree()]
    assert graph.density == pytest.approx(nx.density(plain))


@given(graphs())
def test_a_graph_is_a_value(graph):
    same = Graph(graph.adjacency, graph.names)
    assert same == graph
    assert hash(same) == hash(graph)
    assert pickle.loads(pickle.dumps(graph)) == graph
    assert graph != Graph(graph.adjacency, [f"other {i}" for i in range(graph.n_nodes)])
    with pytest.raises(ValueError, match="read-only"):
        graph.adjacency.indptr[0] = 1


def test_links_may_be_named_from_either_end():
    assert Graph.from_links([0, 2], [1, 1]) == Graph.from_links([1, 1], [0, 2])


def test_the_frame_has_the_names():
    frame = Graph.from_links([0], [1], [0.5], names=["a", "b"]).to_frame()
    assert frame.to_dict("list") == {"source": ["a"], "target": ["b"], "weight": [0.5]}


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (sp.csr_array(np.ones((2, 3))), "adjacency must be square, got 2 x 3"),
        (sp.csr_array(([1.0], ([0], [1])), shape=(2, 2)), "a link from node 0 to 1 and none back"),
        (sp.csr_array(([1.0, 2.0], ([0, 1], [1, 0])), shape=(2, 2)), "nodes 0 and 1 has weights 1 and 2"),
        (sp.csr_array(np.eye(2)), "node 0 is linked to itself; 2 self-loops"),
        (sp.csr_array(([np.nan] * 2, ([0, 1], [1, 0])), shape=(2, 2)), "NaN or infinite"),
    ],
)
def test_what_is_no_graph_is_refused(matrix, words):
    with pytest.raises(ValueError, match=words):
        Graph(matrix)


def test_a_link_that_is_given_twice_is_refused():
    with pytest.raises(ValueError, match="given more than once"):
        Graph.from_links([0, 1], [1, 0])


@pytest.mark.parametrize(
    ("names", "error", "words"),
    [
        (["a", "a"], ValueError, "names must be different, 'a' is there twice"),
        (["a"], ValueError, "names must be 2, one each, got 1"),
        (["a", 1], TypeError, "names must be texts, got 1"),
        ("ab", TypeError, "names must be a sequence of texts"),
    ],
)
def test_bad_names_are_refused(names, error, words):
    with pytest.raises(error, match=words):
        Graph(sp.csr_array(np.array([[0.0, 1], [1, 0]])), names)
