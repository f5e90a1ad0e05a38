"""The whole topology update beside the training epoch: by link prediction, at random, on fresh and trained networks.

An update is all that stands between two epochs: weights read back from the engine, removal, disconnected neurons,
regrowth, new weights, links and momentum put into the engine. The measure is the masked-dense PyTorch epoch of
60,000 samples in the same process; in quick mode it is extrapolated from a tenth of its steps.
"""

from __future__ import annotations

import os
import time

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.benchmarks.common import report
from netsparse import LayeredNetwork, datasets, generate, rewire
from netsparse.nn import engine

PAPER = (784, 1000, 1000, 1000, 10)
BATCH = 64
EPOCH = 60_000
BARS = {"fresh": 0.3, "trained": 1.0}  # percent of the masked epoch that a CH3-L3 update may take
CUBIC = ("structural-perturbation",)  # in the neurons of a layer: minutes an update
STAGES = ("read", "removal", "disconnected", "regrowth", "weights", "apply")


def run(quick: bool) -> pd.DataFrame:
    """Time the updates and the epochs they stand between; print and write the table."""
    x, y = _images()
    fresh = generate.erdos_renyi(PAPER, 0.01, rng=0)
    trained = _trained(fresh, x, y, epochs=20, samples=6_000 if quick else EPOCH)
    masked = [_masked_epoch(fresh, x, y, EPOCH // 10 if quick else EPOCH)]
    repeats = 5 if quick else 15
    rules = [name for name in rewire.REGROWTH if not rewire.REGROWTH.entry(name).needs and name not in CUBIC]
    frames = [
        _updates("fresh", fresh, rules, repeats),
        _updates("trained", trained, rules, repeats),
        _updates("fresh, masked engine", fresh, ["ch3-l3", "random"], repeats, backend="masked"),
        *(_updates(case, network, ["ch3-l3", "random"], repeats) for case, network in _sizes(quick)),
    ]
    masked.append(_masked_epoch(fresh, x, y, EPOCH // 10 if quick else EPOCH))
    frame = _beside_epoch(pd.concat(frames, ignore_index=True), min(masked))
    return report("rewiring", frame, quick=quick)


def draw(frame: pd.DataFrame, ax: Axes, against: str = "paths") -> Axes:
    """Draw the time of an update against the links, or the paths of length 3 that link prediction looks at."""
    for regrowth, marker in (("ch3-l3", "o"), ("random", "s")):
        rows = frame[(frame.regrowth == regrowth) & ~frame.case.str.contains("masked")]
        ax.loglog(rows[against], 1000 * rows.seconds, marker, label=f"{regrowth} regrowth")
    ax.axhline(10 * frame.masked_epoch_seconds.iloc[0], color="0.5", lw=1, ls="--", label="1 % of a masked epoch")
    ax.set_xlabel("links of the network" if against == "links" else "paths of length 3 in the network")
    ax.set_ylabel("topology update (ms)")
    ax.legend(frameon=False)
    return ax


def _images() -> tuple[np.ndarray, np.ndarray]:
    """Return 60,000 standardised images: MNIST if NETSPARSE_DATA says where, else the embedded sample repeated."""
    data = datasets.load("mnist" if "NETSPARSE_DATA" in os.environ else "fashion-mnist-6k").standardised()
    again = np.arange(EPOCH) % len(data.y_train)
    return data.x_train[again], data.y_train[again]


def _trained(network: LayeredNetwork, x: np.ndarray, y: np.ndarray, epochs: int, samples: int) -> LayeredNetwork:
    """Train with a CH3-L3 update after each epoch: hubs form, and paths multiply."""
    rng = np.random.default_rng(0)
    trainer = engine(network, "sparse", lr=0.05, batch_size=BATCH)
    for _ in range(epochs):
        trainer.run_epoch(x, y, rng.permutation(EPOCH)[:samples])
        trainer.apply(*rewire.update(trainer.network(), regrowth="ch3-l3", rng=rng))
    return trainer.network()


def _masked_epoch(network: LayeredNetwork, x: np.ndarray, y: np.ndarray, samples: int) -> float:
    """Return the seconds of a masked-dense epoch of 60,000, from that many samples of it."""
    trainer = engine(network, "masked", lr=0.05, batch_size=BATCH)
    trainer.run_epoch(x, y, np.arange(10 * BATCH))
    start = time.perf_counter()
    trainer.run_epoch(x, y, np.random.default_rng(0).permutation(EPOCH)[:samples])
    return (time.perf_counter() - start) * EPOCH / samples


def _sizes(quick: bool) -> list[tuple[str, LayeredNetwork]]:
    """Return fresh networks over widths and densities, for the figure."""
    widths = (500, 2000) if quick else (250, 500, 2000, 4000)
    densities = (0.005, 0.02) if quick else (0.005, 0.02, 0.05)
    by_width = [
        (f"fresh, width {width}", generate.erdos_renyi((784, width, width, width, 10), 0.01, rng=0)) for width in widths
    ]
    by_density = [(f"fresh, density {density:g}", generate.erdos_renyi(PAPER, density, rng=0)) for density in densities]
    return by_width + by_density


def _updates(
    case: str, network: LayeredNetwork, regrowths: list[str], repeats: int, backend: str = "sparse"
) -> pd.DataFrame:
    """Time the update by each rule, taking turns; the stages are those of its fastest repeat."""
    for regrowth in regrowths:
        _stages(network, regrowth, backend, seed=0)
    rounds = [{rule: _stages(network, rule, backend, seed) for rule in regrowths} for seed in range(repeats)]
    fastest = {
        rule: min((turn[rule] for turn in rounds), key=lambda stages: sum(stages.values())) for rule in regrowths
    }
    at_random = sum(fastest["random"].values())
    rows = [
        {"case": case, "regrowth": rule, "seconds": sum(stages.values())}
        | {"ratio_to_random": sum(stages.values()) / at_random, "links": network.n_links, "paths": _paths(network)}
        | {f"ms_{stage}": 1000 * stages[stage] for stage in STAGES}
        | {"repeats": repeats}
        for rule, stages in fastest.items()
    ]
    return pd.DataFrame(rows)


def _stages(network: LayeredNetwork, regrowth: str, backend: str, seed: int) -> dict[str, float]:
    """Update a fresh engine once and return the seconds of each stage."""
    trainer = engine(network, backend, lr=0.05, batch_size=BATCH)
    start = time.perf_counter()
    current = trainer.network()
    read = time.perf_counter()
    rewired, update = rewire.update(current, regrowth=regrowth, rng=seed)
    updated = time.perf_counter()
    trainer.apply(rewired, update)
    return {"read": read - start, **update.seconds, "apply": time.perf_counter() - updated}


def _paths(network: LayeredNetwork) -> int:
    """Return the number of paths of length 3 in the sparse layers: a middle link and one more at either end."""
    return sum(
        int(((layer.row_degrees[layer.rows] - 1) * (layer.column_degrees[layer.columns] - 1)).sum())
        for layer in network.sparse_layers
    )


def _beside_epoch(frame: pd.DataFrame, masked_epoch: float) -> pd.DataFrame:
    frame["masked_epoch_seconds"] = masked_epoch
    frame["percent_of_masked_epoch"] = 100 * frame.seconds / masked_epoch
    frame["bar_percent"] = frame.case.map(BARS).where(frame.regrowth == "ch3-l3")
    return frame
