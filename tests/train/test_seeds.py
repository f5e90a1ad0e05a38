from __future__ import annotations

from itertools import product

from netsparse.train.seeds import Purpose, generator


def test_generators_differ_in_seed_epoch_and_purpose_and_repeat():
    keys = list(product((0, 1, 2**70), (0, 1, 2), Purpose))
    first = [generator(*key).integers(2**62) for key in keys]
    assert len(set(first)) == len(keys)
    assert first == [generator(*key).integers(2**62) for key in keys]


def test_the_numbers_of_the_purposes_are_fixed():
    assert {purpose.name: purpose.value for purpose in Purpose} == {
        "INITIAL": 0,
        "VALIDATION": 1,
        "SHUFFLE": 2,
        "UPDATE": 3,
    }
