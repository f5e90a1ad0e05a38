"""One update of the gradient benchmark, alone in its process.

``python -m analysis.benchmarks.gradient_step NEURONS SAMPLES`` prints, as JSON, seconds by the clock and of computation
on all cores, of the update and of its regrowth, and the peak resident memory of the whole process.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

import numpy as np

from netsparse import generate, rewire
from netsparse.nn.evidence import evidence_of
from netsparse.rewire import Recipe, TopologyUpdate

DEGREE, OUTPUTS = 10, 10
RECIPE = Recipe(regrowth="gradient", zeta=0.3, clean_up="none")


def update(neurons: int, samples: int) -> tuple[float, float, TopologyUpdate]:
    """Make one update; return its seconds by the clock and of computation, and its record."""
    rng = np.random.default_rng(0)
    network = generate.erdos_renyi((neurons, neurons, OUTPUTS), DEGREE / neurons, rng=0)
    x = rng.normal(size=(samples, neurons)).astype(np.float32)
    y = rng.integers(OUTPUTS, size=samples)
    start, computed = time.perf_counter(), time.process_time()
    evidence = evidence_of(network, x, y, np.arange(samples))
    _, _, record = rewire.step(network, None, RECIPE, progress=0.0, evidence=evidence, rng=0)
    return time.perf_counter() - start, time.process_time() - computed, record


def main(neurons: int, samples: int) -> None:
    """Run an update and print what it took."""
    update(2000, samples)  # compiles, or loads what is compiled
    seconds, computation, record = update(neurons, samples)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9  # Linux counts in KiB
    times = {"seconds": seconds, "cpu_seconds": computation, "regrowth_seconds": record.seconds["regrowth"]}
    load = os.getloadavg()[0] / len(os.sched_getaffinity(0))
    print(json.dumps({"grown": record.layers[0].grown, **times, "peak_gb": peak, "load_per_core": load}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
