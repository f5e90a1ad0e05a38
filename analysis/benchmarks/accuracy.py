"""Accuracy curves against the same loop in torch and scipy, on one thread.

Ours is a whole curve, 51 states of the paper's network under random pruning on 10,000 images, percolation quantities
included. A rival prunes the same links and computes the same accuracies, nothing else; a few states spread over the
curve are timed, and the time of the whole is their mean times 51. FGSM is one strength on all images.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from analysis.benchmarks.common import alternate, report, table
from netsparse import LayeredNetwork, generate, importance, robustness
from netsparse.datasets import Samples
from netsparse.robustness.removal import removed_links, without_links

PAPER = ((784, 1000, 1000, 1000, 10), 0.01)
N_IMAGES, N_STEPS = 10_000, 50
SEED = 0

Classify = Callable[[LayeredNetwork], np.ndarray]


def run(quick: bool) -> pd.DataFrame:
    """Time accuracy curves and FGSM beside their rivals; print and write the table."""
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta", UserWarning)
    network = generate.erdos_renyi(*PAPER, rng=SEED)
    samples = _images(network)
    frames = [_curve(network, samples, n_states=2 if quick else 6, repeats=2 if quick else 3), _fgsm(network, samples)]
    return report("accuracy", pd.concat(frames, ignore_index=True), quick=quick)


def _images(network: LayeredNetwork) -> Samples:
    """Return random pixels: the time of a forward pass does not depend on them."""
    rng = np.random.default_rng(SEED)
    pixels = rng.random((N_IMAGES, network.sizes[0]), dtype=np.float32)
    return Samples((pixels - 0.3) / 0.3, rng.integers(network.sizes[-1], size=N_IMAGES), 0.3, 0.3)


def _curve(network: LayeredNetwork, samples: Samples, *, n_states: int, repeats: int) -> pd.DataFrame:
    strengths = (np.arange(n_states) + 0.5) / n_states  # the midpoint rule
    order = importance.link_order(network, "random", rng=SEED)
    states = [without_links(network, order[: removed_links(network, strength)]) for strength in strengths]
    rivals = {
        "torch, masked dense": _masked_dense(network, samples.x),
        "torch.sparse CSR": _torch_sparse(samples.x),
        "scipy CSR": _scipy(samples.x),
    }
    _check_agreement(states[0], samples.x, rivals)
    contenders = {name: _accuracies(classify, states, samples.y) for name, classify in rivals.items()}
    contenders["netsparse"] = lambda: robustness.curve(
        network, samples, "links-random", steps=N_STEPS, repeats=1, rng=SEED
    )
    seconds = alternate(contenders, repeats)
    for name in rivals:
        seconds[name] = [time * (N_STEPS + 1) / n_states for time in seconds[name]]
    note = f"rivals extrapolated from {n_states} states, without percolation"
    return table(f"random pruning, {N_STEPS + 1} states, {N_IMAGES} images", seconds, note=note)


def _accuracies(classify: Classify, states: Sequence[LayeredNetwork], y: np.ndarray) -> Callable[[], list[float]]:
    return lambda: [float((classify(state) == y).mean()) for state in states]


def _masked_dense(network: LayeredNetwork, x: np.ndarray) -> Classify:
    """Dense weights times a mask: what nearly every library does."""
    inputs = torch.from_numpy(x)
    weights = [torch.from_numpy(layer.biadjacency.toarray().T.copy()) for layer in network.layers]
    biases = [torch.from_numpy(layer.bias.copy()) for layer in network.layers]

    def classify(state: LayeredNetwork) -> np.ndarray:
        signal = inputs
        for index, layer in enumerate(state.layers):
            mask = torch.zeros(layer.shape[::-1])
            mask[torch.from_numpy(layer.columns.astype(np.int64)), torch.from_numpy(layer.rows.astype(np.int64))] = 1
            signal = functional.linear(signal, weights[index] * mask, biases[index])
            signal = signal.relu_() if index < len(state.layers) - 1 else signal
        return signal.argmax(1).numpy()

    return _without_gradient(classify)


def _torch_sparse(x: np.ndarray) -> Classify:
    """Sparse weights times dense signals, neurons x images."""
    inputs = torch.from_numpy(np.ascontiguousarray(x.T))

    def classify(state: LayeredNetwork) -> np.ndarray:
        signal = inputs
        for index, layer in enumerate(state.layers):
            transposed = layer.biadjacency.T.tocsr()
            weights = torch.sparse_csr_tensor(
                torch.from_numpy(transposed.indptr.astype(np.int64)),
                torch.from_numpy(transposed.indices.astype(np.int64)),
                torch.from_numpy(transposed.data.copy()),
                transposed.shape,
                check_invariants=False,
            )
            signal = weights @ signal + torch.from_numpy(layer.bias.copy())[:, None]
            signal = signal.relu_() if index < len(state.layers) - 1 else signal
        return signal.argmax(0).numpy()

    return _without_gradient(classify)


def _scipy(x: np.ndarray) -> Classify:
    def classify(state: LayeredNetwork) -> np.ndarray:
        signal = x
        for index, layer in enumerate(state.layers):
            signal = signal @ layer.biadjacency + layer.bias
            signal = np.maximum(signal, 0) if index < len(state.layers) - 1 else signal
        return signal.argmax(1)

    return classify


def _without_gradient(classify: Classify) -> Classify:
    def run_without(state: LayeredNetwork) -> np.ndarray:
        with torch.no_grad():
            return classify(state)

    return run_without


def _check_agreement(state: LayeredNetwork, x: np.ndarray, rivals: dict[str, Classify]) -> None:
    """All must compute the same classes, but for ties within rounding."""
    own = state.predict(x)
    for name, classify in rivals.items():
        share = float((classify(state) == own).mean())
        if share < 0.999:
            raise AssertionError(f"{name} agrees with netsparse on {share:.2%} of the images only")


def _fgsm(network: LayeredNetwork, samples: Samples) -> pd.DataFrame:
    x, y, mean, deviation = samples
    strength = 0.05
    weights = [torch.from_numpy(layer.biadjacency.toarray().T.copy()) for layer in network.layers]
    biases = [torch.from_numpy(layer.bias.copy()) for layer in network.layers]
    labels = torch.from_numpy(y)

    def with_torch() -> np.ndarray:
        inputs = signal = torch.from_numpy(x.copy()).requires_grad_()
        for index, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            signal = functional.linear(signal.relu() if index else signal, weight, bias)
        (gradient,) = torch.autograd.grad(functional.cross_entropy(signal, labels, reduction="sum"), inputs)
        moved = inputs.detach() + strength / deviation * gradient.sign()
        return moved.clamp((0 - mean) / deviation, (1 - mean) / deviation).numpy()

    def with_netsparse() -> np.ndarray:
        return robustness.fgsm(network, x, y, strength, mean=mean, deviation=deviation)

    share = float(np.isclose(with_torch(), with_netsparse(), atol=1e-5).mean())
    if share < 0.999:
        raise AssertionError(f"torch moves {1 - share:.2%} of the pixels elsewhere")
    seconds = alternate({"torch, dense": with_torch, "netsparse": with_netsparse}, repeats=3)
    return table(f"FGSM, {N_IMAGES} images", seconds)
