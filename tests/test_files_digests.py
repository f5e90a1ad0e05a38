"""Digests of files, arrays and texts: the same whoever asks, another for whatever is another."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from netsparse import generate
from netsparse.files import digest, digest_of_arrays
from netsparse.graph.files import to_arrays


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_parts_are_taken_one_after_the_other(algorithm):
    array = np.arange(6, dtype="<u2").reshape(2, 3)
    whole = "fünf".encode() + b"\0" + array.tobytes()
    assert digest("fünf", b"\0", array, algorithm=algorithm) == hashlib.new(algorithm, whole).hexdigest()
    assert digest(whole) == digest(bytearray(whole)) == digest(memoryview(whole))


def test_nothing_is_the_digest_of_nothing():
    assert digest() == digest("") == digest(np.empty(0)) == hashlib.sha256().hexdigest()


def test_names_types_shapes_and_values_of_arrays_count():
    x = np.arange(6, dtype=np.int64)
    others = [{"x": x, "y": x}, {"y": x}, {"x": x.astype(np.int32)}, {"x": x.reshape(2, 3)}, {"x": x + 1}, {}]
    found = [digest_of_arrays(arrays) for arrays in ({"x": x}, *others)]
    assert len(set(found)) == len(found)
    assert digest_of_arrays({"x": np.asfortranarray(x.reshape(2, 3))}) == digest_of_arrays({"x": x.reshape(2, 3)})


def test_the_digest_of_a_network_is_that_of_the_runs_of_earlier_versions():
    """A run is resumed only if its ``settings.json`` holds the digest of the same start."""
    network = generate.erdos_renyi((4, 3, 2), density=0.5, rng=0)
    plain = hashlib.sha256()
    for name, array in to_arrays(network).items():
        plain.update(f"{name} {array.dtype} {array.shape} ".encode() + array.tobytes())
    assert digest_of_arrays(to_arrays(network)) == plain.hexdigest()
