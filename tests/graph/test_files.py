import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import netsparse as ns
from netsparse import BipartiteLayer, LayeredNetwork
from netsparse.errors import FileFormatError
from tests.strategies import networks


@pytest.fixture
def network():
    layer = BipartiteLayer.from_links([0, 0, 3], [1, 4, 2], [0.0, 1.5, -2.0], shape=(5, 6), bias=np.arange(6))
    readout = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 0.0], shape=(6, 2))
    return LayeredNetwork([layer, readout], readout=1, activation="tanh")


@given(networks())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_round_trip_is_exact(tmp_path, network):
    network.save(tmp_path / "n.npz")
    loaded = ns.load(tmp_path / "n.npz")
    assert loaded == network
    assert loaded.dtype == network.dtype
    assert loaded.sizes == network.sizes


def test_float32_and_readout_are_kept(tmp_path, network):
    single = network.with_layers(
        BipartiteLayer(layer.biadjacency.astype(np.float32), layer.bias) for layer in network.layers
    )
    single.save(tmp_path / "n.npz")
    loaded = ns.load(tmp_path / "n.npz")
    assert (loaded.dtype, loaded.readout, loaded.activation) == (np.float32, 1, "tanh")
    assert loaded == single


def test_save_replaces_whole_files_and_leaves_nothing_else(tmp_path, network):
    path = tmp_path / "n.npz"
    path.write_text("old")
    network.save(path)
    assert ns.load(path) == network
    assert [file.name for file in tmp_path.iterdir()] == ["n.npz"]


def test_save_wants_its_suffix(tmp_path, network):
    with pytest.raises(ValueError, match=r"\*\.npz"):
        network.save(tmp_path / "network.pkl")
    assert not list(tmp_path.iterdir())


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.npz"):
        ns.load(tmp_path / "nothing.npz")


def test_every_truncation_is_one_clear_error(tmp_path, network):
    path = tmp_path / "n.npz"
    network.save(path)
    whole = path.read_bytes()
    for length in range(0, len(whole) - 1, 97):
        path.write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"n\.npz"):
            ns.load(path)


def test_flipped_bytes_never_pass_silently_as_another_topology(tmp_path, network):
    path = tmp_path / "n.npz"
    network.save(path)
    whole = bytearray(path.read_bytes())
    refused = 0
    for place in range(0, len(whole), 41):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            assert ns.load(path) == network  # a byte of padding or of a time stamp
        except FileFormatError:
            refused += 1
    assert refused > 20


def write(path, network, **replaced):
    from netsparse.graph.files import to_arrays

    arrays = to_arrays(network) | replaced
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})


@pytest.mark.parametrize(
    "replaced",
    [
        {"format": None},
        {"format": np.array("something else")},
        {"n_layers": np.array(3)},
        {"n_layers": np.array([1, 2])},
        {"n_layers": np.array(0)},
        {"readout": np.array(9)},
        {"readout": np.array(0.5)},
        {"activation": np.array("softmax")},
        {"layer0_shape": np.array([5, -6])},
        {"layer0_shape": np.array([5])},
        {"layer0_shape": np.array([5, 7])},
        {"layer0_columns": np.array([1, 4, 99])},
        {"layer0_columns": np.array([1, 1, 2])},
        {"layer0_indptr": np.array([0, 2, 1, 2, 3, 3])},
        {"layer0_weights": np.array([0.0, np.nan, 1.0])},
        {"layer0_weights": np.array([0.0, 1.0])},
        {"layer0_bias": np.zeros(5)},
        {"layer1_weights": None},
    ],
    ids=str,
)
def test_inconsistent_files_are_refused(tmp_path, network, replaced):
    write(tmp_path / "n.npz", network, **replaced)
    with pytest.raises(FileFormatError, match=r"n\.npz"):
        ns.load(tmp_path / "n.npz")


def test_objects_are_never_loaded(tmp_path, network):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("code ran while loading",))

    from netsparse.graph.files import to_arrays

    objects = np.empty(1, dtype=object)
    objects[0] = Trap()
    np.savez(tmp_path / "n.npz", allow_pickle=True, **(to_arrays(network) | {"layer0_weights": objects}))
    with pytest.raises(FileFormatError, match=r"n\.npz"):
        ns.load(tmp_path / "n.npz")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x93NUMPY"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "n.npz"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=r"n\.npz"):
        ns.load(path)


def test_no_error_advises_to_run_what_a_file_holds(tmp_path):
    (tmp_path / "n.npz").write_bytes(pickle.dumps([1]))
    with pytest.raises(FileFormatError, match=r"not an \.npz archive") as error:
        ns.load(tmp_path / "n.npz")
    assert "pickle" not in str(error.value)


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "n.npy", np.zeros(3))
    with pytest.raises(FileFormatError, match=r"not an \.npz archive"):
        ns.load(tmp_path / "n.npy")


def test_zip_bombs_are_refused_before_unpacking(tmp_path):
    path = tmp_path / "n.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("format.npy", bytes(50_000_000))
    with pytest.raises(FileFormatError, match="do not compress like that"):
        ns.load(path)
