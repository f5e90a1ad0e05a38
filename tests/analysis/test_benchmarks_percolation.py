"""graph-tool beside netsparse: a process of its own, times of its own, and checked values; or left out by name."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from analysis.benchmarks import graph_tool_rival, percolation
from analysis.benchmarks.common import Seconds, alternate
from netsparse import generate

NETWORK = generate.erdos_renyi((8, 9, 4), 0.3, rng=0)

STAND_IN = """
import sys
import numpy as np
case = np.load(sys.argv[1])
sizes = []
for line in sys.stdin:
    print(0.25, flush=True)
np.save(sys.argv[2], np.array({sizes}))
"""


def stand_in(monkeypatch, tmp_path, sizes):
    """Let a script that knows the answer stand for graph-tool's."""
    script = tmp_path / "script.py"
    script.write_text(STAND_IN.format(sizes=sizes))
    monkeypatch.setattr(graph_tool_rival, "PYTHON", sys.executable)
    monkeypatch.setattr(graph_tool_rival, "SCRIPT", script)


def largest(kind, order):
    return percolation.percolation.curve(NETWORK, order, kind=kind).largest_component[-2::-1].tolist()


def test_a_contender_may_take_its_time_itself():
    contenders = {"own": lambda: Seconds(7), "ours": lambda: time.sleep(0.01)}
    seconds = alternate(contenders, repeats=2)
    assert seconds["own"] == [7.0, 7.0]
    assert min(seconds["ours"]) >= 0.01


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_its_own_times_stand_beside_ours(monkeypatch, tmp_path, kind):
    order = np.random.default_rng(0).permutation(NETWORK.n_links if kind == "links" else sum(NETWORK.sizes))
    stand_in(monkeypatch, tmp_path, largest(kind, order))
    frame = percolation._against_graph_tool("tiny", NETWORK, kind).set_index("contender")
    assert frame.seconds["graph-tool"] == 0.25
    assert frame.ratio_to_ours["graph-tool"] == 0.25 / frame.seconds["netsparse"]


def test_other_values_are_an_error(monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, [1] * NETWORK.n_links)
    with pytest.raises(AssertionError, match="graph-tool's largest components differ from ours"):
        percolation._against_graph_tool("tiny", NETWORK, "links")


def test_where_it_is_not_installed_it_is_left_out_by_name(monkeypatch, capsys, tmp_path):
    for python in (tmp_path / "no-python", sys.executable):  # no such Python, and one without graph-tool
        monkeypatch.setattr(graph_tool_rival, "PYTHON", str(python))
        assert percolation._linear("tiny", NETWORK) == []
        assert "graph-tool is not installed" in capsys.readouterr().out
