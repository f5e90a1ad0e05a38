"""Run the study: ``python -m analysis.robustness``."""

from __future__ import annotations

import os
import sys

# One thread a run: the executor fills the cores. Must stand before numpy and torch load; workers inherit it.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from analysis.robustness.cli import main  # noqa: E402
from netsparse.cli.streams import guarded  # noqa: E402

if __name__ == "__main__":
    sys.exit(guarded(lambda output: main()))
