"""What the README says about speed: a table and a figure, both made of the committed results."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from analysis import README
from analysis.benchmarks import graph_tool_rival, rewiring, training
from analysis.benchmarks.common import RESULTS
from analysis.benchmarks.percolation import RECOMPUTATION
from netsparse import plot
from netsparse.plot.style import RC
from netsparse.study import replace_block

BLOCK = "bench"
FIGURE = README.parent / "docs" / "pictures" / "speed.png"
TOPICS = ("training", "rewiring", "linkpred", "percolation", "accuracy", "scale")
COMMAND = "make bench"


def publish(results: Path = RESULTS) -> bool:
    """Draw the figure and renew the README's block; return False if a topic has no results yet."""
    if not all((results / f"{topic}.csv").exists() for topic in TOPICS):
        return False
    frames = read(results)
    plot.save(figure(frames), FIGURE)
    return replace_block(README, BLOCK, block(frames))


def read(results: Path = RESULTS) -> dict[str, pd.DataFrame]:
    """Return the results of all topics."""
    return {topic: pd.read_csv(results / f"{topic}.csv") for topic in TOPICS}


def block(frames: dict[str, pd.DataFrame]) -> str:
    """Return the table, the figure and how they are made, in Markdown."""
    rows = [*_training(frames["training"]), *_updates(frames["rewiring"]), *_scores(frames["linkpred"])]
    rows += [*_percolation(frames["percolation"]), *_accuracy(frames["accuracy"]), *_scale(frames["scale"])]
    lines = ["| | netsparse | the others, in the same run |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    picture = "![Seconds of an epoch against density and width, and of a topology update](docs/pictures/speed.png)"
    source = (
        f"`{COMMAND}` makes these numbers, table and figure, from nothing but measurements here "
        f"([`analysis/benchmarks/results`](analysis/benchmarks/results)); `{COMMAND} BENCH=--quick` takes under two "
        f"minutes. One core of two of an {frames['training'].cpu.iloc[0]}, minima over alternated repeats; × n: so "
        "many times our time. Training and updates are of 784-1000-1000-1000-10 with 1 % of the links, an epoch is "
        "60,000 samples; recomputation at every removal, and the others' accuracies under pruning, are extrapolated "
        "from measured states."
    )
    return "\n".join([*lines, "", picture, "", source])


def figure(frames: dict[str, pd.DataFrame]) -> Figure:
    """Draw the epoch against density and width, and the update against links and paths."""
    drawn, (by_density, by_width, by_links, by_paths) = plot.figure(4, height=2.5)
    with matplotlib.rc_context(RC):
        training.draw(frames["training"], by_density, against="density")
        training.draw(frames["training"], by_width, against="width")
        rewiring.draw(frames["rewiring"], by_links, against="links")
        rewiring.draw(frames["rewiring"], by_paths, against="paths")
    return drawn


def _training(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    rivals = ("masked PyTorch", "dense PyTorch", "torch.sparse CSR", "scipy")
    rows = [_against(frame, f"batch {size}", rivals, f"training epoch, batch {size}") for size in (64, 128)]
    two = _ratio(frame, "batch 64", "netsparse, 2 threads")
    at_once = frame[frame.case.str.startswith("side by side")].set_index("contender").ratio_to_ours.max()
    words = f"{1 / two:.2f} times as fast where the second core is free"
    words += f"; two trainings side by side lose {at_once - 1:.0%} each"
    return [*rows, ("two threads, batch 64", words, "")]


def _updates(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    rows = frame[frame.regrowth == "ch3-l3"].set_index("case")
    return [
        (
            f"topology update by CH3-L3, {case} network",
            f"{_time(rows.seconds[case])}, {rows.percent_of_masked_epoch[case]:.2f} % of a masked-dense epoch",
            f"{rows.ratio_to_random[case]:.1f} times a random update",
        )
        for case in ("fresh", "trained")
    ]


def _scores(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    rivals = ("numba, plain enumeration", "numpy, dense product a row")
    cases = {"1000 x 1000, fresh": "random layer", "1000 x 1000, hubs": "layer with hubs"}
    ch3 = frame[frame.method == "ch3-l3"]
    return [_against(ch3, case, rivals, f"CH3-L3, 1000 × 1000, {words}") for case, words in cases.items()]


def _percolation(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return a row a quantity: whoever has it in linear time first, and those who must recompute it."""
    linear = frame[frame.contender == graph_tool_rival.LABEL].set_index("case").ratio_to_ours
    rows = []
    for case, words in {
        "paths, paper's network, 37840 removals": "input-to-output percolation, 37,840 removals",
        "components, a million links, 1000000 removals": "largest component, a million removals",
    }.items():
        ratios = [f"{name} × {_round(_ratio(frame, case, f'{name}, {RECOMPUTATION}'))}" for name in ("igraph", "scipy")]
        others = f"{RECOMPUTATION}: {', '.join(ratios)}"
        in_linear_time = f"{case.removesuffix('removals')}links removed in linear time"
        if in_linear_time in linear:
            others = f"{graph_tool_rival.LABEL} × {_round(linear[in_linear_time])}; {others}"
        ours = frame[(frame.case == case) & (frame.contender == "netsparse")].seconds.iloc[0]
        rows.append((words, _time(ours), others))
    return rows


def _accuracy(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    case = next(name for name in frame.case if name.startswith("random pruning"))
    return [_against(frame, case, ("torch, masked dense", "scipy CSR"), f"accuracy under {case}")]


def _scale(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
    row = frame[(frame.step == "top_links") & (frame.neurons == frame.neurons.max())].iloc[0]
    size = f"{row.neurons:,.0f} × {row.neurons:,.0f}, {row.links:,.0f} links"
    return [(f"best 100,000 by CH3-L3 of {size}", f"{_time(row.seconds)}, {row.peak_gb:.1f} GB", "")]


def _against(frame: pd.DataFrame, case: str, rivals: tuple[str, ...], words: str) -> tuple[str, str, str]:
    """Return a row: what is done, our time, and how many times slower the others are."""
    ours = frame[(frame.case == case) & (frame.contender == "netsparse")].seconds.iloc[0]
    ratios = [f"{rival} × {_round(_ratio(frame, case, rival))}" for rival in rivals]
    return words, _time(ours), ", ".join(ratios)


def _ratio(frame: pd.DataFrame, case: str, contender: str) -> float:
    return float(frame[(frame.case == case) & (frame.contender == contender)].ratio_to_ours.iloc[0])


def _round(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{float(f'{ratio:.2g}'):,.0f}"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
