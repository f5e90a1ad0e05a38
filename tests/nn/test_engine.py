"""The engines against each other, through rewiring, resumption and time."""

import os
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import generate, nn, rewire
from netsparse.nn.torch_engine import TorchEngine

OPTIONS = {"lr": 0.05, "momentum": 0.9, "weight_decay": 5e-4, "batch_size": 16, "threads": 1}


def problem(dtype=np.float64, sizes=(12, 30, 25, 20, 4), density=0.2, activation="relu", n=300):
    network = generate.erdos_renyi(sizes, density, activation=activation, dtype=dtype, rng=0)
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, sizes[0])).astype(dtype)
    return network, x, (x[:, : sizes[-1]]).argmax(axis=1)


def three(network, **options):
    """The fused loop, masked torch, and the torch loop over SparseLinear."""
    options = OPTIONS | options
    return (
        nn.engine(network, "sparse", **options),
        nn.engine(network, "masked", **options),
        TorchEngine(network, layers="sparse", needs={}, **options),
    )


def assert_same_state(engines, rtol, atol):
    first, *others = (engine.state() for engine in engines)
    for other in others:
        assert other.keys() == first.keys()
        for name in first:
            np.testing.assert_allclose(other[name], first[name], rtol=rtol, atol=atol, err_msg=name)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("regrowth", ["random", "ch3-l3"])
def test_same_trajectory_and_topologies_over_three_updates_in_float64(activation, regrowth):
    network, x, y = problem(activation=activation)
    engines = three(network)
    for epoch in range(4):
        order = np.random.default_rng(epoch).permutation(len(y))
        rates = np.linspace(0.05, 0.01, -(-len(y) // 16))
        losses = [engine.run_epoch(x, y, order, rates) for engine in engines]
        np.testing.assert_allclose(losses, losses[0], rtol=1e-10)
        assert_same_state(engines, 1e-7, 1e-10)
        if epoch < 3:
            updates = [rewire.update(engine.network(), 0.3, regrowth=regrowth, rng=epoch) for engine in engines]
            for engine, (rewired, update) in zip(engines, updates, strict=True):
                assert all(a.same_topology(b) for a, b in zip(rewired.layers, updates[0][0].layers, strict=True))
                engine.apply(rewired, update)
                assert engine.network() == rewired
    evaluations = [engine.evaluate(x, y) for engine in engines]
    np.testing.assert_allclose(evaluations, [evaluations[0]] * 3, rtol=1e-9)
    assert evaluations[0][1] > (0.5 if activation == "relu" else 0.25)  # and they learn


def test_float32_agrees_to_1e_4_over_100_steps():
    network, x, y = problem(np.float32, (100, 200, 200, 200, 10), 0.05, n=1600)
    engines = three(network, lr=0.01)
    losses = [engine.run_epoch(x, y, np.arange(1600)) for engine in engines]
    np.testing.assert_allclose(losses, losses[0], atol=1e-5)
    assert_same_state(engines, 0, 1e-4)
    assert {array.dtype for engine in engines for array in engine.state().values()} == {np.dtype(np.float32)}


@settings(max_examples=25)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5),
    n=st.integers(1, 20),
    batch_size=st.integers(1, 25),
    seed=st.integers(0, 99),
)
def test_engines_agree_at_any_size(sizes, n, batch_size, seed):
    network = generate.erdos_renyi(sizes, 1.0, dtype=np.float64, rng=seed)
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, sizes[0])), rng.integers(0, sizes[-1], n)
    engines = three(network, batch_size=batch_size)
    for _ in range(2):
        order = rng.permutation(n)
        losses = [engine.run_epoch(x, y, order) for engine in engines]
        np.testing.assert_allclose(losses, losses[0], rtol=1e-9, atol=1e-12)
    assert_same_state(engines, 1e-7, 1e-9)


def test_batches_beyond_one_block_agree():
    network, x, y = problem(n=700)
    engines = three(network, batch_size=333)
    losses = [engine.run_epoch(x, y, np.arange(700)) for engine in engines]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-10)
    assert_same_state(engines, 1e-8, 1e-11)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_are_deterministic_and_agree_with_one(threads):
    network, x, y = problem(np.float32)
    order = np.arange(len(y))
    one, *several = (nn.engine(network, "sparse", **OPTIONS | {"threads": t}) for t in (1, threads, threads))
    losses = [engine.run_epoch(x, y, order) for engine in (one, *several)]
    assert losses[1] == losses[2] == pytest.approx(losses[0], rel=1e-5)
    for name, array in several[0].state().items():
        assert np.array_equal(array, several[1].state()[name])
    assert_same_state([one, several[0]], 0, 1e-4)


@pytest.mark.parametrize(("backend", "threads"), [("sparse", 1), ("sparse", 2), ("masked", 1)])
def test_a_saved_state_continues_to_the_same_bits(tmp_path, backend, threads):
    network, x, y = problem(np.float32)
    orders = [np.random.default_rng(epoch).permutation(len(y)) for epoch in range(4)]
    whole = nn.engine(network, backend, **OPTIONS | {"threads": threads})
    for order in orders[:2]:
        whole.run_epoch(x, y, order)
    np.savez(tmp_path / "state.npz", **whole.state())
    resumed = nn.engine(whole.network(), backend, **OPTIONS | {"threads": threads})
    with np.load(tmp_path / "state.npz", allow_pickle=False) as state:
        resumed.load_state(dict(state))
    for order in orders[2:]:
        assert resumed.run_epoch(x, y, order) == whole.run_epoch(x, y, order)
    assert resumed.network() == whole.network()
    for name, array in whole.state().items():
        assert np.array_equal(array, resumed.state()[name])


def test_a_state_moves_between_backends():
    network, x, y = problem()
    sparse, masked, _ = three(network)
    masked.run_epoch(x, y, np.arange(len(y)))
    sparse.load_state(masked.state())
    assert sparse.network() == masked.network()
    assert_same_state([sparse, masked], 0, 0)
    with pytest.raises(ValueError, match="the state holds arrays of shapes"):
        nn.engine(problem(density=0.3)[0], "sparse").load_state(masked.state())


def test_a_state_is_a_copy():
    network, x, y = problem()
    for engine in three(network):
        state = engine.state()
        before = {name: array.copy() for name, array in state.items()}
        engine.run_epoch(x, y, np.arange(len(y)))
        assert all(np.array_equal(state[name], before[name]) for name in state)
        assert not np.array_equal(engine.state()["weights"], before["weights"])


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_progress_is_reported_within_an_epoch_and_may_stop_it(backend):
    network, x, y = problem(sizes=(12, 4), density=1.0, n=250)
    engine = nn.engine(network, backend, **OPTIONS | {"batch_size": 1})
    reports = []
    loss = engine.run_epoch(x, y, np.arange(250), on_progress=lambda *report: reports.append(report))
    assert [steps for steps, _ in reports] == [100, 200, 250]
    assert reports[-1][1] == pytest.approx(loss)

    def interrupt(steps, loss):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.run_epoch(x, y, np.arange(250), on_progress=interrupt)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_divergence_shows_in_the_loss(backend):
    network, x, y = problem(np.float32)
    engine = nn.engine(network, backend, **OPTIONS | {"lr": 1e30})
    with np.errstate(all="ignore"):
        assert not np.isfinite(engine.run_epoch(x, y, np.arange(len(y))))
    x[7, 3] = np.nan
    assert np.isnan(nn.engine(network, backend, **OPTIONS).run_epoch(x, y, np.arange(len(y))))


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_bad_data_are_refused_before_any_step(backend):
    network, x, y = problem()
    engine = nn.engine(network, backend, **OPTIONS)
    order = np.arange(len(y))
    for arguments, message in [
        ((x[:, :5], y, order), r"inputs must have shape \(samples, 12\)"),
        ((x, y[:-1], order), "one whole number per sample"),
        ((x, y + 1, order), "labels must be 0 to 3"),
        ((x, y + 0.5, order), "one whole number per sample"),
        ((x, y, order + 1), "order must name samples 0 to 299"),
        ((x, y, order[:0]), "at least one sample"),
        ((x, y, order, [0.1, 0.1]), "one per step"),
        ((x, y, order, np.nan), "finite"),
        ((x, y, order, -0.1), "not negative"),
    ]:
        with pytest.raises(ValueError, match=message):
            engine.run_epoch(*arguments)
    assert engine.network() == network


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"backend": "dense"}, "unknown backend 'dense'; known: auto, masked, sparse"),
        ({"lr": 0}, "lr must be"),
        ({"lr": float("nan")}, "lr must be"),
        ({"momentum": 1}, "momentum must be"),
        ({"weight_decay": -1}, "weight_decay must be"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"threads": 0}, "threads must be"),
    ],
)
def test_bad_settings_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        nn.engine(problem()[0], **options)


def test_the_masked_engine_leaves_torchs_threads_as_they_were():
    network, x, y = problem()
    before = torch.get_num_threads()
    nn.engine(network, "masked", **OPTIONS | {"threads": before + 1}).run_epoch(x, y, np.arange(len(y)))
    assert torch.get_num_threads() == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="resident memory is read from /proc")
@pytest.mark.parametrize("which", [0, 1, 2])
def test_500_steps_keep_memory_flat(which):
    """A leak of one batch of signals a step would be 75 MB."""
    network, x, y = problem(np.float32, (64, 256, 256, 10), 0.05, n=1000)
    engine = three(network, batch_size=50)[which]
    order = np.arange(1000)
    for _ in range(10):
        engine.run_epoch(x, y, order)
    before = resident_bytes()
    for _ in range(25):
        engine.run_epoch(x, y, order)
    assert resident_bytes() - before < 8e6


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_read_only_samples_are_taken_as_they_are(backend, recwarn):
    network, x, y = problem()
    x.setflags(write=False)
    y.setflags(write=False)
    before = x.copy()
    nn.engine(network, backend, **OPTIONS).run_epoch(x, y, np.arange(len(y)))
    assert np.array_equal(x, before)
    assert not [str(warning.message) for warning in recwarn]
