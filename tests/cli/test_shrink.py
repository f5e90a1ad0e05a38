from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import netsparse as ns
from tests.cli.command import assert_one_error, run_here
from tests.tiny import on_tiny


@on_tiny
def test_the_smaller_network_computes_the_same(network):
    shrunk = ns.report.shrink(network)
    inputs = np.random.default_rng(1).normal(size=(20, network.sizes[0])).astype(network.dtype)
    np.testing.assert_allclose(shrunk.network.forward(inputs), network.forward(inputs), rtol=1e-5, atol=1e-5)
    assert shrunk.network.sizes[:: len(network.layers)] == network.sizes[:: len(network.layers)]
    active = ns.percolation.active_neurons(network)[1:-1]
    assert shrunk.network.sizes[1:-1] == tuple(max(1, int(marks.sum())) for marks in active)


def test_a_file_becomes_a_smaller_one(tmp_path, capsys):
    network = ns.generate.erdos_renyi((50, 40, 40, 5), density=0.02, rng=0)
    network.save(tmp_path / "n.npz")
    assert run_here("shrink", tmp_path / "n.npz", tmp_path / "small.npz") == 0
    small = ns.load(tmp_path / "small.npz")
    assert small == ns.report.shrink(network).network and small.sizes < network.sizes
    output = capsys.readouterr().out
    assert f"3,800 weights if dense before, {ns.report.shrink(network).dense_weights[1]:,} after" in output
    assert "layer 0  50 x 40" in output and "small.npz: 50-14-14-5" in output


def test_a_checkpoint_of_torch_becomes_one_that_a_smaller_module_loads(tmp_path, capsys):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 9), nn.Tanh(), nn.Linear(9, 3))
    with torch.no_grad():
        model[0].weight[4:] = 0
    torch.save(model.state_dict(), tmp_path / "m.pt")
    assert run_here("shrink", tmp_path / "m.pt", tmp_path / "s.pt", "--links", "nonzero", "--activation", "tanh") == 0
    state = torch.load(tmp_path / "s.pt", weights_only=True)
    small = nn.Sequential(nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 3))
    small.load_state_dict({f"{i}.{name}": state[f"{i // 2}.{key}"] for i in (0, 2) for name, key in NAMES.items()})
    x = torch.randn(5, 6)
    torch.testing.assert_close(small(x), model(x), rtol=1e-5, atol=1e-5)


NAMES = {"weight": "weight_orig", "bias": "bias"}


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [("m.pt", "s.npz", "which zeros are links"), ("m.pt", "s.zip", "no suffix"), ("nowhere.npz", "s.npz", "nowhere")],
)
def test_errors_leave_nothing(tmp_path, capsys, source, target, words):
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / "m.pt")
    assert run_here("shrink", tmp_path / source, tmp_path / target) == 2
    assert_one_error(capsys, words)
    assert [path.name for path in tmp_path.iterdir()] == ["m.pt"]
