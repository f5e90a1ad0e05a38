"""File names that are not UTF-8, break lines or look like something else: all commands take them."""

from __future__ import annotations

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

import netsparse
from netsparse import train
from netsparse.cli.names import typed
from tests.cli.command import assert_one_error, run_here
from tests.train.small import FLAGS, clusters_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="names are bytes only on POSIX systems")

ODD = [os.fsdecode(b"d\xff"), "two\nlines \x1b[31m", "-dash $x$ 'quote'"]


@pytest.fixture(params=ODD, ids=["bytes", "lines", "dash"])
def odd(request, tmp_path, monkeypatch):
    """The odd part of every name, in a folder with a data set."""
    monkeypatch.chdir(tmp_path)
    clusters_file(tmp_path).rename(tmp_path / f"{request.param}.npz")
    return request.param


def shown_lines(capsys) -> list[str]:
    """Return what was printed, having seen that any terminal can show it."""
    lines = capsys.readouterr().out.split("\n")
    assert all(line.isprintable() for line in lines), lines
    return lines


def test_all_commands_take_them(odd, tmp_path, capsys):
    flags = (f"--dataset={odd}.npz", *FLAGS, "--epochs", 2, f"--out={odd}")
    assert run_here("train", *flags) == 0
    folder = train.RunFolder(tmp_path / odd)
    assert folder.settings().dataset == f"{odd}.npz"
    (folder.path / "network.npz").unlink()
    assert run_here("train", f"--out={odd}", "--resume") == 0
    assert folder.is_finished()
    capsys.readouterr()
    assert run_here("train", f"--out={odd}", "--resume") == 0
    assert len(shown_lines(capsys)) == 2
    run = f"./{odd}"
    assert run_here("info", run) == 0
    assert run_here("predict", run, f"--dataset={odd}.npz", f"--out={odd}.csv") == 0
    assert len(pd.read_csv(tmp_path / f"{odd}.csv")) == 30
    n_links = sum(layer.n_links for layer in netsparse.load(folder.network_file).sparse_layers)
    np.savetxt(tmp_path / f"{odd}.txt", np.arange(n_links), fmt="%d")
    assert run_here("percolate", run, "--order", f"./{odd}.txt") == 0
    assert len(list((folder.path / "percolation").glob("links_*.csv"))) == 3
    shown_lines(capsys)


def test_a_resumed_attack_finds_its_curves(odd, tmp_path, capsys):
    assert run_here("train", f"--dataset={odd}.npz", *FLAGS, "--epochs", 1, f"--out={odd}") == 0
    attack = ("attack", f"./{odd}", f"./{odd}/network.npz", "--steps", 2, "--repeats", 2, "--out", "together")
    assert run_here(*attack, "--attack", "noise") == 0
    first = pd.read_csv(tmp_path / "together" / "curves.csv")
    assert first["run"].nunique() == 2
    capsys.readouterr()
    assert run_here(*attack, "--attack", "noise", "flip", "--resume") == 0
    assert not any("noise: accuracy" in line for line in shown_lines(capsys))
    both = pd.read_csv(tmp_path / "together" / "curves.csv")
    assert both[both["attack"] == "noise"].reset_index(drop=True).equals(first)
    json.loads((tmp_path / "together" / "attack.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "arguments",
    [("info", "nowhere{}"), ("predict", "n{}.npz", "--dataset", "d"), ("train", "--dataset", "{}.npz"), ("fly{}",)],
)
def test_an_error_about_one_is_a_line(odd, capsys, arguments):
    assert run_here(*(argument.format(f"x{odd}") for argument in arguments)) == 2
    error = capsys.readouterr().err
    assert error.startswith("netsparse: error: ")
    assert error.removesuffix("\n").isprintable()


def test_a_product_that_cannot_be_written_is_found_before_the_work(tmp_path, monkeypatch, capsys):
    def unreachable(*arguments, **options):
        raise AssertionError("work was done before the names were looked at")

    netsparse.generate.erdos_renyi((6, 5, 3), 0.5, rng=0).save(tmp_path / "n.npz")
    (tmp_path / "percolation" / "links.png").mkdir(parents=True)
    long = tmp_path / f"{250 * 'n'}.txt"
    np.savetxt(long, np.arange(15), fmt="%d")
    monkeypatch.setattr("netsparse.percolation.curves", unreachable)
    assert run_here("percolate", tmp_path / "n.npz") == 2
    assert_one_error(capsys, "cannot write to", "links.png: it is a folder")
    assert run_here("percolate", tmp_path / "n.npz", "--order", long, "--out", tmp_path / "p") == 2
    assert_one_error(capsys, "cannot write to", "File name too long")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("name", [*ODD, "plain", "it's \\ \t", os.fsdecode(b"\\'\xc3\xbc\xff\x1b")])
def test_bash_reads_a_name_as_it_is_told(name):
    told = typed(name)
    assert told.isprintable()
    read = subprocess.run(["bash", "-c", f"printf %s {told}"], capture_output=True, check=True).stdout
    assert read.removeprefix(b"./") == os.fsencode(name)
