"""A module driven through random sequences of what users do, against a plain dense model that does the same.

``NETSPARSE_STATEFUL_STEPS=11000`` runs at most that many steps, about 10,000, instead of the short form.
"""

import copy
import io
import os
import pickle

import numpy as np
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from torch.nn.utils import prune

from netsparse import BipartiteLayer, LayeredNetwork, nn, rewire
from tests import tiny

SIZES = (5, 6, 3)
LR, MOMENTUM = 0.05, 0.9
STEPS_A_RUN = 25
N_STEPS = int(os.environ.get("NETSPARSE_STATEFUL_STEPS", "500"))

seeds = st.integers(0, 2**16)
layer_numbers = st.integers(0, len(SIZES) - 2)


def random_network(seed):
    """Layers of any density, none and all links included, some weights exactly zero."""
    rng = np.random.default_rng(seed)
    layers = []
    for shape in zip(SIZES, SIZES[1:], strict=False):
        pattern = rng.random(shape) < rng.choice([0, 0.2, 0.5, 1])
        weights = rng.normal(size=pattern.sum()) * (rng.random(pattern.sum()) < 0.9)
        layers.append(tiny.layer(pattern, weights, bias=rng.normal(size=shape[1])))
    return LayeredNetwork(layers)


class DenseModel:
    """The same network as plain matrices: weights, masks, biases, and the momentum of torch's SGD."""

    def __init__(self, network):
        self.take_over(network)
        self.momentum = None

    def take_over(self, network):
        self.masks = []
        self.parameters = []
        for layer in network.layers:
            mask = np.zeros(layer.shape, bool)
            mask[layer.rows, layer.columns] = True
            self.masks.append(mask)
            self.parameters += [torch.tensor(layer.biadjacency.toarray()), torch.tensor(layer.bias)]

    def forward(self, x, parameters=None):
        parameters = self.parameters if parameters is None else parameters
        for index in range(0, len(parameters), 2):
            x = torch.relu(x) if index else x
            x = x @ parameters[index] + parameters[index + 1]
        return x

    def gradients(self, x):
        leaves = [parameter.clone().requires_grad_() for parameter in self.parameters]
        found = torch.autograd.grad(self.forward(x, leaves).square().sum(), leaves)
        masks = [torch.tensor(mask) for mask in self.masks]
        return [g * masks[i // 2] if i % 2 == 0 else g for i, g in enumerate(found)]

    def step(self, gradients):
        first = self.momentum is None
        self.momentum = (
            gradients if first else [MOMENTUM * v + g for v, g in zip(self.momentum, gradients, strict=True)]
        )
        self.parameters = [p - LR * v for p, v in zip(self.parameters, self.momentum, strict=True)]

    def carry_momentum(self, network, update):
        """Keep the momentum of links that survive; zero for new links and cleared biases."""
        if self.momentum is None:
            return
        for index, (layer, change) in enumerate(zip(network.layers, update.layers, strict=True)):
            kept = torch.zeros(layer.shape, dtype=torch.bool)
            kept[
                torch.tensor(layer.rows[change.kept_to]).long(), torch.tensor(layer.columns[change.kept_to]).long()
            ] = True
            self.momentum[2 * index] = self.momentum[2 * index] * kept
            self.momentum[2 * index + 1] = self.momentum[2 * index + 1] * torch.tensor(~change.bias_cleared)

    def network(self):
        layers = []
        for mask, weight, bias in zip(self.masks, self.parameters[::2], self.parameters[1::2], strict=True):
            rows, columns = np.nonzero(mask)
            layers.append(BipartiteLayer.from_links(rows, columns, weight.numpy()[mask], mask.shape, bias.numpy()))
        return LayeredNetwork(layers)


class Machine(RuleBasedStateMachine):
    @initialize(seed=seeds, backend=st.sampled_from(["sparse", "masked"]))
    def start(self, seed, backend):
        self.backend = backend
        self.begin(nn.to_module(random_network(seed), backend), random_network(seed))

    def begin(self, module, network):
        self.module, self.model = module, DenseModel(network)
        self.optimizer = torch.optim.SGD(module.parameters(), lr=LR, momentum=MOMENTUM)
        self.pending = None
        self.compiled = None
        self.states = [(copy.deepcopy(module.state_dict()), network)]

    def samples(self, n, seed):
        return torch.randn(n, SIZES[0], generator=torch.Generator().manual_seed(seed), dtype=torch.float64)

    @rule(n=st.sampled_from([0, 1, 2, 7, 130]), seed=seeds)
    def forward(self, n, seed):
        x = self.samples(n, seed)
        torch.testing.assert_close(self.module(x), self.model.forward(x), rtol=1e-8, atol=1e-8)

    @rule(n=st.sampled_from([1, 3, 140]), seed=seeds)
    def backward(self, n, seed):
        x = self.samples(n, seed)
        self.optimizer.zero_grad()
        (self.module(x).square().sum() / n).backward()
        expected = [g / n for g in self.model.gradients(x)]
        for index, part in enumerate(self.module.layers):
            mask = torch.tensor(self.model.masks[index])
            found = part.by_link(part.weight.grad)
            torch.testing.assert_close(found, expected[2 * index][mask], rtol=1e-7, atol=1e-7)
            torch.testing.assert_close(part.bias.grad, expected[2 * index + 1], rtol=1e-7, atol=1e-7)
        self.pending = expected

    @precondition(lambda self: self.pending is not None)
    @rule()
    def step(self):
        norm = sum(float(g.square().sum()) for g in self.pending) ** 0.5
        scale = min(1.0, 1.0 / (norm + 1e-6))  # as clip_grad_norm_: no run diverges
        torch.nn.utils.clip_grad_norm_(self.module.parameters(), 1.0)
        self.optimizer.step()
        self.model.step([g * scale for g in self.pending])
        self.pending = None

    @rule(seed=seeds, zeta=st.sampled_from([0.0, 0.3, 1.0]), clean=st.booleans())
    def rewire(self, seed, zeta, clean):
        before = nn.to_network(self.module)
        rewired, update = rewire.update(before, zeta, regrowth="random", remove_disconnected=clean, rng=seed)
        nn.apply_update(self.module, self.optimizer, rewired, update)
        self.model.take_over(rewired)
        self.model.carry_momentum(rewired, update)
        self.pending = None

    @rule(seed=seeds)
    def rewire_between_forward_and_backward(self, seed):
        loss = self.module(self.samples(3, seed).requires_grad_()).square().sum()
        self.rewire(seed, 0.5, False)
        if any(mask.any() for mask in self.model.masks) and loss.requires_grad:
            try:
                loss.backward()
            except RuntimeError as error:
                assert "modified by an inplace operation" in str(error)
            else:
                raise AssertionError("a rewiring between forward and backward was not noticed")
            finally:
                self.optimizer.zero_grad()

    @rule(seed=seeds, number=layer_numbers)
    def rewire_one_layer(self, seed, number):
        """To another topology of another number of links; its momentum starts anew."""
        layer = random_network(seed).layers[number]
        part = self.module.layers[number]
        part.rewire(layer)
        self.optimizer.state.pop(part.weight, None)
        network = self.model.network()
        layers = [layer if index == number else own for index, own in enumerate(network.layers)]
        self.model.take_over(network.with_layers(layers))
        if self.model.momentum is not None:
            self.model.momentum[2 * number] = torch.zeros_like(self.model.momentum[2 * number])
        self.pending = None

    @rule()
    def keep_a_state(self):
        self.states.append((copy.deepcopy(self.module.state_dict()), self.model.network()))

    @rule(which=st.integers(0, 10), assign=st.booleans())
    def load(self, which, assign):
        state, network = self.states[which % len(self.states)]
        self.module.load_state_dict(copy.deepcopy(state), assign=assign)
        self.model.take_over(network)
        self.forget_momentum()

    @rule(which=st.integers(0, 10), name=st.integers(0, 20), kind=st.sampled_from(["short", "absent", "shifted"]))
    def fail_to_load(self, which, name, kind):
        state = dict(self.states[which % len(self.states)][0])
        name = list(state)[name % len(state)]
        if kind == "absent":
            del state[name]
        elif kind == "short":
            state[name] = state[name].new_zeros((state[name].shape[0] + 1, *state[name].shape[1:]))
        elif name.endswith("places") and state[name].numel():
            state[name] = state[name] + 100
        else:
            return
        try:
            self.module.load_state_dict(state)
        except RuntimeError:
            return
        raise AssertionError(f"a state with {kind} {name} was loaded")

    @rule(way=st.sampled_from(["deepcopy", "pickle", "torch.save"]))
    def copy(self, way):
        if way == "deepcopy":
            module = copy.deepcopy(self.module)
        elif way == "pickle":
            module = pickle.loads(pickle.dumps(self.module))
        else:
            file = io.BytesIO()
            torch.save(self.module, file)
            file.seek(0)
            module = torch.load(file, weights_only=False)
        with torch.no_grad():  # the old one goes its own way
            for parameter in self.module.parameters():
                parameter.fill_(7.0)
        self.module = module
        self.forget_momentum()

    @rule(seed=seeds, number=layer_numbers)
    def edit_the_buffers(self, seed, number):
        """Write another topology of as many links behind torch's back."""
        part, layer = self.module.layers[number], self.model.network().layers[number]
        places = np.sort(np.random.default_rng(seed).permutation(layer.shape[0] * layer.shape[1])[: layer.n_links])
        rows, columns = np.divmod(places, layer.shape[1])
        other = BipartiteLayer.from_links(rows, columns, layer.weights, layer.shape, layer.bias)
        twin = type(part)(other)
        for name in part.topology:
            getattr(part, name).data.copy_(getattr(twin, name))
        part.weight.data.copy_(twin.weight.data)
        network = self.model.network()
        self.model.take_over(
            network.with_layers([other if index == number else own for index, own in enumerate(network.layers)])
        )
        self.forget_momentum()

    @precondition(lambda self: self.backend == "sparse")
    @rule(number=layer_numbers, amount=st.sampled_from([0.0, 0.3, 1.0]))
    def prune(self, number, amount):
        part = self.module.layers[number]
        if part.n_links == 0:
            return
        weights = self.model.network().layers[number].weights
        prune.l1_unstructured(part, "weight", amount)
        n_pruned = round(amount * weights.size)
        kept = np.sort(np.abs(weights))[n_pruned:]
        np.testing.assert_allclose(np.sort(np.abs(part.to_layer().weights))[n_pruned:], kept)
        assert part.n_links == weights.size
        prune.remove(part, "weight")
        self.model.take_over(nn.to_network(self.module))
        self.forget_momentum()

    @rule(seed=seeds)
    def compile(self, seed):
        if self.compiled is None or self.compiled[0] is not self.module:
            torch.compiler.reset()
            self.compiled = self.module, torch.compile(self.module, backend="eager", fullgraph=True)
        x = self.samples(4, seed)
        torch.testing.assert_close(self.compiled[1](x), self.model.forward(x), rtol=1e-8, atol=1e-8)

    @rule(seed=seeds)
    def move_between_dtypes(self, seed):
        self.module.float()
        x = self.samples(3, seed).float()
        torch.testing.assert_close(self.module(x), self.model.forward(x.double()).float(), rtol=1e-3, atol=1e-3)
        self.module.double()
        self.model.take_over(nn.to_network(self.module))
        self.forget_momentum()

    def forget_momentum(self):
        self.optimizer = torch.optim.SGD(self.module.parameters(), lr=LR, momentum=MOMENTUM)
        self.model.momentum = None
        self.pending = None

    @invariant()
    def it_is_the_network_of_the_model(self):
        if not hasattr(self, "module"):
            return
        for own, expected in zip(nn.to_network(self.module).layers, self.model.network().layers, strict=True):
            assert own.same_topology(expected)
            np.testing.assert_allclose(own.weights, expected.weights, rtol=1e-7, atol=1e-9)
            np.testing.assert_allclose(own.bias, expected.bias, rtol=1e-7, atol=1e-9)


def test_a_module_is_its_network_whatever_is_done_to_it():
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=N_STEPS // STEPS_A_RUN,
            stateful_step_count=STEPS_A_RUN,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
