"""Every prefix of the order of runs is a balanced result."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from netsparse.study import balanced


@given(seeds=st.integers(1, 4), cells=st.integers(1, 4), contenders=st.integers(1, 4), data=st.data())
def test_a_prefix_has_seen_every_cell_and_contender_equally_often_up_to_one(seeds, cells, contenders, data):
    order = list(balanced(range(seeds), lambda seed: range(cells), range(contenders)))
    assert len(set(order)) == len(order) == seeds * cells * contenders
    prefix = order[: data.draw(st.integers(0, len(order)))]
    counts = Counter({(cell, contender): 0 for cell in range(cells) for contender in range(contenders)})
    counts.update((cell, contender) for _, cell, contender in prefix)
    assert max(counts.values()) - min(counts.values()) <= 1
    incomplete = Counter((seed, cell) for seed, cell, _ in prefix)
    assert sum(n < contenders for n in incomplete.values()) <= 1


def test_a_cell_may_have_fewer_seeds_than_others():
    order = balanced(range(2), lambda seed: ["a", "b"] if seed == 0 else ["a"], ["x", "y"])
    assert [(seed, cell) for seed, cell, contender in order if contender == "x"] == [(0, "a"), (0, "b"), (1, "a")]
