"""Other ways to train a sparse network, each a plain loop as its users write it; those of torch on any device.

All take the same steps: mean cross-entropy, stochastic gradient descent with momentum and weight decay. Each has
`epoch(x, y, order)`, which returns the mean loss.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from netsparse import LayeredNetwork
from netsparse.nn import masks, to_module

LR, MOMENTUM, WEIGHT_DECAY = 0.01, 0.9, 5e-4


def batches(order: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Yield the samples of each step."""
    return (order[first : first + size] for first in range(0, len(order), size))


class _Torch:
    """The loop of every PyTorch tutorial; `model` says what is multiplied."""

    def __init__(self, model: nn.Module, batch_size: int, device: str):
        self.model, self.batch_size, self.device = model.to(device), batch_size, device
        self.optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)

    def epoch(self, x: np.ndarray, y: np.ndarray, order: np.ndarray) -> float:
        x, y, order = (torch.from_numpy(array).to(self.device) for array in (x, y, order))
        total = 0.0
        for chosen in order.split(self.batch_size):
            self.optimizer.zero_grad()
            loss = nn.functional.cross_entropy(self.model(x[chosen]), y[chosen])
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(chosen)
        return total / len(order)


class Dense(_Torch):
    """PyTorch without any mask: all possible links are trained."""

    def __init__(self, network: LayeredNetwork, batch_size: int, device: str = "cpu"):
        layers = []
        for layer in network.layers:
            linear = nn.Linear(*layer.shape)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(layer.biadjacency.T.toarray()))
                linear.bias.copy_(torch.tensor(layer.bias))
            layers += [linear, nn.ReLU()]
        super().__init__(nn.Sequential(*layers[:-1]), batch_size, device)


class _Masked(nn.Module):
    """A dense linear layer whose weight is multiplied by a mask at each use."""

    def __init__(self, linear: nn.Linear, mask: Tensor):
        super().__init__()
        self.linear = linear
        self.register_buffer("mask", mask.float())

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(x, self.linear.weight * self.mask, self.linear.bias)


class Masked(_Torch):
    """Masked-dense PyTorch: what nearly every library does. The dense readout is not masked."""

    def __init__(self, network: LayeredNetwork, batch_size: int, device: str = "cpu"):
        model = Dense(network, batch_size).model
        for index, mask in enumerate(masks(network)[: len(network.sparse_layers)]):
            model[2 * index] = _Masked(model[2 * index], mask)
        super().__init__(model, batch_size, device)


class SparseModule(_Torch):
    """Our SparseLinear in the same loop: what a model of one's own gets."""

    def __init__(self, network: LayeredNetwork, batch_size: int, device: str = "cpu"):
        super().__init__(to_module(network, "sparse"), batch_size, device)


class _ByHand:
    """Forward, backward and descent written out; subclasses say how links multiply and get their gradient."""

    def __init__(self, network: LayeredNetwork, batch_size: int):
        self.batch_size = batch_size
        self.layers = [self.layer(layer) for layer in network.layers]

    def epoch(self, x: np.ndarray, y: np.ndarray, order: np.ndarray) -> float:
        total = sum(self._step(x[chosen], y[chosen]) * len(chosen) for chosen in batches(order, self.batch_size))
        return total / len(order)

    def _step(self, x: np.ndarray, y: np.ndarray) -> float:
        signals = [np.ascontiguousarray(x.T)]
        for layer in self.layers:
            signal = layer.forward(signals[-1])
            signals.append(np.maximum(signal, 0) if layer is not self.layers[-1] else signal)
        scores = signals[-1] - signals[-1].max(axis=0)
        delta = np.exp(scores)
        total = delta.sum(axis=0)
        loss = float((np.log(total) - scores[y, np.arange(len(y))]).mean())
        delta /= total
        delta[y, np.arange(len(y))] -= 1
        delta /= len(y)
        for index in reversed(range(len(self.layers))):
            layer = self.layers[index]
            below = layer.backward(delta) * (signals[index] > 0) if index else None
            layer.descend(layer.gradient(signals[index], delta), delta.sum(axis=1))
            delta = below
        return loss


class _ScipyLayer:
    """Products by scipy CSR; the gradient of a link from the gathered rows of its two neurons."""

    def __init__(self, layer):
        self.shape, self.rows, self.columns = layer.shape, layer.rows, layer.columns
        self.weights, self.bias = layer.weights.copy(), layer.bias.copy()
        self.matrix = sparse.csr_array((self.weights, layer.columns.copy(), layer.indptr.copy()), shape=layer.shape)
        self.velocity, self.bias_velocity = np.zeros_like(self.weights), np.zeros_like(self.bias)

    def forward(self, signal: np.ndarray) -> np.ndarray:
        return self.matrix.T @ signal + self.bias[:, None]

    def backward(self, delta: np.ndarray) -> np.ndarray:
        return self.matrix @ delta

    def gradient(self, signal: np.ndarray, delta: np.ndarray) -> np.ndarray:
        return np.einsum("ij,ij->i", signal[self.rows], delta[self.columns])

    def descend(self, gradient: np.ndarray, bias_gradient: np.ndarray) -> None:
        for value, velocity, slope in (
            (self.matrix.data, self.velocity, gradient),
            (self.bias, self.bias_velocity, bias_gradient),
        ):
            velocity *= MOMENTUM
            velocity += slope + WEIGHT_DECAY * value
            value -= LR * velocity


class _TorchSparseLayer(_ScipyLayer):
    """Products by torch.sparse CSR in both directions, the rest as above."""

    def __init__(self, layer):
        super().__init__(layer)
        by_column = sparse.csr_array(
            (np.arange(layer.n_links), layer.columns.copy(), layer.indptr.copy()), shape=layer.shape
        ).T.tocsr()
        self.order = by_column.data
        self.down = self._csr(layer.indptr, layer.columns, layer.weights, layer.shape)
        self.up = self._csr(by_column.indptr, by_column.indices, layer.weights[self.order], layer.shape[::-1])

    @staticmethod
    def _csr(indptr, indices, values, shape) -> Tensor:
        indptr, indices = torch.tensor(indptr, dtype=torch.int32), torch.tensor(indices, dtype=torch.int32)
        return torch.sparse_csr_tensor(indptr, indices, torch.tensor(values), shape, check_invariants=True)

    def forward(self, signal: np.ndarray) -> np.ndarray:
        return (self.up @ torch.from_numpy(signal)).numpy() + self.bias[:, None]

    def backward(self, delta: np.ndarray) -> np.ndarray:
        return (self.down @ torch.from_numpy(delta)).numpy()

    def descend(self, gradient: np.ndarray, bias_gradient: np.ndarray) -> None:
        super().descend(gradient, bias_gradient)
        self.down.values().copy_(torch.from_numpy(self.matrix.data))
        self.up.values().copy_(torch.from_numpy(self.matrix.data[self.order]))


class Scipy(_ByHand):
    """A naive loop over scipy.sparse products."""

    layer = _ScipyLayer


class TorchSparse(_ByHand):
    """The same loop over torch.sparse CSR products."""

    layer = _TorchSparseLayer
