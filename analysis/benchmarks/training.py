"""An epoch of training, of 60,000 samples: netsparse beside the other ways to train a sparse network on a CPU.

Whole loops against whole loops: shuffling, gathering of batches, steps. Before anything is timed, all contenders
but the dense one must show the same losses. Slow ones run a part of the epoch, and the note says which.
"""

from __future__ import annotations

import multiprocessing
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes

from analysis.benchmarks import limit
from analysis.benchmarks.common import alternate, report, table
from analysis.benchmarks.training_rivals import (
    LR,
    MOMENTUM,
    WEIGHT_DECAY,
    Dense,
    Masked,
    Scipy,
    SparseModule,
    TorchSparse,
)
from netsparse import LayeredNetwork, generate
from netsparse.nn import engine

PAPER = (784, 1000, 1000, 1000, 10)
EPOCH = 60_000
SLOW = ("dense PyTorch", "masked PyTorch", "scipy", "torch.sparse CSR")
DENSITIES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
LARGE = (784, 100_000, 100_000, 100_000, 10)  # with 10 links a neuron: signals fill no cache
WIDTHS = (250, 500, 1000, 2000, 4000)


def run(quick: bool) -> pd.DataFrame:
    """Time all contenders, the scaling with density and width, and two trainings at once."""
    warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
    x, y = _samples()
    frames = [_contenders(x, y, batch, quick) for batch in (64, 128)]
    densities = (0.01, 0.1) if quick else DENSITIES
    widths = (500, 2000) if quick else WIDTHS
    part = 1 / 100 if quick else 1 / 10
    frames += [_scaling(x, y, "density", density, 1000, density, part) for density in densities]
    frames += [_scaling(x, y, "width", 0.01, width, width, part) for width in widths]
    frames.append(_large(x, y, 640 if quick else 5000))
    frames.append(_side_by_side(epochs=2 if quick else 12))
    return report("training", pd.concat(frames, ignore_index=True), quick=quick)


def draw(frame: pd.DataFrame, ax: Axes, against: str = "density") -> Axes:
    """Draw the seconds of an epoch against density (784-1000-1000-1000-10) or width (density 0.01), batch 64."""
    rows = frame[frame.case.str.startswith(f"{against} ")]
    for contender, marker in (("masked PyTorch", "s"), ("netsparse", "o")):
        own = rows[rows.contender == contender].sort_values("value")
        ax.loglog(own.value, own.seconds, marker=marker, label=contender)
    values = sorted(rows.value.unique())
    ax.set_xticks(values, [f"{value:g}" for value in values], rotation=45 if len(values) > 5 else 0)
    ax.minorticks_off()
    ax.set_xlabel("density of the sparse layers" if against == "density" else "neurons in each hidden layer")
    ax.set_ylabel("training epoch (s)")
    ax.legend(frameon=False)
    return ax


class _Ours:
    """The fused loop."""

    def __init__(self, network: LayeredNetwork, batch_size: int, threads: int = 1):
        options = {"lr": LR, "momentum": MOMENTUM, "weight_decay": WEIGHT_DECAY, "threads": threads}
        self.engine = engine(network, "sparse", batch_size=batch_size, **options)

    def epoch(self, x: np.ndarray, y: np.ndarray, order: np.ndarray) -> float:
        return self.engine.run_epoch(x, y, order)


def _samples(n: int = EPOCH) -> tuple[np.ndarray, np.ndarray]:
    """Return standard normal images: the time of a step does not depend on what is in them."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, PAPER[0]), dtype=np.float32), rng.integers(0, PAPER[-1], n)


def _contenders(x: np.ndarray, y: np.ndarray, batch: int, quick: bool) -> pd.DataFrame:
    network = generate.erdos_renyi(PAPER, 0.01, rng=0)
    trainers = {
        "netsparse": _Ours(network, batch),
        "netsparse, 2 threads": _Ours(network, batch, threads=2),
        "netsparse SparseLinear in a torch loop": SparseModule(network, batch),
        "masked PyTorch": Masked(network, batch),
        "dense PyTorch": Dense(network, batch),
        "torch.sparse CSR": TorchSparse(network, batch),
        "scipy": Scipy(network, batch),
    }
    _check_same_losses(trainers, x, y, batch)
    parts = dict.fromkeys(trainers, 1.0)
    if quick:
        parts = dict.fromkeys(parts, 1 / 4) | dict.fromkeys(SLOW, 1 / 40)
        parts["netsparse SparseLinear in a torch loop"] = 1 / 20
    frame = _timed(f"batch {batch}", trainers, parts, x, y, repeats=3)
    return pd.concat([frame, _limit(f"batch {batch}", network, frame.seconds[0])])


def _limit(case: str, network: LayeredNetwork, ours: float) -> pd.DataFrame:
    """Return a row like the others: the least seconds that the machine allows for an epoch."""
    machine = limit.measure()
    seconds = machine.epoch(network.n_links, EPOCH)
    note = (
        f"{2e-9 * machine.multiply_adds:.0f} GFLOP/s in registers, {1e-9 * machine.bytes_read:.0f} GB/s from the cache"
    )
    row = table(case, {"limit of the machine": [seconds]}, ours="limit of the machine", note=note)
    return row.assign(ratio_to_ours=seconds / ours)


def _large(x: np.ndarray, y: np.ndarray, samples: int) -> pd.DataFrame:
    """Time a network whose signals fill no cache."""
    network = generate.erdos_renyi(LARGE, 10 / LARGE[1], rng=0)
    trainer = _Ours(network, 64)
    trainer.epoch(x, y, np.arange(64))
    seconds = alternate({"netsparse": lambda: trainer.epoch(x, y, np.arange(samples))}, 3)
    rate = network.n_links * samples / min(seconds["netsparse"])
    return table("large network, batch 64", seconds, note=f"{samples} samples; {rate:.2g} links x samples a second")


def _scaling(
    x: np.ndarray, y: np.ndarray, against: str, density: float, width: int, value: float, part: float
) -> pd.DataFrame:
    network = generate.erdos_renyi((PAPER[0], width, width, width, PAPER[-1]), density, rng=0)
    trainers = {"netsparse": _Ours(network, 64), "masked PyTorch": Masked(network, 64)}
    for trainer in trainers.values():
        trainer.epoch(x, y, np.arange(256))
    parts = {"netsparse": min(1.0, 2 * part), "masked PyTorch": part}
    return _timed(f"{against} {value:g}", trainers, parts, x, y, repeats=2).assign(value=value)


def _timed(case: str, trainers: dict, parts: dict[str, float], x: np.ndarray, y: np.ndarray, repeats: int):
    """Time an epoch of each trainer, taking turns; a part of it stands for the whole in proportion."""
    rng = np.random.default_rng(1)

    def epoch_of(name: str) -> Callable[[], float]:
        return lambda: trainers[name].epoch(x, y, rng.permutation(EPOCH)[: round(parts[name] * EPOCH)])

    seconds = alternate({name: epoch_of(name) for name in trainers}, repeats)
    frame = table(case, {name: [s / parts[name] for s in times] for name, times in seconds.items()})
    frame["note"] = [
        "whole epochs" if parts[name] == 1 else f"{parts[name]:.3g} of an epoch, extrapolated" for name in trainers
    ]
    return frame


def _check_same_losses(trainers: dict, x: np.ndarray, y: np.ndarray, batch: int) -> None:
    """Refuse to time what does not compute the same; also the first call, which compiles."""
    losses = {name: trainer.epoch(x, y, np.arange(10 * batch)) for name, trainer in trainers.items()}
    same = [loss for name, loss in losses.items() if name != "dense PyTorch"]
    if not np.allclose(same, losses["netsparse"], rtol=1e-4):
        raise RuntimeError(f"contenders differ in what they compute, losses of ten steps: {losses}")


def _side_by_side(epochs: int) -> pd.DataFrame:
    """Compare the fastest epoch of a training that runs alone with those of two at once, in two processes."""
    alone = _processes(1, epochs)
    together = _processes(2, epochs)
    seconds = {"netsparse": alone, "netsparse, slower of two at once": together}
    return table("side by side, batch 64", seconds, note="whole epochs; a process each, one thread each")


def _processes(n: int, epochs: int) -> list[float]:
    """Return the epoch times of the slower of n processes that train at the same time."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(n), context.Queue()
    workers = [context.Process(target=_train_alone, args=(barrier, results, epochs)) for _ in range(n)]
    for worker in workers:
        worker.start()
    times = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    return max(times, key=min)


def _train_alone(barrier, results, epochs: int) -> None:
    torch.set_num_threads(1)
    x, y = _samples()
    trainer, order = _Ours(generate.erdos_renyi(PAPER, 0.01, rng=0), 64), np.random.default_rng(1).permutation(EPOCH)
    trainer.epoch(x, y, order[:640])
    barrier.wait()
    times = []
    for _ in range(epochs):
        start = time.perf_counter()
        trainer.epoch(x, y, order)
        times.append(time.perf_counter() - start)
    results.put(times)
