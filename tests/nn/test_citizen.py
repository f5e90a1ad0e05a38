"""SparseLinear and MaskedLinear as torch's own machinery meets them: what works, and what is refused by name."""

import copy
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn as torch_nn
from torch.nn.utils import parametrizations, parametrize, prune

from netsparse import BipartiteLayer, generate, nn, rewire
from tests.nn.test_modules import random_layer

FIXTURES = Path(__file__).parents[1] / "fixtures"
KINDS = [nn.SparseLinear, nn.MaskedLinear]
OTHER = random_layer(seed=5, density=0.7)


def dense(module):
    """What the module says it is, as a plain product."""
    layer = module.to_layer()
    matrix, bias = torch.tensor(layer.biadjacency.toarray()), torch.tensor(layer.bias)
    return lambda x: x @ matrix.to(x.dtype) + bias.to(x.dtype)


def samples(n=3, dtype=torch.float64):
    return torch.randn(n, 7, generator=torch.Generator().manual_seed(n), dtype=dtype)


def assert_computes_what_it_says(module):
    for n in (0, 1, 3, 200):
        torch.testing.assert_close(module(samples(n)), dense(module)(samples(n)))


WAYS = {
    "in place": lambda module, layer: _edit(module, layer, lambda own, new: own.copy_(new)),
    "behind autograd": lambda module, layer: _edit(module, layer, lambda own, new: own.data.copy_(new)),
    "through numpy": lambda module, layer: _edit(module, layer, lambda own, new: own.numpy().__setitem__(..., new)),
    "replaced data": lambda module, layer: _edit(module, layer, lambda own, new: setattr(own, "data", new)),
    "load": lambda module, layer: module.load_state_dict(nn.SparseLinear(layer).state_dict()),
    "assigned load": lambda module, layer: module.load_state_dict(nn.SparseLinear(layer).state_dict(), assign=True),
    "rewire": lambda module, layer: module.rewire(layer),
}


class TestOneTruth:
    """Whatever changes the buffers, the module computes what they say, or says that they are no topology."""

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("after_forward", [False, True])
    def test_changes_of_the_buffers_are_followed(self, way, after_forward):
        module = nn.SparseLinear(random_layer())
        rows, columns = random_layer(seed=3).rows, random_layer(seed=3).columns
        n = min(columns.size, module.n_links)
        module.rewire(BipartiteLayer.from_links(*(a[:n] for a in module.indices()), np.arange(n) + 1.0, (7, 5)))
        other = BipartiteLayer.from_links(rows[:n], columns[:n], np.arange(n) + 1.0, (7, 5))
        if after_forward:
            module(samples())
        WAYS[way](module, other)
        assert module.to_layer() == other
        assert_computes_what_it_says(module)

    def test_averaged_copies_are_followed(self):
        module = nn.SparseLinear(random_layer())
        averaged = torch.optim.swa_utils.AveragedModel(
            module, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.5)
        )
        for seed in range(4):
            n = module.n_links
            layer = generate.erdos_renyi((7, 5), n / 35, readout=0, dtype=np.float64, rng=seed).layers[0]
            module.rewire(layer)
            averaged.update_parameters(module)
            assert averaged.module.to_layer().same_topology(layer)
            assert_computes_what_it_says(averaged.module)

    @pytest.mark.parametrize(
        "break_it",
        [
            lambda module: module.places.data.fill_(4),
            lambda module: module.places.data.add_(3000),
            lambda module: module.places.data.neg_(),
            lambda module: module.places.numpy().__setitem__(3, 1000),
            lambda module: setattr(module, "places", module.places.flip(0)),
            lambda module: setattr(module, "places", module.places[:-1]),
            lambda module: setattr(module, "places", module.places.double()),
        ],
    )
    def test_buffers_that_are_no_topology_are_said_to_be_none(self, break_it):
        for warm in (False, True):
            module = nn.SparseLinear(random_layer())
            if warm:
                module(samples())
            break_it(module)
            with pytest.raises(ValueError, match=r"no topology of a layer of 7 x 5|weight must have shape"):
                module(samples())

    @pytest.mark.parametrize("size", [0, 1, 13, 40])
    def test_a_weight_of_another_size_is_refused(self, size):
        module = nn.SparseLinear(random_layer())
        before, module.weight = module.weight, torch_nn.Parameter(torch.ones(size, dtype=torch.float64))
        with pytest.raises(ValueError, match="weight must have shape"):
            module(samples())
        module.weight = before
        y = module(samples())
        module.weight.data = torch.ones(size, dtype=torch.float64)
        with pytest.raises(ValueError, match="weight must have shape"):
            y.sum().backward()

    def test_a_bias_of_another_size_or_dtype_is_refused(self):
        module = nn.SparseLinear(random_layer())
        module.bias.data = torch.ones(4, dtype=torch.float64)
        with pytest.raises(ValueError, match="bias must have shape"):
            module(samples())
        module.bias.data = torch.ones(5)
        with pytest.raises(TypeError, match=r"bias is torch\.float32"):
            module(samples())


def _edit(module, layer, write):
    other = nn.SparseLinear(layer)
    write(module.places, other.places)
    with torch.no_grad():
        module.weight.copy_(other.weight)
        module.bias.copy_(other.bias)


@pytest.mark.parametrize("kind", KINDS)
class TestBetweenForwardAndBackward:
    def changes(self, module):
        same_count = generate.erdos_renyi((7, 5), module.n_links / 35, readout=0, dtype=np.float64, rng=9).layers[0]
        yield "same count", lambda: module.rewire(same_count)
        yield "other count", lambda: module.rewire(OTHER)
        yield "load", lambda: module.load_state_dict(type(module)(OTHER).state_dict())

    def test_a_rewiring_is_noticed(self, kind):
        for name, _ in self.changes(kind(random_layer())):
            module = kind(random_layer())
            x = samples().requires_grad_()
            y = module(x)
            dict(self.changes(module))[name]()
            with pytest.raises(RuntimeError, match="modified by an inplace operation"):
                y.sum().backward()
            module(x).sum().backward()  # the next pass is right, though the graph of the first one is alive
            assert module.weight.grad.shape == module.weight.shape
            assert_computes_what_it_says(module)

    def test_whole_updates_are_noticed(self, kind):
        backend = "sparse" if kind is nn.SparseLinear else "masked"
        module = nn.to_module(generate.erdos_renyi((7, 6, 4), 0.4, dtype=np.float64, rng=0), backend)
        optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
        kept = []
        for seed in range(3):
            loss = module(samples()).square().sum()
            kept.append(loss)  # a graph that stays alive
            loss.backward()
            optimizer.step()
            y = module(samples()).sum()
            nn.apply_update(module, optimizer, *rewire.update(nn.to_network(module), 0.5, regrowth="random", rng=seed))
            with pytest.raises(RuntimeError, match="modified by an inplace operation"):
                y.backward()


@pytest.mark.parametrize("kind", KINDS)
class TestRefusals:
    def test_layers_that_do_not_fit_change_nothing(self, kind):
        module = kind(random_layer())
        before = module.to_layer()
        for layer, error, message in [
            (random_layer(7, 6), ValueError, "the layer is 7 x 6, but the module 7 x 5"),
            (random_layer(9, 5), ValueError, "the layer is 9 x 5"),
            (random_layer(5, 7), ValueError, "the layer is 5 x 7"),
            (random_layer(dtype=np.float32), ValueError, "the layer is float32"),
            (np.eye(7, 5), TypeError, "a layer is needed: a scipy sparse array"),
        ]:
            with pytest.raises(error, match=message):
                module.rewire(layer)
            assert module.to_layer() == before

    @pytest.mark.parametrize("size", [0, 1, 10, 64, 200])
    @pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.float32, torch.bfloat16])
    def test_inputs_of_another_dtype_are_refused_at_every_size(self, kind, dtype, size):
        with pytest.raises((TypeError, RuntimeError), match=r"convert one|same dtype"):
            kind(random_layer())(torch.ones(size, 7, dtype=dtype))

    def test_a_partial_state_changes_nothing(self, kind):
        module = kind(random_layer())
        before, state = module.to_layer(), kind(OTHER).state_dict()
        for absent in state:
            partial = {name: tensor for name, tensor in state.items() if name != absent}
            with pytest.raises(RuntimeError, match="Missing key"):
                module.load_state_dict(partial)
            assert module.to_layer() == before
        partial = {name: tensor for name, tensor in state.items() if name != "weight"}
        assert "weight" in module.load_state_dict(partial, strict=False).missing_keys
        assert module.to_layer() == before

    def test_parameters_alone_are_loaded_onto_the_links_there_are(self, kind):
        module = kind(random_layer())
        parameters = {name: torch.ones_like(p) for name, p in module.named_parameters()}
        module.load_state_dict(parameters, strict=False)
        layer = module.to_layer()
        assert layer.same_topology(random_layer()) and (layer.weights == 1).all() and (layer.bias == 1).all()
        assert int(module.weight.detach().sum()) == layer.n_links  # nothing stands off the mask

    def test_parametrised_layers_work_but_are_not_rewired(self, kind):
        module = kind(random_layer())
        parametrize.register_parametrization(module, "weight", torch_nn.Tanh())
        assert_computes_what_it_says(module)
        before = module.to_layer()
        with pytest.raises(TypeError, match=f"the weight of this {kind.__name__} is computed from other tensors"):
            module.rewire(OTHER)
        with pytest.raises(RuntimeError, match="make pruning permanent"):
            module.load_state_dict({**module.state_dict(), **kind(OTHER).state_dict()}, strict=False)
        assert module.to_layer() == before
        parametrize.remove_parametrizations(module, "weight")
        module.rewire(OTHER)
        assert module.to_layer() == OTHER

    def test_a_bias_is_an_option(self, kind):
        layer = random_layer()
        with pytest.raises(ValueError, match="5 biases of the layer are not 0"):
            kind(layer, bias=False)
        plain = BipartiteLayer(layer.biadjacency)
        module = kind(plain, bias=False)
        assert module.bias is None and "bias=False" in repr(module)
        assert [name for name, _ in module.named_parameters()] == ["weight"]
        assert module.to_layer() == plain
        assert_computes_what_it_says(module)
        module(samples()).sum().backward()
        with pytest.raises(ValueError, match="the module has none"):
            module.rewire(OTHER)
        module.rewire(BipartiteLayer(OTHER.biadjacency))
        assert_computes_what_it_says(module)
        copied = kind(plain, bias=False)
        copied.load_state_dict(module.state_dict())
        assert copied.to_layer() == module.to_layer()
        with pytest.raises(RuntimeError, match="Unexpected key"):
            copied.load_state_dict(kind(layer).state_dict())
        assert copied.to_layer() == module.to_layer()


def test_pruning_a_sparse_layer_ranks_its_links():
    module = nn.SparseLinear(random_layer())
    n, before = module.n_links, module.to_layer()
    prune.l1_unstructured(module, "weight", 0.5)
    assert int((module.to_layer().weights == 0).sum()) == round(0.5 * n)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    module(samples()).square().sum().backward()
    optimizer.step()
    assert_computes_what_it_says(module)
    fresh = module.to_layer()  # of the weights after the step, though no forward pass came in between
    assert not np.array_equal(fresh.weights, before.weights)
    with pytest.raises(TypeError, match=r"prune\.remove"):
        module.rewire(OTHER)
    prune.remove(module, "weight")
    assert module.to_layer() == fresh and module.n_links == n
    module.rewire(OTHER)
    assert_computes_what_it_says(module)


def test_pruning_a_masked_layer_is_refused_before_it_changes_anything():
    module = nn.MaskedLinear(random_layer())
    for method in (prune.l1_unstructured, prune.random_unstructured):
        with pytest.raises(TypeError, match="would rank the zeros off the mask"):
            method(module, "weight", 0.5)
        assert module.to_layer() == random_layer()
        assert [name for name, _ in module.named_parameters()] == ["weight", "bias"]
        assert_computes_what_it_says(module)
    prune.l1_unstructured(module, "bias", 2)
    assert int((module.to_layer().bias == 0).sum()) == 2


def test_what_is_about_matrices_is_refused_for_lists_of_links():
    for wrap in (
        parametrizations.spectral_norm,
        parametrizations.weight_norm,
        torch_nn.utils.spectral_norm,
        torch_nn.utils.weight_norm,
    ):
        try:
            module = wrap(nn.SparseLinear(random_layer()))
        except (ValueError, RuntimeError, IndexError):
            continue  # torch itself refuses a weight of one dimension
        with pytest.raises(TypeError, match="about a weight matrix"):
            module(samples())
        full = BipartiteLayer.from_links(*np.indices((7, 5)).reshape(2, -1), np.arange(35.0), (7, 5))
        assert torch.isfinite(wrap(nn.MaskedLinear(full))(samples())).all()


class TestReaders:
    """Modules that read a layer's weight instead of calling it."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_attention_refuses_it_as_its_output(self, kind):
        attention = torch_nn.MultiheadAttention(4, 2)
        own = attention.out_proj
        with pytest.raises(TypeError, match=r"MultiheadAttention reads out_proj\.weight"):
            attention.out_proj = kind(random_layer(4, 4))
        assert attention.out_proj is own

    @pytest.mark.parametrize("name", ["linear1", "linear2"])
    def test_the_encoder_layer_refuses_it_unless_its_fast_path_is_off(self, name):
        part = nn.SparseLinear(random_layer(*((8, 6) if name == "linear1" else (6, 8)), dtype=np.float32))
        encoder = self.encoder()
        with pytest.raises(TypeError, match="in evaluation, unless its fast path is off"):
            setattr(encoder.layers[0], name, part)
        before = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)
        try:
            setattr(encoder.layers[0], name, part)
            self.assert_trains_and_evaluates_alike(encoder)
        finally:
            torch.backends.mha.set_fastpath_enabled(before)

    def test_a_masked_layer_works_there(self):
        encoder = self.encoder()
        encoder.layers[0].linear1 = nn.MaskedLinear(random_layer(8, 6, dtype=np.float32))
        self.assert_trains_and_evaluates_alike(encoder)

    @staticmethod
    def encoder():
        torch.manual_seed(0)
        layer = torch_nn.TransformerEncoderLayer(8, 2, dim_feedforward=6, dropout=0.0, batch_first=True)
        return torch_nn.TransformerEncoder(layer, 2)

    @staticmethod
    def assert_trains_and_evaluates_alike(encoder):
        x = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0))
        padding = torch.zeros(3, 5, dtype=torch.bool)
        padding[:, 4] = True
        optimizer = torch.optim.SGD(encoder.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            encoder.train()(x, src_key_padding_mask=padding).square().sum().backward()
            optimizer.step()
        trained = encoder(x, src_key_padding_mask=padding)[:, :4]
        with torch.no_grad():
            evaluated = encoder.eval()(x, src_key_padding_mask=padding)[:, :4]
            unmasked = encoder(x)
        torch.testing.assert_close(evaluated, trained, rtol=1e-4, atol=1e-5)
        assert torch.isfinite(unmasked).all()


class TestCompilation:
    def test_it_compiles_in_a_fresh_process(self):
        """Nothing has run eagerly before: what a user's script does."""
        script = """
import numpy as np, torch, netsparse as ns
network = ns.generate.erdos_renyi((7, 6, 4), 0.4, rng=0)
module = ns.nn.to_module(network, "sparse")
compiled = torch.compile(module, backend="aot_eager", fullgraph=True)
x = torch.randn(5, 7)
y = compiled(x)
y.square().sum().backward()
gradients = [p.grad.clone() for p in module.parameters()]
module.zero_grad()
torch.testing.assert_close(y, module(x))
module(x).square().sum().backward()
for ours, theirs in zip(gradients, (p.grad for p in module.parameters())):
    torch.testing.assert_close(ours, theirs)
change = ns.rewire.update(ns.nn.to_network(module), 0.5, regrowth="random", rng=1)
ns.nn.apply_update(module, None, *change)
torch.testing.assert_close(compiled(x).detach().numpy(), change[0].forward(x.numpy()))
print("the same")
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
        assert done.stdout.strip() == "the same", done.stderr

    @pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
    def test_it_exports_and_comes_back_from_a_file(self):
        module = nn.to_module(generate.erdos_renyi((7, 6, 4), 0.4, rng=0), "sparse").eval()
        x = torch.randn(5, 7)
        batch = torch.export.Dim("batch", min=2)
        program = torch.export.export(module, (x,), dynamic_shapes={"x": {0: batch}})
        file = io.BytesIO()
        torch.export.save(program, file)
        file.seek(0)
        loaded = torch.export.load(file).module()
        for n in (5, 9):
            x = torch.randn(n, 7)
            torch.testing.assert_close(loaded(x), module(x))

    @pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
    def test_it_is_traced(self):
        module = nn.SparseLinear(random_layer())
        traced = torch.jit.trace(module, samples(4))
        torch.testing.assert_close(traced(samples(4)), module(samples(4)))

    def test_the_operator_keeps_torchs_rules(self):
        module = nn.SparseLinear(random_layer())
        x = samples().requires_grad_()
        arguments = x, module.weight, module.bias, module.places, module.places_high
        torch.library.opcheck(torch.ops.netsparse.sparse_linear.default, (*arguments, 5))
        grad = torch.randn(3, 5, dtype=torch.float64, requires_grad=True)
        for want_x in (True, False):
            backward = torch.ops.netsparse.sparse_linear_backward.default
            torch.library.opcheck(backward, (grad, x, module.weight, module.places, module.places_high, want_x))

    def test_on_the_meta_device(self):
        module = nn.SparseLinear(random_layer()).to("meta")
        assert module(samples().to("meta")).shape == (3, 5)
        module.load_state_dict(nn.SparseLinear(OTHER).state_dict(), assign=True)
        assert module.to_layer() == OTHER
        assert_computes_what_it_says(module)


class TestFunctionTransforms:
    def test_functional_call_with_other_parameters(self):
        module = nn.SparseLinear(random_layer())
        other = {name: torch.randn_like(p) for name, p in module.named_parameters()}
        y = torch.func.functional_call(module, other, (samples(),))
        expected = copy.deepcopy(module)
        expected.load_state_dict(other, strict=False)
        torch.testing.assert_close(y, expected(samples()))
        state = nn.SparseLinear(random_layer(seed=4)).state_dict()
        with pytest.raises((ValueError, RuntimeError)):  # the weight of another number of links, its topology left out
            torch.func.functional_call(module, {"weight": torch.ones(3, dtype=torch.float64)}, (samples(),))
        torch.testing.assert_close(
            torch.func.functional_call(module, state, (samples(),)), nn.SparseLinear(random_layer(seed=4))(samples())
        )

    def test_gradients_for_each_sample(self):
        module = nn.SparseLinear(random_layer())
        parameters = {name: p.detach() for name, p in module.named_parameters()}

        def loss(parameters, x):
            return torch.func.functional_call(module, parameters, (x,)).square().sum()

        for per_sample in (samples(4), samples(4)[:, None]):
            found = torch.func.vmap(torch.func.grad(loss), (None, 0))(parameters, per_sample)
            for index, x in enumerate(per_sample):
                module.zero_grad()
                module(x).square().sum().backward()
                for name, parameter in module.named_parameters():
                    torch.testing.assert_close(found[name][index], parameter.grad)

    def test_an_ensemble_of_weights(self):
        module = nn.SparseLinear(random_layer())
        weights = torch.randn(3, module.n_links, dtype=torch.float64)

        x = samples()

        def call(weight):
            return torch.func.functional_call(module, {"weight": weight}, (x,))

        expected = torch.stack([call(weight) for weight in weights])
        torch.testing.assert_close(torch.func.vmap(call)(weights), expected)


def test_autocast_computes_in_the_dtype_of_the_weights():
    module = nn.SparseLinear(random_layer(dtype=np.float32))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = module(samples(dtype=torch.bfloat16))
    assert y.dtype == torch.float32
    torch.testing.assert_close(y, module(samples(dtype=torch.bfloat16).float()))


class TestFiles:
    """States and pickles, those of version 0.1.0 too."""

    LAYER = BipartiteLayer.from_links(
        [0, 0, 1, 2, 3], [1, 2, 0, 2, 2], np.arange(5) - 1.0, shape=(4, 3), bias=[1.0, 2.0, 3.0]
    )

    def test_a_state_of_version_0_1_0_loads(self):
        state = torch.load(FIXTURES / "sparse_linear_0.1.0_state.pt", weights_only=True)
        assert list(state) == ["weight", "bias", "rows", "columns"]
        for strict in (True, False):
            module = nn.SparseLinear(random_layer(4, 3))
            assert module.load_state_dict(state, strict=strict) == ([], [])
            assert module.to_layer() == self.LAYER
        model = torch_nn.Sequential(nn.SparseLinear(random_layer(4, 3)))
        model.load_state_dict({f"0.{name}": tensor for name, tensor in state.items()})
        assert model[0].to_layer() == self.LAYER

    def test_a_damaged_state_of_version_0_1_0_is_refused(self):
        state = torch.load(FIXTURES / "sparse_linear_0.1.0_state.pt", weights_only=True)
        for damage in (
            {"rows": state["rows"].flip(0)},
            {"rows": state["rows"] - 1},
            {"rows": state["rows"] + 4},
            {"rows": state["rows"][:-1]},
            {"columns": state["columns"] + 1},
            {"rows": state["rows"].double()},
        ):
            module = nn.SparseLinear(random_layer(4, 3))
            with pytest.raises(RuntimeError, match=r"size mismatch|Missing key"):
                module.load_state_dict(state | damage)
            assert module.to_layer() == random_layer(4, 3)

    def test_a_pickled_module_of_version_0_1_0_loads(self):
        module = torch.load(FIXTURES / "sparse_linear_0.1.0_module.pt", weights_only=False)
        assert module.to_layer() == self.LAYER
        x = torch.randn(3, 4, dtype=torch.float64)
        torch.testing.assert_close(module(x), dense(module)(x))
        assert list(module.state_dict()) == list(nn.SparseLinear(self.LAYER).state_dict())
        assert [b.dtype for b in module.buffers()] == [b.dtype for b in nn.SparseLinear(self.LAYER).buffers()]

    @pytest.mark.parametrize(
        ("shape", "density"), [((784, 1000), 0.01), ((784, 300), 0.01), ((1000, 50_000), 0.001), ((1000, 1000), 0.2)]
    )
    def test_indices_take_at_most_5_bytes_a_link(self, shape, density):
        layer = generate.erdos_renyi(shape, density, readout=0, rng=0).layers[0]
        state = nn.SparseLinear(layer).state_dict()
        n_bytes = sum(state[name].nbytes for name in ("places", "places_high") if name in state)
        assert n_bytes == 4 * layer.n_links
        file = io.BytesIO()
        torch.save(state, file)
        assert file.tell() <= (4 + 4) * layer.n_links + 4 * shape[1] + 5000

    def test_a_feed_forward_loads_whole_or_not_at_all(self):
        network, other = (generate.erdos_renyi((7, 6, 4), 0.4, dtype=np.float64, rng=seed) for seed in (0, 1))
        for backend in ("sparse", "masked"):
            module = nn.to_module(network, backend)
            optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
            good = nn.to_module(other, backend).state_dict()
            for name in good:
                for assign in (False, True):
                    for bad in ({**good, name: good[name][:-1]}, {k: v for k, v in good.items() if k != name}):
                        with pytest.raises(RuntimeError, match=r"size mismatch|Missing key"):
                            module.load_state_dict(bad, assign=assign)
                        assert nn.to_network(module) == network
            known = {id(p) for group in optimizer.param_groups for p in group["params"]}
            assert known == {id(p) for p in module.parameters()}
            module.load_state_dict(good)
            assert nn.to_network(module) == other


class TestFeedForward:
    def test_parts_that_do_not_fit_are_refused_when_it_is_built(self):
        first, second = nn.SparseLinear(random_layer(7, 5)), nn.SparseLinear(random_layer(6, 3))
        for layers, options, error, message in [
            ([first, second], {}, ValueError, "layer 0 has 5 outputs, but layer 1 6 inputs"),
            ([], {}, ValueError, "at least one layer"),
            ([torch_nn.Linear(7, 5)], {}, TypeError, "got Linear"),
            ([first], {"readout": 2}, ValueError, "readout is 2"),
            ([first], {"activation": "gelu"}, ValueError, "unknown activation 'gelu'"),
        ]:
            with pytest.raises(error, match=message):
                nn.FeedForward(layers, **options)


def test_a_gradient_of_the_old_size_does_not_outlive_a_load():
    module = nn.SparseLinear(random_layer())
    module(samples()).sum().backward()
    module.load_state_dict(nn.SparseLinear(OTHER).state_dict())
    assert module.weight.grad is None and module.bias.grad is not None


def test_a_layer_of_more_than_2_to_the_31_places_takes_5_bytes_a_link():
    shape, n = (100_000, 99_000), 3000
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(shape[0])[:n], rng.integers(0, shape[1], n)
    layer = BipartiteLayer.from_links(rows, columns, rng.normal(size=n).astype(np.float32), shape)
    module = nn.SparseLinear(layer)
    state = module.state_dict()
    assert state["places"].nbytes + state["places_high"].nbytes == 5 * n
    assert module.to_layer() == layer
    x = torch.zeros(2, shape[0])
    x[:, : shape[0] : 7] = 1
    expected = layer.biadjacency.T @ x.numpy().T
    np.testing.assert_allclose(module(x).detach().numpy(), expected.T, rtol=1e-5, atol=1e-5)
    other = nn.SparseLinear(BipartiteLayer.from_links(rows[:5], columns[:5], np.ones(5, np.float32), shape))
    other.load_state_dict(state)
    assert other.to_layer() == layer
    other.places_high.data.zero_()  # an edit of either buffer is noticed
    with pytest.raises(ValueError, match="no topology"):
        other(x)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loopback device has other names elsewhere")
def test_it_trains_distributed(tmp_path, monkeypatch):
    """Its buffers are sent at every forward pass, in dtypes that gloo and NCCL know."""
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")  # whatever the machine's name leads to
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/meeting", rank=0, world_size=1)
    try:
        for shape in ((7, 5), (100_000, 50_000)):
            module = nn.SparseLinear(BipartiteLayer.from_links([0, 1], [3, 2], [1.0, 2.0], shape))
            wrapped = torch_nn.parallel.DistributedDataParallel(module)
            wrapped(torch.ones(2, shape[0], dtype=torch.float64)).sum().backward()
            assert module.weight.grad.tolist() == [2.0, 2.0]
            module.rewire(BipartiteLayer.from_links([2, 3], [3, 2], [1.0, 2.0], shape))
            wrapped(torch.ones(2, shape[0], dtype=torch.float64)).sum().backward()
            assert module.rows.tolist() == [2, 3] and module.weight.grad.tolist() == [2.0, 2.0]
    finally:
        torch.distributed.destroy_process_group()
