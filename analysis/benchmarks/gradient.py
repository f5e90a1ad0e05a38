"""An update that regrows by the dense gradient of a layer far too large for one: time and peak memory by batch size.

A layer of n x n neurons with 10 links a neuron and a dense readout of 10 outputs; one update at zeta 0.3, evidence of
one batch included, on all cores, each in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

from analysis.benchmarks.common import report

SAMPLES = (32, 64, 128)
BAR_SECONDS, BAR_GB = 30.0, 2.0  # at 64 samples
REPOSITORY = Path(__file__).parents[2]


def run(quick: bool) -> pd.DataFrame:
    """Make an update at every batch size; print and write the table."""
    neurons = 20_000 if quick else 100_000
    frame = pd.DataFrame([_measure(neurons, samples) for samples in SAMPLES])
    is_judged = (frame.samples == 64) & (not quick)
    frame["bar_seconds"] = pd.Series(BAR_SECONDS, frame.index).where(is_judged)
    frame["bar_gb"] = pd.Series(BAR_GB, frame.index).where(is_judged)
    return report("gradient", frame, quick=quick)


def _measure(neurons: int, samples: int) -> dict[str, object]:
    """Return a row of the table."""
    command = [sys.executable, "-m", "analysis.benchmarks.gradient_step", str(neurons), str(samples)]
    output = subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {"neurons": neurons, "samples": samples} | json.loads(output)
