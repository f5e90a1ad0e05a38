"""Initial topologies: exact counts, what each promises, and rules of one's own held to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse.errors import NetsparseError
from netsparse.generate import STARTS, erdos_renyi, initial
from netsparse.graph.keys import to_keys
from netsparse.rewire import Recipe
from netsparse.train import initial_network
from tests.generate.starts import most_varying
from tests.train.small import clusters, settings

SIZES = (12, 15, 14, 3)


@pytest.fixture
def register(request):
    """Registers a start for the time of a test."""

    def register(rule, **about):
        STARTS.register("mine", rule, summary="Mine.", **about)
        request.addfinalizer(lambda: STARTS.unregister("mine"))

    return register


shapes = st.tuples(st.integers(1, 12), st.integers(1, 12))


@pytest.mark.parametrize("name", STARTS)
@given(shape=shapes, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_every_start_returns_as_many_distinct_links_as_it_is_asked_for(name, shape, share, seed):
    n = round(share * shape[0] * shape[1])
    rows, columns = STARTS[name](shape, n, rng=np.random.default_rng(seed))
    assert rows.shape == columns.shape == (n,)
    assert np.unique(to_keys(rows, columns, shape)).size == n
    if n:
        assert rows.min() >= 0 and rows.max() < shape[0]
        assert columns.min() >= 0 and columns.max() < shape[1]


@given(shape=shapes, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_rows_of_a_k_regular_layer_have_equal_degrees_up_to_rounding(shape, share, seed):
    n = round(share * shape[0] * shape[1])
    rows, _ = STARTS["k-regular"](shape, n, rng=np.random.default_rng(seed))
    degrees = np.bincount(rows, minlength=shape[0])
    fewer, n_longer = divmod(n, shape[0])
    assert sorted(degrees) == [fewer] * (shape[0] - n_longer) + [fewer + 1] * n_longer


@pytest.mark.parametrize("n", [3, 5, 8])
def test_every_set_of_columns_of_a_row_and_every_longer_row_is_equally_likely(n):
    """Of 2 rows of 5 columns with 3, 5 or 8 links: 100, 200 or 25 layers, as chi-squared tells."""
    rng, draws = np.random.default_rng(0), 4000
    found: dict[bytes, int] = {}
    for _ in range(draws):
        rows, columns = STARTS["k-regular"]((2, 5), n, rng=rng)
        key = np.sort(to_keys(rows, columns, (2, 5))).tobytes()
        found[key] = found.get(key, 0) + 1
    sets = {3: 2 * 5 * 10, 5: 2 * 10 * 10, 8: 5 * 5}[n]
    assert len(found) == sets
    counts = np.array(list(found.values()))
    chi_squared = ((counts - draws / sets) ** 2 / (draws / sets)).sum()
    assert chi_squared < sets + 5 * np.sqrt(2 * sets)


def test_a_huge_k_regular_layer_takes_memory_for_its_links_alone():
    rows, columns = STARTS["k-regular"]((10**6, 10**6), 10**6, rng=np.random.default_rng(0))
    assert (np.bincount(rows) == 1).all()
    assert np.unique(columns).size > 0.6 * 10**6


def test_the_usual_start_is_erdos_renyi_to_the_bit():
    assert initial(SIZES, 0.3, rng=1) == erdos_renyi(SIZES, 0.3, rng=1)
    assert initial(SIZES, 0.3, "k-regular", rng=1) != erdos_renyi(SIZES, 0.3, rng=1)


def test_a_recipe_names_the_start_of_a_training():
    network = initial_network(settings(start="k-regular"), 12, 3)
    for layer in network.sparse_layers:
        assert layer.n_links == round(0.3 * layer.shape[0] * layer.shape[1])
        assert np.ptp(layer.row_degrees) <= 1
    assert network.layers[-1].density == 1
    assert network == initial_network(settings(recipe=Recipe(start="k-regular", until=0.75)), 12, 3)


def test_a_rule_gets_what_it_declares_and_its_options(register):
    seen = []

    def mine(shape, n, *, index, shapes, rng, width=1):
        seen.append((shape, n, index, shapes, width))
        return STARTS["erdos-renyi"](shape, n, rng=rng)

    register(mine)
    recipe = Recipe(start={"rule": "mine", "width": 3}, until=0.75)
    network = initial_network(settings(recipe=recipe), 12, 3)
    shapes = [(12, 15), (15, 14)]
    assert seen == [((12, 15), 54, 0, shapes, 3), ((15, 14), 63, 1, shapes, 3)]
    assert network == initial_network(settings(), 12, 3)
    with pytest.raises(ValueError, match="start 'mine' has no option 'height'; its options: width"):
        Recipe(start={"rule": "mine", "height": 3})


def test_inputs_are_seen_only_by_rules_that_need_them(register):
    register(most_varying)
    inputs = np.random.default_rng(0).random((20, 12)) * np.arange(12)
    network = initial(SIZES, 0.25, "mine", inputs=inputs, rng=0)
    assert set(network.layers[0].rows.tolist()) == {9, 10, 11}
    with pytest.raises(NetsparseError, match=r"^start 'mine' needs the training inputs: give inputs, or data"):
        initial(SIZES, 0.25, "mine", rng=0)
    with pytest.raises(NetsparseError, match="needs the training inputs"):
        initial_network(settings(start="mine"), 12, 3)
    assert initial_network(settings(start="mine"), 12, 3, data=clusters()).layers[0].n_links == 54


def test_inputs_that_were_not_asked_for_are_not_there(register):
    register(lambda shape, n, *, rng, inputs=None: STARTS["erdos-renyi"](shape, n, rng=rng if inputs is None else 9))
    assert initial(SIZES, 0.3, "mine", inputs=np.ones((5, 12)), rng=1) == erdos_renyi(SIZES, 0.3, rng=1)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (np.ones((5, 11)), r"inputs must be numbers of shape \(samples, 12\), got float64 of shape \(5, 11\)"),
        (np.ones(12), "inputs must be numbers"),
        (np.full((5, 12), "a"), "inputs must be numbers"),
        (np.full((5, 12), np.nan), "inputs hold NaN"),
    ],
)
def test_inputs_that_cannot_be_are_refused(inputs, words):
    with pytest.raises(ValueError, match=words):
        initial(SIZES, 0.3, inputs=inputs)


@pytest.mark.parametrize(
    ("links", "words"),
    [
        (lambda n: (np.zeros(n, int), np.zeros(n, int)), "returned a link twice in a layer of 12 x 15"),
        (lambda n: (np.zeros(n - 1, int), np.zeros(n, int)), r"asked for 54 links, got rows .* \(53,\) and \(54,\)"),
        (lambda n: (np.full(n, 12), np.arange(n) % 15), "returned links outside of a layer of 12 x 15"),
        (lambda n: (np.full(n, -1), np.arange(n) % 15), "returned links outside"),
        (lambda n: (np.zeros(n), np.arange(n) % 15), "must return whole numbers, got float64 and int64"),
    ],
)
def test_a_rule_that_does_not_do_its_work_is_named(register, links, words):
    register(lambda shape, n: links(n))
    with pytest.raises(ValueError, match=f"^start 'mine' .*{words}"):
        initial(SIZES, 0.3, "mine", rng=0)


def test_links_in_any_order_are_a_network(register):
    def backwards(shape, n, *, rng):
        rows, columns = STARTS["erdos-renyi"](shape, n, rng=rng)
        return rows[::-1].tolist(), columns[::-1].tolist()

    register(backwards)
    assert initial(SIZES, 0.3, "mine", rng=1) == erdos_renyi(SIZES, 0.3, rng=1)


def test_unknown_starts_list_the_known():
    with pytest.raises(ValueError, match="unknown start 'lattice'; known: erdos-renyi, k-regular"):
        initial(SIZES, 0.3, "lattice")
