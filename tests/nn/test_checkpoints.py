"""Networks from plain modules and from files of torch and safetensors: which zeros are links is the caller's to say."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.numpy
import torch
from torch import nn
from torch.ao.pruning import WeightNormSparsifier
from torch.nn.utils import prune

import netsparse as ns
from netsparse.errors import FileFormatError
from netsparse.graph import read

LIST_OF_LINKS = ns.nn.to_module(ns.generate.erdos_renyi((3, 2), 1.0, readout=0, rng=0), "sparse")


def pruned() -> nn.Sequential:
    """A small module, two of its weights 0 by chance and half of the others pruned."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)).double()
    with torch.no_grad():
        module[0].weight[0, :2] = 0
    for layer in (module[0], module[2]):
        prune.random_unstructured(layer, "weight", amount=0.5)
    return module


def assert_computes_the_same(network, module):
    x = torch.randn(7, 6, dtype=torch.float64)
    np.testing.assert_allclose(network.forward(x.numpy()), module(x).detach().numpy(), rtol=1e-12)


def test_masks_of_torch_are_the_links_zeros_among_them():
    module = pruned()
    network = ns.nn.from_module(module, readout=1)
    assert [layer.n_links for layer in network.layers] == [int(module[i].weight_mask.sum()) for i in (0, 2)]
    assert network.readout == 1
    assert_computes_the_same(network, module)
    n_zeros = int((module[0].weight_mask[0, :2] != 0).sum())
    assert ns.nn.from_module(module, links="nonzero").n_links == network.n_links - n_zeros
    assert ns.nn.from_module(module, links="all").n_links == 45


def test_masks_of_ao_pruning_are_read():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)).double()
    sparsifier = WeightNormSparsifier(sparsity_level=0.5, sparse_block_shape=(1, 1))
    sparsifier.prepare(module, [{"tensor_fqn": "0.weight"}, {"tensor_fqn": "2.weight"}])
    sparsifier.step()
    network = ns.nn.from_module(module)
    assert network.n_links == sum(int((module[i].weight != 0).sum()) for i in (0, 2))
    assert_computes_the_same(network, module)


@pytest.mark.parametrize("nested", [False, True])
def test_checkpoints_are_read_as_saved(tmp_path, nested):
    module = pruned()
    state = {"epoch": 3, "state_dict": module.state_dict()} if nested else module.state_dict()
    torch.save(state, tmp_path / "model.pt")
    assert read(tmp_path / "model.pt") == ns.nn.from_module(module)
    assert ns.as_network(tmp_path / "model.pt") == ns.nn.from_module(module)


def test_safetensors_have_no_order_but_their_numbers(tmp_path):
    rng = np.random.default_rng(0)
    sizes = range(2, 14)
    state = {f"layers.{i}.weight": rng.normal(size=(n + 1, n)) for i, n in enumerate(sizes)}
    safetensors.numpy.save_file(state, tmp_path / "n.safetensors")
    assert read(tmp_path / "n.safetensors", links="all").sizes == tuple(range(2, 15))


def test_layers_are_chosen_by_name():
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(4, 3), nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"^0 has a weight of 4 dimensions, it is no linear layer; say which layers"):
        ns.nn.from_module(module, links="all")
    assert ns.nn.from_module(module, links="all", layers=["2", "3"]).sizes == (4, 3, 2)
    with pytest.raises(ValueError, match="3 has 2 outputs, but 2 4 inputs"):
        ns.nn.from_module(module, links="all", layers=["3", "2"])
    with pytest.raises(ValueError, match="unknown layer 'head'; known: 2, 3"):
        ns.nn.from_module(module, links="all", layers=["head"])


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (nn.Linear(2, 2), {}, "which zeros are links\\? say links='nonzero' or 'all'"),
        (nn.Linear(2, 2), {"links": "masks"}, "the layer has no mask"),
        (nn.Linear(2, 2), {"links": "some"}, "unknown links 'some'; known: all, masks, nonzero"),
        (nn.ReLU(), {"links": "all"}, "holds no linear layer"),
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), {"links": "all"}, "1 has a weight of 1 dimensions"),
        (LIST_OF_LINKS, {}, r"layers\.0 has a weight of 1 dimensions, it is a list of links"),
    ],
)
def test_what_does_not_say_its_links_is_refused(module, options, words):
    with pytest.raises(ValueError, match=words):
        ns.nn.from_module(module, **options)


def test_weights_that_are_not_finite_name_the_layer():
    module = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():
        module[0].weight[0, 0] = float("nan")
    with pytest.raises(ValueError, match=r"^0: 1 of 4 weights are NaN or infinite"):
        ns.nn.from_module(module, links="all")


class Trap:
    """What pickle would run."""

    def __reduce__(self):
        return print, ("run!",)


@pytest.mark.parametrize("content", [{"0.weight": Trap()}, [1, 2], {3: torch.ones(2, 2)}, Trap()])
def test_files_run_no_code(tmp_path, capsys, content):
    torch.save(content, tmp_path / "model.pt")
    with pytest.raises(FileFormatError, match=r"model\.pt (is no torch checkpoint|holds no state)"):
        read(tmp_path / "model.pt", links="all")
    assert capsys.readouterr().out == ""


def test_an_option_that_the_format_makes_needless_is_refused(tmp_path):
    ns.generate.erdos_renyi((3, 2), 1.0, rng=0).save(tmp_path / "n.npz")
    with pytest.raises(ValueError, match=r"links is of no use for 'n\.npz': the format says it"):
        read(tmp_path / "n.npz", links="all")
