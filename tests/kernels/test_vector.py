"""Vectors: primitives against numpy, kernels against the plain loops at every width, and code for other machines."""

import os
import re
import subprocess
import sys

import llvmlite.binding as llvm
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate
from netsparse.graph.gradient import input_gradient
from netsparse.kernels import backward as vectors_back
from netsparse.kernels import choice, vector
from netsparse.kernels import forward as vectors
from netsparse.kernels import plain_backward as plain_back
from netsparse.kernels import plain_forward as plain
from netsparse.kernels.activation import CODES
from netsparse.kernels.choice import KINDS, kind_in_use, using
from netsparse.kernels.compile import compiled
from netsparse.kernels.dag import chain
from netsparse.kernels.loss import cross_entropy
from netsparse.nn import engine
from tests.strategies import networks

dtypes = st.sampled_from([np.float32, np.float64])
seeds = st.integers(0, 2**32 - 1)


@compiled()
def _all_primitives(rows, factor, out):
    x, y = vector.load(rows, 0, 1, 8), vector.load(rows, 1, 1, 8)
    vector.prefetch(rows, 1, 0, 8)
    vector.store(out, 0, 0, vector.multiply_add(factor, x, vector.multiply(y, x)))
    vector.store(out, 1, 0, vector.zero_where_negative(x))
    vector.store(out, 2, 0, vector.zero_where_not_positive(x, y))
    vector.store(out, 3, 0, vector.add(vector.filled(factor, 8), vector.zeros_like(x)))
    products = vector.totals_of_products(x, (x, y, vector.load(rows, 2, 1, 8), vector.load(rows, 3, 1, 8)))
    vector.store(out, 4, 0, products)
    vector.store(out, 4, 4, vector.totals_of_products(vector.load(rows, 0, 1, 2), (vector.load(rows, 1, 1, 2),)))
    out[4, 5] = vector.total_of(y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_primitives_are_those_of_numpy(dtype):
    rows = np.random.default_rng(0).normal(size=(4, 11)).astype(dtype)
    rows[0, 4] = np.nan
    out = np.zeros((5, 8), dtype)
    _all_primitives(rows, dtype(2), out)
    x, y = rows[:2, 1:9]
    np.testing.assert_allclose(out[0], 2 * x + x * y, rtol=1e-6)
    np.testing.assert_array_equal(out[1], np.where(x < 0, 0, x))
    np.testing.assert_array_equal(out[2], np.where(x <= 0, 0, y))
    assert (out[3] == 2).all()
    assert np.isnan(out[4, :4]).all()
    np.testing.assert_allclose(out[4, 4:6], [x[:2] @ y[:2], y.sum()], rtol=1e-5)
    rows[0, 4] = 1
    _all_primitives(rows, dtype(2), out)
    np.testing.assert_allclose(out[4, :4], rows[:, 1:9] @ rows[0, 1:9], rtol=1e-5)


@compiled()
def _transpose_eight(rows, out):
    square = vector.transposed((
        vector.load(rows, 0, 0, 8), vector.load(rows, 1, 0, 8), vector.load(rows, 2, 0, 8), vector.load(rows, 3, 0, 8),
        vector.load(rows, 4, 0, 8), vector.load(rows, 5, 0, 8), vector.load(rows, 6, 0, 8), vector.load(rows, 7, 0, 8),
    ))  # fmt: skip
    for row in range(8):
        vector.store(out, row, 0, square[row])


def test_a_square_is_transposed():
    square, out = np.arange(64.0).reshape(8, 8), np.empty((8, 8))
    _transpose_eight(square, out)
    assert np.array_equal(out, square.T)


class Passes:
    """Everything that a forward and a backward pass compute, by vectors or by plain loops."""

    def __init__(self, network, width, seed, forward, backward, input_deltas):
        rng = np.random.default_rng(seed)
        layers, n_inputs, n_outputs = network.layers, network.sizes[0], network.sizes[-1]
        links = chain([layer.biadjacency for layer in layers])
        weights = np.concatenate([layer.weights for layer in layers])
        biases = np.concatenate([np.zeros(n_inputs), *(layer.bias for layer in layers)]).astype(network.dtype)
        shape = n_inputs, n_outputs, CODES[network.activation], width
        signals = rng.normal(size=(biases.size, vectors.columns_for(width))).astype(network.dtype)
        labels = rng.integers(0, n_outputs, width)
        forward(links, weights, biases, signals, *shape)
        self.outputs = signals[n_inputs:, :width]
        deltas = np.full_like(signals, np.nan)
        cross_entropy(signals[-n_outputs:], labels, network.dtype.type(1 / width), deltas[-n_outputs:], width)
        into = deltas.copy()
        self.of_links, self.of_neurons = np.ones_like(weights), np.ones_like(biases)
        backward(links, weights, signals, deltas, self.of_links, self.of_neurons, *shape, n_inputs)
        input_deltas(links, weights, signals, into, *shape)
        self.into = into[:, :width]


def both(network, width, seed):
    return (
        Passes(network, width, seed, vectors.forward, vectors_back.backward, vectors_back.input_deltas),
        Passes(network, width, seed, plain.forward, plain_back.backward, plain_back.input_deltas),
    )


some_networks = st.tuples(st.sampled_from(sorted(CODES)), dtypes).flatmap(
    lambda kind: networks(activation=kind[0], dtype=kind[1])
)


@given(some_networks, st.integers(1, 130), seeds)
def test_every_width_is_that_of_the_plain_loops(network, width, seed):
    """Networks with empty layers, isolated neurons and full rows; alignments are those that numpy happens to give."""
    found, expected = both(network, width, seed)
    tolerance = 1e-4 if network.dtype == np.float32 else 1e-11
    for name, values in vars(expected).items():
        np.testing.assert_allclose(vars(found)[name], values, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("width", [*range(1, 131)])
def test_no_width_is_left_out(width):
    found, expected = both(generate.erdos_renyi((9, 12, 7, 4), 0.4, dtype=np.float64, rng=0), width, 1)
    for name, values in vars(expected).items():
        np.testing.assert_allclose(vars(found)[name], values, rtol=1e-11, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("width", [1, 9, 40, 64, 100])
def test_a_sample_that_is_nan_leaves_the_others_alone(width):
    network = generate.erdos_renyi((6, 9, 4), 0.5, activation="relu", rng=0)
    x = np.random.default_rng(0).normal(size=(width, 6)).astype(np.float32)
    with using("vector"):
        fine = network.forward(x)
    links = chain([layer.biadjacency for layer in network.layers])
    weights = np.concatenate([layer.weights for layer in network.layers])
    biases = np.concatenate([np.zeros(6), *(layer.bias for layer in network.layers)]).astype(np.float32)
    signals = np.zeros((19, vectors.columns_for(width)), np.float32)
    signals[:6, :width] = x.T
    signals[:6, 0] = np.nan
    vectors.forward(links, weights, biases, signals, 6, 4, CODES["relu"], width)
    assert np.isnan(signals[-4:, 0]).any()
    np.testing.assert_array_equal(signals[-4:, 1:width].T, fine[1:])


@settings(max_examples=20)
@given(some_networks, st.integers(30, 140), st.sampled_from([32, 64, 96, 128]), seeds)
def test_a_step_taken_with_the_gradient_is_the_step_taken_after(network, n, batch_size, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, network.sizes[0])).astype(network.dtype)
    y, order = rng.integers(0, network.sizes[-1], n), rng.permutation(n)
    states = {}
    for kind in KINDS:
        with using(kind):
            trainer = engine(network, "sparse", lr=0.02, batch_size=batch_size)
        trainer.run_epoch(x, y, order)
        states[kind] = trainer.state()
    for name, values in states["plain"].items():
        tolerance = 1e-3 if network.dtype == np.float32 else 1e-10
        np.testing.assert_allclose(states["vector"][name], values, rtol=tolerance, atol=tolerance, err_msg=name)


def test_the_same_call_gives_the_same_bits():
    network = generate.erdos_renyi((20, 30, 30, 5), 0.3, rng=0)
    x = np.random.default_rng(0).normal(size=(150, 20)).astype(np.float32)
    y = np.arange(150) % 5
    for threads in (1, 2):
        weights = []
        for _ in range(2):
            trainer = engine(network, "sparse", batch_size=64, threads=threads)
            trainer.run_epoch(x, y, np.arange(150))
            weights.append(trainer.state()["weights"].tobytes())
        assert weights[0] == weights[1]


def test_a_large_network_asks_for_its_signals_ahead_and_computes_the_same():
    """More signals than caches hold: the last links of the network have none to ask for."""
    rng = np.random.default_rng(0)
    rows, columns = np.divmod(np.unique(rng.integers(0, 70_000 * 70_000, 200_000)), 70_000)
    layer = BipartiteLayer.from_links(rows, columns, rng.normal(size=rows.size), shape=(70_000, 70_000))
    network = LayeredNetwork([layer], readout=0)
    x, y = rng.normal(size=(40, 70_000)), rng.integers(0, 70_000, 40)
    found = {}
    for kind in KINDS:
        with using(kind):
            found[kind] = network.forward(x), input_gradient(network, x, y)
    np.testing.assert_allclose(found["vector"][0], found["plain"][0], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found["vector"][1], found["plain"][1], rtol=1e-10, atol=1e-12)


MACHINES = [
    ("x86_64-unknown-linux-gnu", "x86-64", "xmm", "ymm"),
    ("x86_64-unknown-linux-gnu", "znver3", "ymm", "zmm"),
    ("x86_64-unknown-linux-gnu", "znver4", "zmm", None),
    ("aarch64-unknown-linux-gnu", "generic", ".4s", None),
]


@pytest.mark.parametrize(("triple", "cpu", "registers", "too_wide"), MACHINES, ids=[m[1] for m in MACHINES])
def test_each_machine_gets_the_registers_it_has(triple, cpu, registers, too_wide):
    """128 bits without and with NEON, 256 and 512: the vectors of the source are cut by the compiler."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    network = generate.erdos_renyi((4, 4), 0.5, readout=0, rng=0)
    links = chain([layer.biadjacency for layer in network.layers])
    arguments = links, network.layers[0].weights, np.zeros(8, np.float32), np.zeros((8, 64), np.float32)
    signature = numba.void(*map(numba.typeof, arguments))

    @numba.njit(signature, no_cpython_wrapper=True, no_cfunc_wrapper=True)  # nothing but the kernel
    def forward(links, weights, biases, signals):
        vectors.forward(links, weights, biases, signals, 4, 4, 0, 64)

    intermediate = next(iter(forward.inspect_llvm().values()))
    of_no_machine = re.sub(r"^(target|attributes) .*$| #[0-9]+", "", intermediate, flags=re.MULTILINE)
    counts = r"^define [^\n]*@NRT_decref\(.*?^}"  # numba's reference counting is made for this machine
    of_no_machine = re.sub(counts, "declare void @NRT_decref(ptr)", of_no_machine, flags=re.MULTILINE | re.DOTALL)
    module = llvm.parse_assembly(of_no_machine)
    machine = llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, opt=3)
    module.triple, module.data_layout = triple, str(machine.target_data)
    assembly = machine.emit_assembly(module)
    assert registers in assembly
    assert too_wide is None or too_wide not in assembly


def test_a_machine_with_narrow_vectors_computes_the_same():
    """The same kernels, compiled for the first processor of this kind: without AVX and fused multiply-adds."""
    code = (
        "import netsparse, numpy as np\n"
        "network = netsparse.generate.erdos_renyi((6, 50, 3), density=0.4, rng=0)\n"
        "x = np.linspace(-1, 1, 600, dtype=np.float32).reshape(100, 6)\n"
        "print(network.forward(x).tolist())\n"
    )
    environment = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    network = generate.erdos_renyi((6, 50, 3), density=0.4, rng=0)
    x = np.linspace(-1, 1, 600, dtype=np.float32).reshape(100, 6)
    np.testing.assert_allclose(eval(done.stdout), network.forward(x), rtol=1e-5, atol=1e-6)


@pytest.fixture
def undecided():
    """Let the environment be read again, before and after the test."""
    choice._default_kind.cache_clear()
    yield
    choice._default_kind.cache_clear()


def test_kernels_of_vectors_are_in_use_here_unless_plain_ones_are_wanted(undecided, monkeypatch):
    assert kind_in_use() == "vector"
    with using("plain"):
        assert kind_in_use() == "plain"
    choice._default_kind.cache_clear()
    monkeypatch.setenv("NETSPARSE_KERNELS", "plain")
    assert kind_in_use() == "plain"


def test_kernels_that_are_not_known_are_refused(undecided, monkeypatch):
    monkeypatch.setenv("NETSPARSE_KERNELS", "fast")
    with pytest.raises(ValueError, match="NETSPARSE_KERNELS must be one of vector, plain, got 'fast'"):
        kind_in_use()


WITHOUT_VECTORS = """
from numba.core.errors import LoweringError
import numba.extending
def refuse(*arguments, **options):
    raise LoweringError("no vectors here")
from netsparse.kernels import choice, vector
vector._place = refuse
import numpy as np, netsparse, torch
from netsparse.kernels.choice import kind_in_use, using
from netsparse.nn import SparseLinear, engine
network = netsparse.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
x, y = np.linspace(0, 1, 60, dtype=np.float32).reshape(10, 6), np.arange(10) % 3
trainer = engine(network, "sparse", batch_size=5)
trainer.run_epoch(x, y, np.arange(10))
layer = SparseLinear(network.layers[0])
layer(torch.from_numpy(x)).sum().backward()
print(kind_in_use(), network.forward(x).shape, np.isfinite(trainer.state()["weights"]).all(), layer.weight.grad.shape)
try:
    with using("vector"):
        pass
except netsparse.errors.InvalidInput as error:
    print(error)
"""


def test_where_vectors_do_not_compile_plain_loops_compute(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_VECTORS], env=environment, capture_output=True, text=True, check=True
    )
    links = generate.erdos_renyi((6, 5, 3), density=0.4, rng=0).layers[0].n_links
    first, second = done.stdout.splitlines()
    assert first == f"plain (10, 3) True torch.Size([{links}])"
    assert second == "the kernels of vectors do not compile on this machine; resume the run where they do"
