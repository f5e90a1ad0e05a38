"""Every file format that is read, damaged at random: a valid value or one readable error, never anything else.

The short form is part of the tests; ``NETSPARSE_MUTATIONS=20000 python -m pytest tests/test_mutations.py -s`` is the
long one, and prints its counts.
"""

from __future__ import annotations

import gzip
import os
import time
import tracemalloc
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import netsparse as ns
from netsparse.cli.graph_file import read_graph
from netsparse.datasets.arrays import load_npz
from netsparse.datasets.idx import read_idx
from netsparse.errors import NetsparseError
from netsparse.graph import as_network, write
from netsparse.graph.files import to_arrays
from netsparse.percolation.order import rank
from netsparse.report.kept_curves import KeptCurves
from netsparse.report.orders import read_order
from netsparse.train import checkpoint, history
from netsparse.train.checkpoint import Checkpoint
from netsparse.train.folder import RunFolder
from netsparse.train.provenance import describe
from tests.datasets.files import small_arrays, write_idx, write_npz
from tests.mutations import mutated
from tests.tiny import images
from tests.train.small import clusters, settings, start_of
from tests.train.test_history import record

N_FILES = int(os.environ.get("NETSPARSE_MUTATIONS", "960"))
SECONDS, MEGABYTES, LONGEST = 1.0, 200, 500
NETWORK = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
FROZEN = NETWORK.with_layers(layer.freeze(links=[0, 3], biases=[1]) for layer in NETWORK.layers)
N_EPOCHS = 3
CHECKSUMMED = {"network.pt"}  # torch checks every byte: hardly any change passes


class Format(NamedTuple):
    """A kind of file: its name, how a valid one is made, and how it is read and its value checked."""

    name: str
    write: Callable[[Path], Any]
    read: Callable[[Path], Any]


def write_compressed(path: Path) -> None:
    np.savez_compressed(path, **to_arrays(NETWORK))


def read_network(path: Path) -> None:
    check_network(ns.load(path))


def check_network(network: ns.LayeredNetwork) -> None:
    for layer in network.layers:
        assert np.isfinite(layer.weights).all()
        assert np.isfinite(layer.bias).all()
        same = ns.BipartiteLayer(layer.biadjacency, layer.bias, layer.frozen_links, layer.frozen_biases)
        assert same == layer
    assert ns.LayeredNetwork(network.layers, network.readout, network.activation) == network


def write_checkpoint(path: Path) -> None:
    engine = {"weights": np.arange(5, dtype=np.float32), "velocities": np.full(3, 1 / 3)}
    checkpoint.save(Checkpoint(7, NETWORK, engine), path)


def read_checkpoint(path: Path) -> None:
    found = checkpoint.load(path)
    check_network(found.network)
    assert found.epoch >= 1
    assert all(np.isfinite(array).all() for array in found.engine.values())


def read_data(path: Path) -> None:
    data = load_npz(path, "data")
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert np.isfinite(x).all()
        assert x.shape == (len(y), data.n_features)
        assert y.min() >= 0
        assert y.max() < data.n_classes


def write_plain_idx(path: Path) -> None:
    path.write_bytes(gzip.decompress(write_idx(path, small_arrays()["x_train"]).read_bytes()))


def read_images(path: Path) -> None:
    found = read_idx(path, 3)
    assert found.dtype == np.uint8
    assert found.ndim == 3


def write_settings(path: Path) -> None:
    own = settings(seed=5)
    RunFolder(path.parent).start(describe(own, start_of(own), clusters().standardised(), "netsparse train"))


def read_settings(path: Path) -> None:
    folder = RunFolder(path.parent)
    assert folder.settings().run.epochs >= 1
    mean, deviation = folder.standardisation()
    assert np.isfinite([mean, deviation]).all()
    assert deviation > 0


def write_history(path: Path) -> None:
    for epoch in range(1, N_EPOCHS + 1):
        history.append(path, record(epoch))


def read_history(path: Path) -> None:
    records = history.read(path, N_EPOCHS)
    assert [record.epoch for record in records] == [1, 2, 3]
    frame = history.to_frame(records).drop(columns="validation_accuracy")
    assert np.isfinite(frame.to_numpy(dtype=float)).all()


CURVE_SETTINGS = {"steps": 2, "strengths": None, "networks": {"a": "1f"}, "data": {"a": "clusters"}}


def write_curves(path: Path) -> None:
    curves = KeptCurves(path.parent, [("a", "flip")], CURVE_SETTINGS, resume=False)
    curves.start()
    frame = ns.robustness.curve(NETWORK, images(NETWORK), "flip", steps=2, repeats=2, rng=0)
    frame.insert(0, "run", "a")
    curves.add(("a", "flip"), frame)


def read_curves(path: Path) -> None:
    found = KeptCurves(path.parent, [("a", "flip")], CURVE_SETTINGS, resume=True).table()
    assert np.isfinite(found.select_dtypes("number")).all(axis=None)
    assert found["accuracy"].between(0, 1).all()


def write_order(path: Path) -> None:
    order = np.random.default_rng(0).permutation(NETWORK.n_links)
    np.save(path, order) if path.suffix == ".npy" else np.savetxt(path, order, fmt="%d", header="first removed first")


def read_and_rank(path: Path) -> None:
    rank(NETWORK, read_order(path), "links")


def write_graphml(path: Path) -> None:
    nx.write_graphml(NETWORK.to_networkx(), path)


def write_without_readout(path: Path) -> None:
    write(NETWORK, path, lossy=True)


def write_first_layer(path: Path) -> None:
    write(NETWORK.layers[0], path)


def read_any(path: Path) -> None:
    check_network(as_network(path))


def write_named_graph(path: Path) -> None:
    graph = nx.Graph([("Eve", "E1"), ("Eve", "E2"), ("Ann", "E2"), ("Ann", "E3"), ("Bea", "E1")])
    for node in graph:
        graph.nodes[node]["bipartite"] = int(node.startswith("E") and node != "Eve")
    nx.write_graphml(graph, path)


def write_links(path: Path) -> None:
    path.write_text("# who, what\n" + "".join(f"{u},{v}\n" for u, v in nx.karate_club_graph().edges()))


def write_matrix(path: Path) -> None:
    sparse.save_npz(path, nx.to_scipy_sparse_array(nx.karate_club_graph(), format=path.stem), compressed=False)


def read_any_graph(path: Path) -> None:
    found = read_graph(path)
    sizes = found.graph.shape if isinstance(found.graph, ns.BipartiteLayer) else (found.graph.n_nodes,) * 2
    assert (len(found.first), len(found.second)) == sizes
    assert 0 <= found.graph.n_links <= sizes[0] * sizes[1]


FORMATS = [
    Format("network.npz", NETWORK.save, read_network),
    Format("frozen.npz", FROZEN.save, read_network),
    Format("compressed.npz", write_compressed, read_network),
    Format("checkpoint.npz", write_checkpoint, read_checkpoint),
    Format("data.npz", write_npz, read_data),
    Format("images-idx3-ubyte.gz", lambda path: write_idx(path, small_arrays()["x_train"]), read_images),
    Format("images-idx3-ubyte", write_plain_idx, read_images),
    Format("settings.json", write_settings, read_settings),
    Format("history.csv", write_history, read_history),
    Format("attack.json", write_curves, read_curves),
    Format("curves.csv", write_curves, read_curves),
    Format("order.npy", write_order, read_and_rank),
    Format("order.txt", write_order, read_and_rank),
    Format("network.graphml", write_graphml, read_any),
    Format("network.gexf", lambda path: write(NETWORK, path), read_any),
    Format("network.safetensors", lambda path: write(NETWORK, path), read_any),
    Format("network.pt", lambda path: write(NETWORK, path), read_any),
    Format("links.csv", write_without_readout, read_any),
    Format("layer.mtx", write_first_layer, read_any),
    Format("named.graphml", write_named_graph, read_any_graph),
    Format("named.csv", write_links, read_any_graph),
    Format("csr.npz", write_matrix, read_any_graph),
    Format("coo.npz", write_matrix, read_any_graph),
]


@pytest.fixture(autouse=True)
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_damaged_files_are_read_right_or_refused_in_one_line(tmp_path, kind, capsys):
    path = tmp_path / kind.name
    kind.write(path)
    whole = path.read_bytes()
    kind.read(path)
    refused, slowest, start = 0, 0.0, time.perf_counter()
    n_files = -(-N_FILES // len(FORMATS))
    for number in range(n_files):
        content = mutated(whole, np.random.default_rng([zlib.crc32(kind.name.encode()), number]))
        message, seconds = outcome(kind, path, content)
        refused += message is not None
        slowest = max(slowest, seconds)
    assert refused > 0
    assert refused < n_files or kind.name in CHECKSUMMED
    if "NETSPARSE_MUTATIONS" in os.environ:
        with capsys.disabled():
            spent = time.perf_counter() - start
            print(f"\n{kind.name}: {n_files} files, {refused} refused, {spent:.1f} s, slowest {slowest:.3f} s", end=" ")


def outcome(kind: Format, path: Path, content: bytes) -> tuple[str | None, float]:
    """Return the error of reading this content, None if it is valid, and the seconds; what must not be, fails."""
    path.write_bytes(content)
    before = {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()}
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    start, message = time.process_time(), None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of networkx
            kind.read(path)
    except NetsparseError as error:
        message = str(error)
    except ValueError as error:  # what a value says that does not fit the network
        assert kind.read is read_and_rank, repr(error)
        message = str(error)
    seconds = time.process_time() - start
    _, peak = tracemalloc.get_traced_memory()
    assert peak - held < MEGABYTES * 2**20
    assert seconds < SECONDS
    assert {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()} == before
    if message is not None:
        assert message.isprintable(), message
        assert 0 < len(message) <= LONGEST
        assert kind.read is read_and_rank or path.parent.name in message, message
    return message, seconds


def test_the_guard_can_fail(tmp_path):
    """A reader that takes what it gets does not pass."""
    path = tmp_path / "network.npz"
    NETWORK.save(path)
    lax = Format(path.name, NETWORK.save, lambda path: np.load(path, allow_pickle=True)["layer0_weights"])
    with pytest.raises(Exception) as error:
        for number in range(60):
            outcome(lax, path, mutated(path.read_bytes(), np.random.default_rng(number)))
    assert not isinstance(error.value, NetsparseError)


def test_curves_with_a_run_named_like_a_missing_value_are_kept(tmp_path):
    """pandas takes NA, null and nan for nothing; a folder may be called so."""
    curves = KeptCurves(tmp_path, [("NA", "flip")], {}, resume=False)
    curves.start()
    frame = ns.robustness.curve(NETWORK, images(NETWORK), "flip", steps=2, repeats=1, rng=0)
    frame.insert(0, "run", "NA")
    curves.add(("NA", "flip"), frame)
    assert ("NA", "flip") in KeptCurves(tmp_path, [], {}, resume=True)
    assert isinstance(curves.table(), pd.DataFrame)
