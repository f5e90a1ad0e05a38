"""graph-tool in a process of its own: Debian installs it (python3-graph-tool) for the system's Python only."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from analysis.benchmarks.common import Seconds
from netsparse import LayeredNetwork, percolation
from netsparse.percolation.order import link_ends

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("graph_tool_script.py")
LABEL = "graph-tool"
MISSING = f"graph-tool is not installed for {PYTHON} (Debian: python3-graph-tool): left out"


def is_installed() -> bool:
    """Tell whether the system's Python has graph-tool."""
    try:
        command = [PYTHON, "-I", "-c", "import graph_tool.topology"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


class GraphTool:
    """A percolation by graph-tool that waits to be run; each call runs it once and returns its own seconds."""

    def __init__(self, folder: Path, network: LayeredNetwork, order: np.ndarray, kind: str):
        self._sizes_file = folder / "sizes.npy"
        ends = np.stack(link_ends(network), axis=1)
        case = folder / "case.npz"
        np.savez(case, n_neurons=sum(network.sizes), ends=ends, order=order, kind=kind)
        self._process = subprocess.Popen(
            [PYTHON, "-I", SCRIPT, case, self._sizes_file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self) -> Seconds:
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Seconds(self._process.stdout.readline())

    def close(self) -> np.ndarray:
        """End the process; return the largest component before each removal, last removal first."""
        self._process.communicate()
        return np.load(self._sizes_file)


@contextmanager
def graph_tool(network: LayeredNetwork, order: np.ndarray, kind: str) -> Iterator[GraphTool]:
    """Start graph-tool on an order of removal, and check in the end that its largest components are ours."""
    with tempfile.TemporaryDirectory() as folder:
        contender = GraphTool(Path(folder), network, order, kind)
        try:
            yield contender
        finally:
            sizes = contender.close()
    ours = percolation.curve(network, order, kind=kind, quantities="components").largest_component
    if not np.array_equal(sizes, ours[-2::-1]):
        raise AssertionError("graph-tool's largest components differ from ours")
