"""An epoch of 60,000 samples on a CUDA device: our SparseLinear beside masked and dense PyTorch, in the same loop.

A machine without such a device has nothing to measure, and no results.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from analysis.benchmarks.common import alternate, report, table
from analysis.benchmarks.training import EPOCH, PAPER
from analysis.benchmarks.training_rivals import Dense, Masked, SparseModule
from netsparse import LayeredNetwork, generate

OURS = "netsparse SparseLinear"
WIDE = (784, 20_000, 20_000, 10)
CASES = (  # sizes, density, batch, share of the epoch that is measured
    (PAPER, 0.01, 64, 1 / 4),
    (PAPER, 0.01, 128, 1 / 2),
    (PAPER, 0.01, 1024, 1.0),
    (WIDE, 0.0005, 128, 1 / 8),
)


def run(quick: bool) -> pd.DataFrame | None:
    """Time all contenders in all cases; print and write the table, or say that there is no device."""
    if not torch.cuda.is_available():
        print("no CUDA device on this machine: nothing measured")
        return None
    frames = [
        contest(generate.erdos_renyi(sizes, density, rng=0), batch, part / 10 if quick else part, "cuda")
        for sizes, density, batch, part in CASES
    ]
    frame = pd.concat(frames, ignore_index=True).assign(device=torch.cuda.get_device_name())
    return report("gpu", frame, quick=quick)


def contest(network: LayeredNetwork, batch: int, part: float, device: str, repeats: int = 3) -> pd.DataFrame:
    """Time a part of an epoch of each contender, taking turns, once ours and masked PyTorch have shown equal losses."""
    kinds = {OURS: SparseModule, "masked PyTorch": Masked, "dense PyTorch": Dense}
    trainers = {name: kind(network, batch, device) for name, kind in kinds.items()}
    samples = round(part * EPOCH)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, network.sizes[0]), dtype=np.float32)
    y, order = rng.integers(0, network.sizes[-1], samples), rng.permutation(samples)
    losses = {name: trainer.epoch(x, y, order[: 10 * batch]) for name, trainer in trainers.items()}
    if not np.isclose(losses[OURS], losses["masked PyTorch"], rtol=1e-3):  # a GPU may multiply in TF32
        raise RuntimeError(f"contenders differ in what they compute, losses of ten steps: {losses}")
    runs = {name: lambda trainer=trainer: trainer.epoch(x, y, order) for name, trainer in trainers.items()}
    seconds = {name: [time / part for time in times] for name, times in alternate(runs, repeats).items()}
    sizes = "-".join(map(str, network.sizes))
    case = f"{sizes}, density {network.sparse_layers[0].density:.2g}, batch {batch}"
    return table(case, seconds, ours=OURS, note=f"{part:.3g} of an epoch, extrapolated" if part < 1 else "whole epochs")
