import ast
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

import netsparse
from netsparse.errors import (
    FileFormatError,
    InvalidInput,
    InvalidType,
    InvalidValue,
    check_count,
    check_number,
    check_positions,
    unknown,
)

PACKAGE = Path(netsparse.__file__).parent


def test_unknown_names_list_the_known_ones():
    assert str(unknown("method", "x", {"b": 1, "a": 2})) == "unknown method 'x'; known: a, b"


@pytest.mark.parametrize("value", [0, 0.5, 1, True])
def test_numbers_within_their_range_pass(value):
    assert check_number("share", value, at_least=0, at_most=1) == float(value)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, -math.inf])
def test_numbers_outside_are_refused_by_name(value):
    with pytest.raises(ValueError, match="share must be finite and at least 0 and at most 1, got"):
        check_number("share", value, at_least=0, at_most=1)


def test_strict_bounds_exclude_themselves():
    with pytest.raises(ValueError, match="above 0 and below 1"):
        check_number("share", 0, above=0, below=1)
    with pytest.raises(ValueError, match="above 0 and below 1"):
        check_number("share", 1, above=0, below=1)


@pytest.mark.parametrize("value", ["many", None, [1]])
def test_what_is_no_number_is_refused_by_name(value):
    with pytest.raises(TypeError, match="share must be a number"):
        check_number("share", value)


def test_counts():
    assert check_count("epochs", 3.0) == 3
    assert isinstance(check_count("epochs", 3.0), int)
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        check_count("epochs", 0, at_least=1)


@pytest.mark.parametrize("value", [1.5, True, "three", None, math.nan, math.inf])
def test_what_is_no_count_is_refused_by_name(value):
    with pytest.raises(TypeError, match="epochs must be a whole number"):
        check_count("epochs", value)


@pytest.mark.parametrize("values", [[], [0], [2, 0, 1], np.array([1], dtype=np.uint8)])
def test_positions_pass_as_they_are(values):
    positions = check_positions("links", values, 3)
    assert positions.dtype.kind in "iu"
    assert positions.tolist() == list(values)


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ([0.5], TypeError, "links must be whole numbers, got dtype float64"),
        ([True, False], TypeError, "bool"),
        (["a"], TypeError, "whole numbers"),
        ([-1, 2], ValueError, "links must be from 0 to 2, got -1 to 2"),
        ([3], ValueError, "from 0 to 2, got 3 to 3"),
    ],
)
def test_what_is_no_position_is_refused_by_name(values, error, words):
    with pytest.raises(error, match=words):
        check_positions("links", values, 3)


def test_a_number_of_hundreds_of_digits_is_no_count():
    with pytest.raises(InvalidValue, match=r"^epochs must be at most 9223372036854775807, got one of 400 digits$"):
        check_count("epochs", int("9" * 400))


def test_the_package_raises_its_own_kinds_of_value_and_type_errors():
    """A plain ValueError or TypeError that reaches the command is then a fault, and never bad input."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            raised = node.exc.func if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
            assert getattr(raised, "id", None) not in ("ValueError", "TypeError", "Exception"), f"{path}:{node.lineno}"


@pytest.mark.parametrize("kind", [InvalidValue, InvalidType, InvalidInput, FileFormatError])
def test_errors_survive_the_way_from_another_process(kind):
    found = pickle.loads(pickle.dumps(kind("lr must be above 0", parameter="lr")))
    assert (type(found), str(found), found.parameter) == (kind, "lr must be above 0", "lr")
