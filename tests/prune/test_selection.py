"""What a pruning takes: the published codes' masks and orders, exact counts, and never anything back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import prune
from netsparse.errors import InvalidValue
from netsparse.rewire import Schedule
from tests.prune.oracles import Taking, oracle

LTH = oracle("lth")
SAP = oracle("sap")["compress_cases"]
INCOP = oracle("incop_flow")


def full(weights):
    return [np.ones(weight.shape, dtype=bool) for weight in weights]


def lost(before, after, scope):
    """How many links each group of a scope loses between two masks."""
    gone = np.concatenate([(b & ~a).ravel() for b, a in zip(before, after, strict=True)])
    return [int(gone[group].sum()) for group in prune.SCOPES[scope]([mask.shape for mask in before])]


def assert_same_sequence(weights, published, scope):
    """With the published counts the masks are the published ones, and the one long order begins with each of them."""
    sizes = [np.abs(weight) for weight in weights]
    masks, order = full(weights), []
    for expected in published:
        found = prune.select(sizes, weights, masks, Taking(lost(masks, expected, scope)), scope=scope)
        for mine, theirs in zip(found.masks, expected, strict=True):
            assert np.array_equal(mine, theirs)
        masks = found.masks
        order.append(found.removed)
    once = prune.select(sizes, weights, full(weights), Taking(lost(full(weights), published[-1], scope)), scope=scope)
    if scope == "global":
        assert np.array_equal(once.removed, np.concatenate(order))
    assert set(once.removed) == set(np.concatenate(order))


@pytest.mark.parametrize("code", [name for name in LTH if name != "W"])
def test_lottery_tickets_are_those_of_three_published_codes(code):
    weights = [np.array(LTH["W"][name]) for name in ("layer0", "layer1")]
    published = [[np.array(masks[f"layer{i}"], dtype=bool) for i in range(2)] for masks in LTH[code]["masks"]]
    assert_same_sequence(weights, published, "global" if "sparse_global" in code else "layer")


@pytest.mark.parametrize("case", SAP, ids=lambda case: f"{case['scope']} {' '.join(case['mode'])}")
def test_masks_of_adaptive_pruning_are_the_published_ones(case):
    weights = [np.array(case["W1"]), np.array(case["W2"])]
    published = [[np.array(masks[f"fc{i}.weight"], dtype=bool) for i in (1, 2)] for masks in case["masks"]]
    assert_same_sequence(weights, published, case["scope"])


@pytest.mark.parametrize("name", INCOP["prune_once"])
def test_information_consistent_pruning_takes_the_published_links(name):
    names = ("fc1", "fc2", "fc3")
    weights = [np.array(INCOP["params_dense"][f"{layer}.weight"]) for layer in names]
    published = [
        [np.array(masks[layer], dtype=bool) for layer in names]
        for masks in INCOP["prune_once"][name]["masks_after_each_prune_once"]
    ]
    assert_same_sequence(weights, published, "layer" if name.startswith("lth") else "global")


def test_a_rate_takes_exactly_its_floor_and_the_readout_its_own():
    weights = [np.arange(1.0, 30).reshape(1, 29), np.arange(1.0, 31).reshape(2, 15)]
    found = prune.select(weights, weights, full(weights), prune.Rate(0.2, output_rate=0.1))
    assert [int(mask.sum()) for mask in found.masks] == [29 - 5, 30 - 3]
    assert found.removed.tolist() == [0, 1, 2, 3, 4, 29, 30, 31]


def test_the_order_is_that_of_the_scores_and_ties_go_by_position():
    scores = [np.array([[2.0, 1.0], [1.0, 0.0]])]
    found = prune.select(scores, scores, full(scores), Taking([3]))
    assert found.removed.tolist() == [3, 1, 2]


@settings(max_examples=30)
@given(
    seed=st.integers(0, 1000),
    scope=st.sampled_from(sorted(prune.SCOPES)),
    density=st.floats(0.0, 1.0),
    steps=st.integers(1, 5),
    shape=st.sampled_from(["linear", "cubic", "geometric"]),
)
def test_requested_and_achieved_densities_agree_and_masks_never_regrow(seed, scope, density, steps, shape):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(5, 6)), rng.normal(size=(4, 5, 2, 2))]
    masks = full(weights)
    count = (
        prune.Geometric(max(density, 0.01))
        if shape == "geometric"
        else prune.Density(Schedule(1.0, shape, final=density))
    )
    for step in range(1, steps + 1):
        scores = [rng.random(weight.shape) for weight in weights]
        before = masks
        try:
            masks = prune.select(scores, weights, masks, count, scope=scope, progress=step / steps).masks
        except InvalidValue as error:
            assert error.parameter == "minimum"
            return
        assert all((new <= old).all() for new, old in zip(masks, before, strict=True))
    wanted = max(density, 0.01) if shape == "geometric" else density
    left = np.concatenate([mask.ravel() for mask in masks])
    for group in prune.SCOPES[scope]([mask.shape for mask in masks]):
        assert left[group].sum() == group.size - int(np.floor((1 - wanted) * group.size + 1e-9))


def test_a_layer_that_would_lose_all_is_named_or_kept_at_a_minimum():
    weights = [np.full((2, 3), 9.0), np.arange(1.0, 4).reshape(1, 3)]
    options = {"scope": "global", "names": ["body", "head"]}
    with pytest.raises(InvalidValue, match="minimum is 0, and layer 'head' would lose its last 3 links"):
        prune.select(weights, weights, full(weights), Taking([3]), **options)
    found = prune.select(weights, weights, full(weights), Taking([3]), minimum=2, **options)
    assert [int(mask.sum()) for mask in found.masks] == [4, 2]
    assert found.masks[1].tolist() == [[False, True, True]]


def test_scores_that_are_no_numbers_are_refused():
    weights = [np.ones((1, 3))]
    with pytest.raises(InvalidValue, match="1 of 3 are NaN"):
        prune.select([np.array([[1.0, np.nan, 2.0]])], weights, full(weights), prune.Rate())
