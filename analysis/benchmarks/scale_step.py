"""One step of the scale benchmark, alone in its process.

``python -m analysis.benchmarks.scale_step STEP NEURONS FILE`` prints, as JSON, the least seconds of several runs and
the peak resident memory of the whole process, imports and preparation included.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable

import numpy as np

import netsparse
from netsparse import BipartiteLayer, LayeredNetwork, generate, linkpred, percolation

DEGREE = 10  # mean links of a neuron to the next layer
OUTPUTS = 10
NEW_LINKS = 100_000
REPEATS, ENOUGH_SECONDS = 5, 20.0  # a step is repeated until one of them is reached


def random_network(neurons: int) -> LayeredNetwork:
    """Return three sparse layers of neurons x neurons with 10 links a neuron, and a dense readout."""
    return generate.erdos_renyi((neurons,) * 4 + (OUTPUTS,), DEGREE / neurons, rng=0)


def random_layer(neurons: int) -> BipartiteLayer:
    """Return one such layer."""
    return generate.erdos_renyi((neurons, neurons), DEGREE / neurons, readout=0, rng=0).layers[0]


def prepare(step: str, neurons: int, file: str) -> Callable[[], object]:
    """Return what is to be timed; its inputs are made or loaded here, outside the clock."""
    if step == "generate":
        return lambda: random_network(neurons)
    if step == "save":
        network = random_network(neurons)
        return lambda: network.save(file)
    if step == "load":
        return lambda: netsparse.load(file)
    if step == "top_links":
        layer = random_layer(neurons)
        linkpred.top_links(random_layer(100), 10, "ch3-l3", rng=0)  # compiles, or loads what is compiled
        return lambda: linkpred.top_links(layer, NEW_LINKS, "ch3-l3", rng=0)
    network = netsparse.load(file)
    return lambda: getattr(percolation, step)(network)


def count_paths(neurons: int) -> int:
    """Return the number of paths of length 3 that link prediction meets in one layer."""
    layer = random_layer(neurons)
    return int(np.dot(layer.row_degrees[layer.rows] - 1, layer.column_degrees[layer.columns] - 1))


def time_runs(work: Callable[[], object]) -> dict[str, float]:
    """Run the step, again if it is short, and return the least seconds by the clock and of computation.

    Computation leaves out what the kernel does to hand out memory, and other processes: it shows the growth.
    """
    clock, computation = [], []
    while len(clock) < REPEATS and sum(clock) < ENOUGH_SECONDS:
        start, start_user = time.perf_counter(), _user_seconds()
        work()
        clock.append(time.perf_counter() - start)
        computation.append(_user_seconds() - start_user)
    return {"seconds": min(clock), "user_seconds": min(computation), "repeats": len(clock)}


def _user_seconds() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def main(step: str, neurons: int, file: str) -> None:
    """Run a step and print what it took; the step 'count_paths' prints a number instead."""
    if step == "count_paths":
        print(count_paths(neurons))
        return
    times = time_runs(prepare(step, neurons, file))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9  # Linux counts in KiB
    print(json.dumps({**times, "peak_gb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
