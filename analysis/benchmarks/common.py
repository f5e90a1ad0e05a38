"""What every benchmark shares: alternated timing, tidy rows, one table, one CSV."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import netsparse
from netsparse.files import make_folder, write_text

RESULTS = Path(__file__).parent / "results"


class Seconds(float):
    """What a contender returns that has taken its time itself, as one in another process must."""


def alternate(contenders: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Time each contender `repeats` times, taking turns, so that a noisy minute hurts all alike; seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, run in contenders.items():
            start = time.perf_counter()
            result = run()
            own = time.perf_counter() - start
            seconds[name].append(float(result) if isinstance(result, Seconds) else own)
    return seconds


def table(case: str, seconds: dict[str, list[float]], *, ours: str = "netsparse", note: str = "") -> pd.DataFrame:
    """Return a row per contender: its fastest time, and how many times slower than `ours` it is."""
    fastest = {name: min(times) for name, times in seconds.items()}
    return pd.DataFrame(
        {
            "case": case,
            "contender": list(fastest),
            "seconds": list(fastest.values()),
            "ratio_to_ours": [value / fastest[ours] for value in fastest.values()],
            "repeats": [len(times) for times in seconds.values()],
            "note": note,
        }
    )


def report(name: str, frame: pd.DataFrame, *, quick: bool = False) -> pd.DataFrame:
    """Print the table and write it to ``results/NAME.csv`` (``NAME_quick.csv``) with what made it."""
    frame = frame.assign(
        version=netsparse.__version__,
        cpu=cpu_name(),
        command=f"python -m analysis.benchmarks {' '.join(sys.argv[1:])}".strip(),
    )
    make_folder(RESULTS)
    text = frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    write_text(RESULTS / f"{name}{'_quick' if quick else ''}.csv", text)
    shown = frame.drop(columns=["version", "cpu", "command"])
    print(f"\n== {name} ==\n{shown.to_string(index=False, float_format=lambda value: f'{value:.4g}')}", flush=True)
    return frame


def cpu_name() -> str:
    """Return the processor's name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
