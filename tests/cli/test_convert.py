from __future__ import annotations

import networkx as nx
import pytest

import netsparse as ns
from tests.cli.command import ROOT, assert_one_error, run_here
from tests.train.small import FLAGS, clusters_file

DAVIS = ROOT / "data" / "davis.graphml"


def test_a_run_goes_to_gephi_and_back(tmp_path, capsys):
    clusters_file(tmp_path)
    run_here("train", "--dataset", tmp_path / "clusters.npz", *FLAGS, "--epochs", "1", "--out", tmp_path / "run")
    capsys.readouterr()
    assert run_here("convert", tmp_path / "run", tmp_path / "run.gexf") == 0
    assert run_here("convert", tmp_path / "run.gexf", tmp_path / "back.npz") == 0
    assert ns.load(tmp_path / "back.npz") == ns.load(tmp_path / "run" / "network.npz")
    assert "run.gexf: LayeredNetwork(12-15-14-3," in capsys.readouterr().out


def test_the_kind_says_what_two_columns_are(tmp_path, capsys):
    (tmp_path / "links.tsv").write_text("a\tb\nb\tc\n")
    assert run_here("convert", tmp_path / "links.tsv", tmp_path / "g.graphml", "--kind", "layer") == 2
    assert_one_error(capsys, "'b' is a source and a target")
    assert run_here("convert", tmp_path / "links.tsv", tmp_path / "g.graphml", "--kind", "graph") == 0
    assert set(nx.read_graphml(tmp_path / "g.graphml").edges()) == {("a", "b"), ("b", "c")}


def test_what_a_format_cannot_hold_is_an_error_or_said(tmp_path, capsys):
    network = ns.generate.erdos_renyi((6, 5, 3), 0.4, rng=0)
    network.save(tmp_path / "n.npz")
    assert run_here("convert", tmp_path / "n.npz", tmp_path / "n.csv") == 2
    assert_one_error(capsys, "n.csv cannot hold ", "how many layers are the readout (1)", "lossy")
    assert not (tmp_path / "n.csv").exists()
    assert run_here("convert", tmp_path / "n.npz", tmp_path / "n.csv", "--lossy") == 0
    assert "left out: how many layers are the readout (1)\n" in capsys.readouterr().out
    assert (tmp_path / "n.csv").read_text().startswith("layer,row,column,weight\n")


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        (DAVIS, "d.zip", "'d.zip' has no suffix of a file format; known: .npz"),
        (ROOT / "nowhere.gexf", "d.npz", "nowhere.gexf: No such file"),
        (ROOT / "setup.cfg", "d.npz", "'setup.cfg' has no suffix of a file format"),
        (DAVIS, "nowhere/d.npz", "there is no folder"),
    ],
)
def test_bad_files_are_one_line(tmp_path, capsys, source, target, words):
    assert run_here("convert", source, tmp_path / target) == 2
    assert_one_error(capsys, words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".csv", ".mtx"])
def test_every_command_that_takes_a_network_takes_all_formats(tmp_path, capsys, suffix):
    run_here("convert", DAVIS, tmp_path / f"d{suffix}", "--lossy")
    assert run_here("info", tmp_path / f"d{suffix}") == 0
    assert "network 18-14, 89 links" in capsys.readouterr().out
