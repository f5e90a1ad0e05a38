"""The PQ index and the counts of adaptive pruning are those of the published code, guarded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import prune
from netsparse.errors import InvalidValue
from netsparse.measures import pq_index_of
from tests.prune.oracles import oracle

CASES = oracle("sap")["make_si_cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']} {case['p']} {case['q']}")
def test_index_bound_and_count_are_those_of_the_published_code(case):
    weights = np.array(case["w"])[np.array(case["mask"])]
    p, q = case["p"], case["q"]
    if case["name"] == "all_zero":
        assert prune.sap_count(weights, p=p, q=q, eta=1.0) == (0, 0.0, 5, True)
        return
    assert pq_index_of(weights, p, q) == pytest.approx(case["exact_float64"]["I_pq"], abs=1e-14)
    for row in case["counts"]:
        found = prune.sap_count(weights, p=p, q=q, eta=row["eta_r"], gamma=row["gamma"], beta=row["beta"])
        assert (found.bound, found.count, found.is_zero) == (row["exact_m"], row["exact_c"], False)


@pytest.mark.parametrize("n", [1, 3, 7, 1000])
@pytest.mark.parametrize("size", [1e-300, 0.1, 1.0, 1e300])
def test_equal_sizes_make_no_progress_whatever_they_are(n, size):
    weights = size * (-1.0) ** np.arange(n)
    for p, q in ((0.5, 1.0), (1.0, 2.0), (1.0, 1.2)):
        found = prune.sap_count(weights, p=p, q=q)
        assert found.count == 0
        assert found.index == pytest.approx(0, abs=1e-12)


def test_nothing_is_no_error():
    assert prune.sap_count([]) == (0, 0.0, 0, True)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(0.01, 100))
def test_the_index_knows_no_scale_and_no_order_and_the_count_its_bounds(weights, scale):
    weights = np.array(weights)
    index = pq_index_of(weights)
    assert 0 <= index < 1
    assert pq_index_of(scale * weights[::-1]) == pytest.approx(index, abs=1e-9)
    found = prune.sap_count(weights, gamma=9.0, eta=0.1)
    assert 0 <= found.count <= 0.9 * weights.size + 1e-6


@pytest.mark.parametrize(
    ("options", "name"),
    [({"p": 0}, "p"), ({"p": 1, "q": 1}, "q"), ({"eta": -1}, "eta"), ({"gamma": -1}, "gamma"), ({"beta": 2}, "beta")],
)
def test_numbers_out_of_range_are_refused_by_name(options, name):
    with pytest.raises(InvalidValue, match=f"^{name} must be") as error:
        prune.sap_count([1, 2], **options)
    assert error.value.parameter == name


def test_a_weight_that_is_no_number_is_refused():
    with pytest.raises(InvalidValue, match="1 are NaN"):
        pq_index_of([1.0, np.nan])
