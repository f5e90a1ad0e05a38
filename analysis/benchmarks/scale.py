"""Networks of millions of neurons: time and peak memory of each step, alone in a process of its own.

Three sparse layers of n x n neurons with 10 links a neuron and a dense readout of 10 outputs, at n and at n / 2: what
grows no faster than links and paths at most doubles between the two.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.benchmarks.common import report
from analysis.benchmarks.scale_step import DEGREE, OUTPUTS

STEPS = ("generate", "save", "load", "active_neurons", "remove_disconnected", "top_links")
BARS_GB = dict.fromkeys(STEPS, 6.0) | {"top_links": 4.0}
REPOSITORY = Path(__file__).parents[2]


def run(quick: bool) -> pd.DataFrame:
    """Run every step at two sizes; print and write the table."""
    largest = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            _measure(step, neurons, str(Path(folder) / f"{neurons}.npz"))
            for neurons in (largest // 2, largest)
            for step in STEPS
        ]
    frame = pd.DataFrame(rows)
    frame["bar_gb"] = frame.step.map(BARS_GB)
    for quantity in ("seconds", "user_seconds", "peak_gb", "links", "paths"):
        half = frame[frame.neurons == largest // 2].set_index("step")[quantity]
        frame[f"growth_{quantity}"] = (frame[quantity] / frame.step.map(half)).where(frame.neurons == largest)
    return report("scale", frame, quick=quick)


def _measure(step: str, neurons: int, file: str) -> dict[str, object]:
    """Return a row of the table: what one step looks at, and what it takes."""
    of_layer = step == "top_links"
    links = DEGREE * neurons if of_layer else (3 * DEGREE + OUTPUTS) * neurons
    paths = int(_call("count_paths", neurons, file)) if of_layer else np.nan
    return {"step": step, "neurons": neurons, "links": links, "paths": paths} | json.loads(_call(step, neurons, file))


def _call(step: str, neurons: int, file: str) -> str:
    command = [sys.executable, "-m", "analysis.benchmarks.scale_step", step, str(neurons), file]
    return subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout
