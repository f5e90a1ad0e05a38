import copy
import pickle

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer
from tests.strategies import layers


def small_layer(**kwargs):
    return BipartiteLayer(sp.csr_array(([0.5, 0.0, 2.0], ([0, 0, 1], [0, 2, 1])), shape=(2, 3)), **kwargs)


def test_stored_zero_is_a_link():
    layer = small_layer()
    assert layer.n_links == 3
    assert layer.biadjacency.nnz == 3
    assert layer.weights.tolist() == [0.5, 0.0, 2.0]
    assert layer.density == 0.5


def test_links_are_numbered_in_csr_order_whatever_the_order_given():
    layer = BipartiteLayer.from_links([1, 0, 0], [0, 2, 1], [3.0, 2.0, 1.0], shape=(2, 3))
    assert layer.rows.tolist() == [0, 0, 1]
    assert layer.columns.tolist() == [1, 2, 0]
    assert layer.weights.tolist() == [1.0, 2.0, 3.0]


def test_degrees_count_links_not_weights():
    layer = small_layer()
    assert layer.row_degrees.tolist() == [2, 1]
    assert layer.column_degrees.tolist() == [1, 1, 1]


FORMATS = ["csr", "csc", "coo", "bsr", "dia", "dok", "lil"]


@pytest.mark.parametrize("kind", [sp.csr_array, sp.csr_matrix])
@pytest.mark.parametrize("name", FORMATS)
def test_takes_any_sparse_format_with_its_stored_zeros(name, kind):
    stored = kind(([1.5, 0.0, 2.5], ([0, 1, 2], [1, 2, 3])), shape=(3, 4))
    layer = BipartiteLayer(stored.asformat(name))
    assert layer == BipartiteLayer(stored)
    assert layer.n_links == 3


@given(layers())
def test_every_format_has_the_links_that_its_nnz_counts(layer):
    for name in FORMATS:
        matrix = layer.biadjacency.asformat(name)
        assert BipartiteLayer(matrix).n_links == matrix.nnz
        assert np.array_equal(BipartiteLayer(matrix).biadjacency.toarray(), layer.biadjacency.toarray())
        if name not in ("bsr", "dia"):  # which store blocks and diagonals whole
            assert BipartiteLayer(matrix, layer.bias) == layer


def test_blocks_and_diagonals_are_links_as_they_are_stored():
    block = sp.bsr_array((np.array([[[1.0, 0.0], [0.0, 2.0]]]), [0], [0, 1]), shape=(2, 2))
    assert BipartiteLayer(block).weights.tolist() == [1, 0, 0, 2]
    diagonals = sp.dia_array((np.array([[0.0, 1, 2], [3, 4, 5]]), [0, 2]), shape=(2, 3))
    assert BipartiteLayer(diagonals).biadjacency.toarray().tolist() == [[0, 0, 5], [0, 1, 0]]
    assert BipartiteLayer(diagonals).n_links == diagonals.nnz == 3


@pytest.mark.parametrize(
    "matrix",
    [
        sp.coo_array(([1.0, 2.0], ([1, 1], [0, 0])), shape=(2, 2)),
        sp.csr_array(([1.0, 2.0], [0, 0], [0, 0, 2]), shape=(2, 2)),
        sp.csc_array(([1.0, 2.0], [1, 1], [0, 2, 2]), shape=(2, 2)),
        sp.bsr_array((np.ones((2, 1, 1)), [0, 0], [0, 0, 2]), shape=(2, 2)),
    ],
    ids=["coo", "csr", "csc", "bsr"],
)
def test_links_that_are_there_twice_are_named(matrix):
    with pytest.raises(ValueError, match=r"1 links are given more than once, such as that from row 1 to column 0"):
        BipartiteLayer(matrix)


@pytest.mark.parametrize("name", ["csr", "csc", "coo", "bsr"])
@pytest.mark.parametrize("far", [7, -7])
def test_indices_that_point_outside_are_refused_before_they_are_followed(name, far):
    matrix = sp.csr_array(np.eye(2)).asformat(name)
    if name == "coo":
        matrix.row[:] = far
    else:
        matrix.indices[:] = far
    with pytest.raises(ValueError, match=r"indices|index values|rows must be"):
        BipartiteLayer(matrix)


@pytest.mark.parametrize(
    ("given_dtype", "kept"),
    [(np.float32, np.float32), (np.float64, np.float64), (np.int64, np.float64), (bool, np.float64)],
)
def test_dtype(given_dtype, kept):
    layer = BipartiteLayer(sp.csr_array(np.eye(2, dtype=given_dtype)), bias=[1, 2])
    assert layer.dtype == kept
    assert layer.bias.dtype == kept


def test_does_not_share_memory_with_its_input():
    matrix = sp.csr_array(np.eye(3))
    bias = np.zeros(3)
    layer = BipartiteLayer(matrix, bias)
    matrix.data[0] = bias[0] = 9.0
    assert layer.weights[0] == 1.0
    assert layer.bias[0] == 0.0


def test_is_immutable():
    layer = small_layer()
    for array in (layer.weights, layer.columns, layer.indptr, layer.bias, layer.biadjacency.data):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        layer.bias = np.ones(3)
    replaced = layer.biadjacency
    replaced.data = replaced.data * 2
    assert layer.weights.tolist() == [0.5, 0.0, 2.0]


def test_equality_sees_topology_weights_bias_and_dtype():
    layer = small_layer()
    assert layer == small_layer()
    assert hash(layer) == hash(small_layer())
    assert layer != small_layer(bias=[0, 0, 1])
    assert layer != layer.with_weights([0.5, 0.0, 3.0])
    assert layer != BipartiteLayer(sp.csr_array(layer.biadjacency.toarray()))
    assert layer != BipartiteLayer(layer.biadjacency.astype(np.float32))
    assert layer != "layer"


@given(layers())
def test_copies_and_pickles_are_equal(layer):
    assert copy.deepcopy(layer) == layer
    assert pickle.loads(pickle.dumps(layer)) == layer


def test_with_weights_keeps_the_topology():
    layer = small_layer()
    other = layer.with_weights([1.0, 2.0, 3.0], bias=[1, 1, 1])
    assert other.same_topology(layer)
    assert other.weights.tolist() == [1.0, 2.0, 3.0]
    assert other.bias.tolist() == [1, 1, 1]


def test_repr_says_what_it_is():
    assert repr(small_layer()) == "BipartiteLayer(2 x 3, 3 links, density 0.5, float64)"


def test_to_frame_has_a_row_per_link():
    assert small_layer().to_frame().to_numpy().tolist() == [[0, 0, 0.5], [0, 2, 0.0], [1, 1, 2.0]]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((np.eye(2),), TypeError, "must be a scipy sparse array"),
        ((sp.csr_array(np.eye(2) * 1j),), TypeError, "real"),
        ((sp.csr_array((0, 2)),), ValueError, "at least one row"),
        ((sp.coo_array(([1.0, 2.0], ([0, 0], [1, 1])), shape=(2, 2)),), ValueError, "1 links are given more than once"),
        ((sp.csr_array(np.array([[np.nan, np.inf]])),), ValueError, "2 of 2 weights are NaN or infinite"),
        ((sp.csr_array(np.eye(2)), [1.0]), ValueError, r"shape \(2,\), got \(1,\)"),
        ((sp.csr_array(np.eye(2)), [1.0, np.nan]), ValueError, "1 of 2 biases"),
    ],
)
def test_bad_input(arguments, error, words):
    with pytest.raises(error, match=words):
        BipartiteLayer(*arguments)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ([0.5, 1], TypeError, "rows must be whole numbers"),
        ([True, False], TypeError, "rows must be whole numbers"),
        ([0, 2], ValueError, "rows must be from 0 to 1"),
        ([0, -1], ValueError, "rows must be from 0 to 1"),
    ],
)
def test_links_must_name_neurons(rows, error, words):
    with pytest.raises(error, match=words):
        BipartiteLayer.from_links(rows, [0, 1], [1.0, 2.0], shape=(2, 2))


def test_complex_biases_are_refused():
    with pytest.raises(TypeError, match="biases must be real"):
        small_layer(bias=np.array([1j, 0, 0]))


@pytest.mark.parametrize(("links", "error"), [([True, False, True], TypeError), ([-1], ValueError), ([3], ValueError)])
def test_without_links_takes_positions_alone(links, error):
    with pytest.raises(error, match="links must be"):
        small_layer().without_links(links)


def test_corrupt_indices_are_refused():
    matrix = sp.csr_array(np.eye(2))
    matrix.indices = np.array([0, 7], dtype=matrix.indices.dtype)
    with pytest.raises(ValueError, match="indices"):
        BipartiteLayer(matrix)


def test_with_weights_refuses_another_number_of_links():
    with pytest.raises(ValueError, match=r"\(3,\)"):
        small_layer().with_weights([1.0])


@given(layers(), st.randoms(use_true_random=False))
def test_without_links_drops_exactly_these(layer, random):
    dropped = random.sample(range(layer.n_links), random.randint(0, layer.n_links))
    left = layer.without_links(dropped)
    kept = np.setdiff1d(np.arange(layer.n_links), dropped)
    assert left.rows.tolist() == layer.rows[kept].tolist()
    assert left.columns.tolist() == layer.columns[kept].tolist()
    assert left.weights.tolist() == layer.weights[kept].tolist()
    assert left.bias.tolist() == layer.bias.tolist()
    assert left.shape == layer.shape


@pytest.mark.parametrize("make", [sp.csr_array, sp.csc_array])
def test_pointers_that_fall_are_refused_even_without_a_link(make):
    """scipy follows them when it sorts, and Python ends with a corrupted heap."""
    matrix = make((3, 3))
    matrix.indptr[1] = 10**6
    with pytest.raises(ValueError, match="index pointer"):
        BipartiteLayer(matrix)
