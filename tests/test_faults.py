"""Faults that users of similar tools report, one short test each, with the right value; a section for each wing.

Where a fault is one of a kind, the tests of its room try its siblings too: tests/nn/test_citizen.py, test_rewiring.py
and test_stateful.py; tests/graph, tests/datasets and tests/test_mutations.py; for files, streams and places, whose
examples are there, tests/test_files.py, tests/cli/test_streams.py, test_names.py and tests/kernels/test_compile.py.
"""

from __future__ import annotations

import copy
import gzip
import zipfile

import igraph
import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
import torch
from torch.nn.utils import prune

import netsparse as ns
from netsparse import BipartiteLayer, LayeredNetwork, datasets, generate, nn, percolation, rewire, robustness
from netsparse.datasets import Dataset, scaled
from netsparse.datasets.idx import read_idx
from netsparse.errors import FileFormatError
from netsparse.report.replicas import groups_of
from netsparse.train.folder import RunFolder
from netsparse.train.provenance import describe
from tests.cli.command import run_here
from tests.datasets.files import idx_bytes, small_arrays
from tests.train.small import clusters, settings, start_of

# --- Memory and gradients ---------------------------------------------------------------------------------------------


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


def test_indices_take_4_bytes_a_link():
    state = sparse_module().state_dict()
    assert state["weight"].nbytes == state["places"].nbytes == 4 * 7840
    assert list(state) == ["weight", "bias", "places"]


# --- Graphs and data ---------------------------------------------------------------------------------------------


def two_layers() -> nx.DiGraph:
    """Outputs whose indices are not in the order of the nodes."""
    graph = nx.DiGraph()
    for node, (layer, index) in enumerate([(0, 0), (1, 1), (1, 0)]):
        graph.add_node(node, layer=layer, index=index)
    graph.add_weighted_edges_from([(0, 1, 5.0), (0, 2, 7.0)])
    return graph


def test_13_an_error_about_a_corrupt_archive_prints_no_raw_bytes(tmp_path):
    ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0).save(tmp_path / "n.npz")
    content = (tmp_path / "n.npz").read_bytes()
    (tmp_path / "n.npz").write_bytes(content.replace(b"format.npy", b"\xffor\x1b[2J.py", 1))
    with pytest.raises(FileFormatError) as error:
        ns.load(tmp_path / "n.npz")
    assert str(error.value) == f"{tmp_path}/n.npz: array format is truncated or corrupt"


def test_13_a_member_s_own_name_is_printed_as_text(tmp_path):
    with zipfile.ZipFile(tmp_path / "n.npz", "w") as archive:
        archive.writestr("a\x1b[31m\n.npy", b"")
    with pytest.raises(FileFormatError, match=r"needs x_train y_train x_test y_test, has a\\x1b\[31m") as error:
        datasets.load(tmp_path / "n.npz")
    assert str(error.value).isprintable()


def test_14_one_node_without_an_index_does_not_discard_the_others():
    graph = two_layers()
    assert LayeredNetwork.from_networkx(graph).layers[0].biadjacency.toarray().tolist() == [[7, 5]]
    del graph.nodes[0]["index"]
    with pytest.raises(ValueError, match="node 0 has no index, but others have"):
        LayeredNetwork.from_networkx(graph)


def test_14_a_layer_of_1_9_is_not_cut_to_1():
    graph = two_layers()
    graph.nodes[1]["layer"] = 1.9
    with pytest.raises(ValueError, match=r"node 1 has layer 1\.9, which is no whole number"):
        LayeredNetwork.from_networkx(graph)


def test_15_pixels_are_decided_once_for_a_data_set():
    arrays = small_arrays()
    mixed = Dataset("mixed", **{**arrays, "x_test": arrays["x_test"].astype(np.int64)}).standardised()
    assert np.array_equal(mixed.x_test, Dataset("pixels", **arrays).standardised().x_test)
    with pytest.raises(ValueError, match=r"x_train is uint8 .*, x_test float64"):
        Dataset("mixed", **{**arrays, "x_test": arrays["x_test"] / 255})


def test_16_a_stored_zero_of_a_dia_array_is_a_link():
    diagonal = sp.dia_array((np.array([[1.0, 0.0]]), [0]), shape=(2, 2))
    assert BipartiteLayer(diagonal).weights.tolist() == [1.0, 0.0]


def test_16_labels_from_1_do_not_give_a_class_too_many():
    x, labels = np.eye(10), np.arange(1, 11)
    with pytest.raises(ValueError, match="labels go from 1 to 10 and none is 0"):
        Dataset("letters", x, labels, x, labels)


def test_16_igraph_s_own_bipartite_graphs_are_layers():
    layer = BipartiteLayer.from_igraph(igraph.Graph.Biadjacency([[1, 0, 1], [0, 1, 0]]))
    assert layer.biadjacency.toarray().tolist() == [[1, 0, 1], [0, 1, 0]]


def test_16_plain_idx_files_are_read(tmp_path):
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    (tmp_path / "plain").write_bytes(idx_bytes(images))
    (tmp_path / "packed").write_bytes(gzip.compress(idx_bytes(images)))
    assert np.array_equal(read_idx(tmp_path / "plain", 3), read_idx(tmp_path / "packed", 3))


# --- Attacks -----------------------------------------------------------------------------------------------------


def test_17_inputs_have_the_same_bits_in_training_and_attack():
    data = datasets.load()
    inputs = data.standardised()
    assert np.array_equal(scaled(data.x_test, inputs.mean, inputs.deviation, np.float32), inputs.x_test)
    single = (data.x_test / np.float32(255) - inputs.mean) / inputs.deviation  # what the attack did
    assert (single != inputs.x_test).mean() > 0.1


def test_18_two_bits_are_better_than_one():
    """Weights with the heavy tails of trained ones: a step of the largest weight rounds nearly all others to 0."""
    weights = np.random.default_rng(0).standard_t(3, size=2000)
    rows, columns = np.divmod(np.arange(2000), 50)
    network = LayeredNetwork([BipartiteLayer.from_links(rows, columns, weights, (40, 50))])
    errors = [
        np.square(robustness.quantise_weights(network, bits).layers[0].weights - weights).sum() for bits in (1, 2, 3)
    ]
    assert errors[1] < 0.6 * errors[0]
    assert errors[2] < 0.6 * errors[1]


def test_21_runs_of_different_rules_are_no_replicas(tmp_path):
    for name, changes in {"a": {}, "b": {"seed": 1}, "c": {"regrowth": "random"}}.items():
        own = settings(**changes)
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir()
        folder.start(describe(own, start_of(own), clusters().standardised(), None))
        start_of(own).save(folder.network_file)
    groups = groups_of([tmp_path / name for name in "abc"])
    assert list(groups.values()) == ["regrowth=ch3-l3", "regrowth=ch3-l3", "regrowth=random"]


# --- Names and doors ---------------------------------------------------------------------------------------------


def test_23_names_are_kept():
    layer = BipartiteLayer.from_networkx(nx.davis_southern_women_graph())
    assert (layer.row_names[0], layer.column_names[0]) == ("Evelyn Jefferson", "E1")
    assert (layer.shape, layer.n_links) == ((18, 14), 89)


def test_23_percolation_takes_a_layer():
    layer = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 2.0], shape=(2, 2))
    assert percolation.curve(layer, [0, 1]).active_links.tolist() == [2, 1, 0]


def test_23_commands_take_graphml(tmp_path, capsys):
    network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    nx.write_graphml(network.to_networkx(), tmp_path / "n.graphml")
    network.save(tmp_path / "n.npz")
    assert run_here("info", tmp_path / "n.graphml") == run_here("info", tmp_path / "n.npz") == 0
    shown = capsys.readouterr()
    first, second = shown.out.split("network 6-5-3")[1:]
    assert first.strip() == second.strip()
    assert shown.err == ""
    assert run_here("percolate", tmp_path / "n.graphml", "--order", "weight", "--out", tmp_path / "out") == 0
    nx.write_graphml(nx.relabel_nodes(network.to_networkx(), lambda node: f"n{node}"), tmp_path / "n.graphml")
    assert run_here("info", tmp_path / "n.graphml") == 0
    assert capsys.readouterr().err == ""  # names are kept
