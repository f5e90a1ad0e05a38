"""Numbers of the nodes of a set, with slots of their own and hashed ones, against a dictionary."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse.kernels.numbering import (
    GOLDEN_RATIO,
    LOW_BITS,
    OWN_SLOTS,
    UNSEEN,
    Numbers,
    choose_shift,
    find_slot,
    forget,
)


def number_all(nodes, numbers, shift):
    found = []
    for node in nodes:
        slot = find_slot(node, numbers, shift)
        if numbers.slots[slot] == UNSEEN:
            numbers.slots[slot] = len(set(found))
        found.append(int(numbers.slots[slot]))
    return found


def number_plainly(nodes):
    known = {}
    return [known.setdefault(node, len(known)) for node in nodes]


@given(
    st.sampled_from([1, 100, 1000, 100_000]).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.lists(st.integers(0, n - 1), max_size=60), max_size=3))
    )
)
def test_numbers_are_given_in_order_of_first_sight_set_after_set(range_and_sets):
    n, sets = range_and_sets
    numbers = Numbers.empty(n)
    for nodes in sets:
        shift = choose_shift(len(nodes), numbers)
        assert number_all(nodes, numbers, shift) == number_plainly(nodes)
        forget(np.unique(np.array(nodes, np.int64)), numbers, shift)
        assert (numbers.slots == UNSEEN).all()


@pytest.mark.parametrize("stride", [1, 2**6, 2**10, 2**14, 12345])
def test_nodes_in_regular_steps_do_not_crowd_the_slots(stride):
    nodes = np.arange(60) * stride
    numbers = Numbers.empty(60 * stride + 2000)
    shift = choose_shift(nodes.size, numbers)
    assert shift == 32 - 7
    assert number_all(nodes, numbers, shift) == list(range(60))
    taken = np.flatnonzero(numbers.slots != UNSEEN)
    first_choice = (numbers.nodes[taken].astype(np.int64) * GOLDEN_RATIO & LOW_BITS) >> shift
    assert taken.size == 60 and ((taken - first_choice) % 128).max() <= 8


def test_a_set_is_hashed_only_where_that_makes_the_slots_far_fewer():
    wide, narrow = Numbers.empty(100_000), Numbers.empty(1000)
    assert choose_shift(1000, wide) == 32 - 11
    assert choose_shift(50_000, wide) == choose_shift(1000, narrow) == OWN_SLOTS
