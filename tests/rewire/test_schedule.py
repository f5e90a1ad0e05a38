"""Schedules and distributions against plain formulas and published values."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse.generate import layer_densities
from netsparse.rewire import SHAPES, Schedule

ORACLES = Path(__file__).parents[1] / "oracles"
SCHEDULES = json.loads((ORACLES / "density_schedules.json").read_text())
ERK = json.loads((ORACLES / "erk.json").read_text())["cases"]

numbers = st.floats(-5, 5)
shares = st.floats(0, 1)


@pytest.mark.parametrize("case", SCHEDULES["exact"], ids=lambda case: case["schedule"])
def test_sparsities_of_the_exact_definition(case):
    longest = 1.25 * case["tf"]
    schedule = Schedule(
        1 - case["initial_sparsity"],
        case["schedule"],
        final=1 - case["final_sparsity"],
        begin=case["t0"] / longest,
        end=case["tf"] / longest,
    )
    for time, sparsity in case["t_sparsity"]:
        assert 1 - schedule.at(min(time / longest, 1)) == pytest.approx(sparsity, abs=1e-12)


@pytest.mark.parametrize(
    "case",
    [case for case in SCHEDULES["released"] if case["k"] in (None, 6)],  # the definition has k = 6
    ids=lambda case: case["schedule"],
)
def test_sparsities_of_the_released_code(case):
    shape = {"s_shape": "sigmoid", "granet": "cubic"}.get(case["schedule"], case["schedule"])
    schedule = Schedule(1 - case["initial_sparsity"], shape, final=1 - case["final_sparsity"])
    for step, sparsity in case["step_sparsity"]:
        assert 1 - schedule.at(min(step / case["end"], 1)) == pytest.approx(sparsity, abs=1e-12)


def test_the_cosine_of_granet():
    case = SCHEDULES["cosine"][0]
    schedule = Schedule(case["prune_rate"], "cosine", final=case["eta_min"])
    for step, rate in case["step_rate"]:
        assert schedule.at(step / case["T_max"]) == pytest.approx(rate, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@given(initial=numbers, final=numbers, begin=st.floats(0, 0.4), end=st.floats(0.5, 1), progress=shares)
def test_every_shape_leads_from_the_initial_to_the_final_value(shape, initial, final, begin, end, progress):
    schedule = Schedule(initial, shape, final=final, begin=begin, end=end)
    assert schedule.at(begin) == pytest.approx(initial)
    assert schedule.at(end) == pytest.approx(initial if shape == "constant" else final)
    low, high = min(schedule.values), max(schedule.values)
    assert low - 1e-9 <= schedule.at(progress) <= high + 1e-9
    assert Schedule.of(json.loads(json.dumps(schedule.to_json()))) == schedule


def test_the_end_of_the_rewiring_is_the_end_unless_another_is_given():
    assert Schedule(0.3, "linear").at(0.375, until=0.75) == pytest.approx(0.15)
    assert Schedule(0.3, "linear", end=0.5).at(0.375, until=0.75) == pytest.approx(0.075)
    assert Schedule(0.3, "cosine").at(0.2, until=0.4) == pytest.approx(0.15 * (1 + math.cos(math.pi / 2)))


thousandths = st.integers(0, 1000).map(lambda n: n / 1000)


@given(st.lists(st.tuples(thousandths, numbers), min_size=1, max_size=4, unique_by=lambda piece: piece[0]), thousandths)
def test_stairs_hold_their_value_from_their_start_on(pieces, progress):
    pieces = sorted(pieces)
    schedule = Schedule(7.0, pieces=pieces)
    reached = [value for start, value in pieces if start <= progress]
    assert schedule.at(progress) == (reached[-1] if reached else 7.0)
    assert Schedule.of(json.loads(json.dumps(schedule.to_json()))) == schedule


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"initial": math.nan}, "initial must be finite"),
        ({"initial": 1, "shape": "round"}, "unknown shape of a schedule 'round'; known: constant, cosine"),
        ({"initial": 1, "begin": 0.5, "end": 0.5}, "end must be finite and above 0.5"),
        ({"initial": 1, "pieces": [(0.5, 1), (0.2, 1)]}, "in the order of their progress"),
        ({"initial": 1, "shape": "linear", "pieces": [(0.5, 1)]}, "do not go with shape 'linear'"),
        ({"initial": 1, "colour": 2}, "a schedule has an initial value and the fields"),
    ],
)
def test_bad_schedules(fields, message):
    with pytest.raises(ValueError, match=message):
        Schedule.of(fields)


@pytest.mark.parametrize("case", [case for case in ERK if all(len(shape) == 2 for shape in case["shapes"])])
def test_erk_densities_as_published(case):
    shapes = [tuple(reversed(shape)) for shape in case["shapes"]]
    np.testing.assert_allclose(layer_densities(shapes, case["density"], "erk"), case["layer_density"], rtol=1e-9)


@given(
    shapes=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=5),
    density=st.floats(0.01, 1),
    data=st.data(),
)
def test_layers_together_have_the_density(shapes, density, data):
    weights = data.draw(st.lists(st.floats(0.01, 10), min_size=len(shapes), max_size=len(shapes)))
    sizes = np.array([rows * columns for rows, columns in shapes])
    for distribution in ("uniform", "erk", weights):
        densities = layer_densities(shapes, density, distribution)
        assert ((densities > 0) & (densities <= 1)).all()
        assert densities @ sizes == pytest.approx(density * sizes.sum(), rel=1e-9)


def test_bad_distributions():
    with pytest.raises(ValueError, match="unknown distribution of density 'er'; known: erk, uniform"):
        layer_densities([(2, 2)], 0.5, "er")
    with pytest.raises(ValueError, match="distribution has 2 numbers, but there are 1 sparse layers"):
        layer_densities([(2, 2)], 0.5, [1, 2])
    with pytest.raises(ValueError, match="distribution must be finite and above 0"):
        layer_densities([(2, 2)], 0.5, [0])
