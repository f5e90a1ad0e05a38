"""The examples of CONTRIBUTING do what it says, as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MOST_LINES = 25  # of a rule with evidence of its own


def block(language: str, word: str) -> str:
    """Return the one block of code of the page, of this language, that holds a word."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (found,) = [code for own, code in blocks if own == language and word in code]
    return found


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with the rule of the page in it."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "mine.py").write_text(block("python", "def loudness"), encoding="utf-8")
    return folder


def test_the_rule_is_as_short_as_the_page_promises(folder):
    assert len((folder / "mine.py").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_rule_trains_by_the_command(folder):
    (line,) = [line for line in block("", "mine:grow").splitlines() if "mine:grow" in line]
    program, *arguments = shlex.split(line)
    assert program == "netsparse"
    run(folder, "-m", program, *arguments)
    history = pd.read_csv(folder / "runs" / "mine" / "history.csv")
    assert len(history) == 2
    assert (history["links"] == history["links"].iloc[0]).all()
    assert history["links_grown"].iloc[0] > 0


def test_the_rule_trains_by_a_name_in_python(folder):
    shown = run(folder, "-c", block("python", "from mine import grow")).stdout
    assert "links_grown" in shown
    epoch, accuracy, links, grown = map(float, shown.splitlines()[-2].split()[1:])
    assert (epoch, links > 0, grown > 0, 0 <= accuracy <= 1) == (1, True, True, True)


def test_the_rule_sees_its_evidence(folder):
    """Rows that say nothing grow no link while others may."""
    code = """
import numpy as np, netsparse as ns, mine
layer = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(3, 40))
network = ns.LayeredNetwork([layer])
evidence = ns.rewire.Evidence(network, signals=[np.array([[0.0, 2.0, 0.0], [0.0, -2.0, 0.0]])])
rows, _ = mine.grow(layer, 20, evidence=evidence.of_layer(0, {"loudness"}), rng=np.random.default_rng(0))
assert set(rows.tolist()) == {1}, rows
"""
    run(folder, "-c", code)


def test_the_profile_of_an_epoch_runs_and_shows_both_halves(tmp_path):
    shown = run(tmp_path, "-c", block("python", "cProfile")).stdout
    assert "(run_epoch)" in shown and "(update)" in shown
