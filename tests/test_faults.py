"""Faults that users found, each the example of a kind, with the value that is right; the kinds are tested elsewhere.

Torch adapter: kinds in tests/nn/test_citizen.py, test_rewiring.py and test_stateful.py.
"""

import copy

import numpy as np
import pytest
import torch
from torch.nn.utils import prune

from netsparse import generate, nn, rewire

# --- memory and gradients ---------------------------------------------------------------------------------------------


def sparse_module(shape=(784, 1000), seed=0):
    return nn.SparseLinear(generate.erdos_renyi(shape, 0.01, readout=0, rng=seed).layers[0])


def test_a_layer_of_another_shape_is_refused_instead_of_aborting_python():
    module = sparse_module((784, 300))
    before = module.to_layer()
    with pytest.raises(ValueError, match="the layer is 784 x 1000, but the module 784 x 300"):
        module.rewire(generate.erdos_renyi((784, 1000), 0.01, readout=0, rng=0).layers[0])
    assert module.to_layer() == before


def test_a_shorter_weight_is_refused_instead_of_a_segmentation_fault():
    module = sparse_module()
    loss = module(torch.ones(2, 784)).sum()
    module.weight.data = module.weight.data[:100].clone()
    with pytest.raises(ValueError, match=r"weight must have shape \(7840,\), got \(100,\)"):
        loss.backward()


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_a_rewiring_between_forward_and_backward_is_noticed(backend):
    module = nn.to_module(generate.erdos_renyi((20, 30, 10), 0.2, rng=0), backend)
    loss = module(torch.ones(4, 20)).sum()
    nn.apply_update(module, None, *rewire.update(nn.to_network(module), 0.3, regrowth="random", rng=0))
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_an_averaged_copy_computes_the_network_that_it_says_it_is():
    module = sparse_module((20, 30))
    average = torch.optim.swa_utils.AveragedModel(module)
    average.update_parameters(module)
    module.rewire(generate.erdos_renyi((20, 30), 0.01, readout=0, rng=1).layers[0])
    average.update_parameters(module)
    layer = average.module.to_layer()
    assert layer.same_topology(module.to_layer())
    x = np.random.default_rng(0).normal(size=(5, 20)).astype(np.float32)
    expected = x @ layer.biadjacency.toarray() + layer.bias
    np.testing.assert_allclose(average(torch.tensor(x)).detach().numpy(), expected, rtol=1e-5, atol=1e-6)


def test_a_pruned_layer_is_not_given_new_links_with_old_weights():
    network = generate.erdos_renyi((20, 30, 10), 0.2, rng=0)
    module = nn.to_module(network, "sparse")
    prune.l1_unstructured(module.layers[0], "weight", 0.5)
    before = nn.to_network(module)
    with pytest.raises(TypeError, match=r"computed from other tensors.*prune\.remove"):
        nn.apply_update(module, None, *rewire.update(before, 0.3, regrowth="random", rng=0))
    assert nn.to_network(module) == before


def test_a_state_without_a_weight_leaves_the_weights():
    module, other = sparse_module((20, 30)), sparse_module((20, 30), seed=1)
    before = module.to_layer()
    state = {name: tensor for name, tensor in other.state_dict().items() if name != "weight"}
    assert module.load_state_dict(state, strict=False).missing_keys == ["weight"]
    assert module.to_layer() == before


@pytest.mark.parametrize("n", [1, 10, 64])
def test_bytes_are_refused_by_float_weights_at_every_batch_size(n):
    with pytest.raises(TypeError, match=r"inputs are torch\.uint8, but the weights torch\.float32"):
        sparse_module()(torch.ones(n, 784, dtype=torch.uint8))


def test_a_compiled_module_needs_no_eager_call_first():
    """In this process something may have run; tests/nn/test_citizen.py does it in a fresh one."""
    module = sparse_module((20, 30))
    x = torch.ones(2, 20)
    found = torch.compile(copy.deepcopy(module), backend="aot_eager", fullgraph=True)(x)
    torch.testing.assert_close(found, module(x))


def test_layers_without_bias_exist_and_pruning_never_ranks_zeros_off_the_mask():
    layer = generate.erdos_renyi((20, 30), 0.2, readout=0, rng=0).layers[0]
    assert nn.SparseLinear(layer, bias=False).bias is None
    pruned = nn.SparseLinear(layer)
    prune.l1_unstructured(pruned, "weight", 0.5)
    assert (pruned.to_layer().weights == 0).sum() == 60
    with pytest.raises(TypeError, match="would rank the zeros off the mask"):
        prune.l1_unstructured(nn.MaskedLinear(layer), "weight", 0.5)


def test_new_links_move_under_rprop():
    module = nn.to_module(generate.erdos_renyi((20, 30, 10), 0.2, rng=0), "sparse")
    optimizer = torch.optim.Rprop(module.parameters(), lr=0.01)

    def step():
        optimizer.zero_grad()
        module(torch.ones(4, 20)).square().sum().backward()
        optimizer.step()

    step()
    rewired, update = rewire.update(nn.to_network(module), 1.0, regrowth="random", rng=0)
    nn.apply_update(module, optimizer, rewired, update)
    step()
    moved = nn.to_network(module).layers[0].weights != rewired.layers[0].weights
    with_gradient = module.layers[0].weight.grad.numpy() != 0
    assert with_gradient.any() and np.array_equal(moved, with_gradient)


def test_a_doubled_update_is_refused():
    module = nn.to_module(generate.erdos_renyi((20, 30, 10), 0.2, rng=0), "sparse")
    change = rewire.update(nn.to_network(module), 0.3, regrowth="random", rng=0)
    nn.apply_update(module, None, *change)
    with pytest.raises(ValueError, match="applied already"):
        nn.apply_update(module, None, *change)


def test_a_transformer_refuses_a_sparse_layer_when_it_is_built():
    encoder = torch.nn.TransformerEncoderLayer(20, 2, 30)
    with pytest.raises(TypeError, match=r"TransformerEncoderLayer reads linear1\.weight"):
        encoder.linear1 = sparse_module((20, 30))
    with pytest.raises(TypeError, match=r"MultiheadAttention reads out_proj\.weight"):
        encoder.self_attn.out_proj = sparse_module((20, 20))


def test_indices_take_2_bytes_a_link_and_4_a_row():
    state = sparse_module().state_dict()
    assert state["weight"].nbytes == 4 * 7840
    assert state["columns"].nbytes + state["indptr"].nbytes == 2 * 7840 + 4 * 785
