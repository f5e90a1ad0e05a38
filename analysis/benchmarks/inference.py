"""Outputs of one layer, and of a network, without gradients: our loops beside dense and torch.sparse CSR products.

One thread, batches of 1, 16 and 256. Before anything is timed, all contenders must show the same outputs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from torch import nn

from analysis.benchmarks.common import alternate, report, table
from netsparse import BipartiteLayer, LayeredNetwork, generate
from netsparse.nn import SparseLinear

SHAPES = ((784, 1000), (768, 3072))
DENSITIES = (0.01, 0.05, 0.1, 0.2)
BATCHES = (1, 16, 256)
_SAMPLES = 512  # that a timed run computes, in so many calls


def run(quick: bool) -> pd.DataFrame:
    """Time all contenders in all cases; print and write the table."""
    warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
    torch.set_num_threads(1)
    shapes, densities = (SHAPES[:1], DENSITIES[::2]) if quick else (SHAPES, DENSITIES)
    cases = [(shape, density, batch) for shape in shapes for density in densities for batch in BATCHES]
    with torch.no_grad():
        return report("inference", pd.concat([_contest(*case, 5 if quick else 40) for case in cases]), quick=quick)


def _contest(shape: tuple[int, int], density: float, batch: int, repeats: int) -> pd.DataFrame:
    network = generate.erdos_renyi(shape, density, readout=0, rng=0)
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((batch, shape[0]), dtype=np.float32))
    contenders = _contenders(network, x)
    outputs = [np.asarray(multiply()) for multiply in contenders.values()]
    if not all(np.allclose(found, outputs[0], rtol=1e-3, atol=1e-4) for found in outputs):
        raise RuntimeError(f"contenders differ in what they compute: {shape}, density {density}, batch {batch}")
    calls = max(1, min(100, _SAMPLES // batch))
    runs = {name: lambda multiply=multiply: [multiply() for _ in range(calls)] for name, multiply in contenders.items()}
    seconds = {name: [time / calls for time in times] for name, times in alternate(runs, repeats).items()}
    case = f"{shape[0]} x {shape[1]}, density {density:g}, batch {batch}"
    return table(case, seconds, ours="netsparse SparseLinear", note=f"a call, of {calls} in a row")


def _contenders(network: LayeredNetwork, x: torch.Tensor) -> dict[str, Callable[[], object]]:
    (layer,) = network.layers
    sparse, dense, samples = SparseLinear(layer), _dense(layer), x.numpy()
    csr, bias = dense.weight.detach().to_sparse_csr(), dense.bias[:, None]
    return {
        "netsparse SparseLinear": lambda: sparse(x),
        "netsparse LayeredNetwork": lambda: network.forward(samples),
        "nn.Linear": lambda: dense(x),
        "torch.sparse CSR": lambda: (csr @ x.T + bias).T,
    }


def _dense(layer: BipartiteLayer) -> nn.Linear:
    dense = nn.Linear(*layer.shape)
    dense.weight.copy_(torch.from_numpy(layer.biadjacency.T.toarray()))
    dense.bias.copy_(torch.tensor(layer.bias))
    return dense
