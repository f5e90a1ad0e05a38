"""One cell of a table: a measure of a subject, beside its null model."""

from __future__ import annotations

import math
import time
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from netsparse.generate import NullModel
from netsparse.measures.registry import Measure, Value
from netsparse.measures.subjects import Subject

SLACK = 1e-12
"""A null value counts as large as the observed one where it is smaller by no more: ties are common."""


@dataclass(frozen=True, eq=False)
class Cell:
    """What is to be computed: the measure, the subject, and how many samples of which null model."""

    name: str
    measure: Measure
    subject: Subject
    null: NullModel | None
    samples: int
    seed: int

    @property
    def varies(self) -> bool:
        """Whether the null model can change the value at all."""
        return self.null is not None and not self.measure.reads <= self.null.keeps

    @property
    def seconds(self) -> float:
        """Rough estimate of the time it takes, null samples included."""
        return self.measure.seconds(self.subject.graph) * (1 + self.samples * self.varies)

    def rng(self, purpose: str, *, own: bool = True) -> np.random.Generator:
        """Return a generator for a purpose, the same whenever it is asked for.

        Those of null samples are not the cell's own but its subject's: all measures see the same samples.
        """
        words = (self.subject.network, str(self.subject.layer), self.subject.of, purpose, self.name if own else "")
        return np.random.default_rng([self.seed, *(zlib.crc32(word.encode()) for word in words)])


class NullComparison(NamedTuple):
    """An observed number beside those of null samples.

    Attributes
    ----------
    mean, deviation : float
        Of the null samples; the deviation with n - 1.
    z : float
        (value - mean) / deviation; NaN where the deviation is 0.
    p : float
        (1 + number of samples with at least this value) / (1 + samples): one-sided.
    """

    mean: float
    deviation: float
    z: float
    p: float


def compare_with_null(value: float, samples) -> NullComparison:
    """Return mean and deviation of null samples, and how far a value is from them.

    Parameters
    ----------
    value : float
    samples : array_like of float
        Those that are NaN are left out.

    Returns
    -------
    NullComparison
        NaN throughout where the value is NaN or there is no sample; a deviation below 1e-12 of the mean is 0.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.compare_with_null(3.0, [1.0, 2.0, 3.0])
    NullComparison(mean=2.0, deviation=1.0, z=1.0, p=0.5)
    """
    samples = np.asarray(samples, dtype=float)
    samples = samples[~np.isnan(samples)]
    if not samples.size or math.isnan(value):
        return NullComparison(*[math.nan] * 4)
    with np.errstate(invalid="ignore"):  # infinite logarithms
        mean, deviation = float(samples.mean()), float(samples.std(ddof=1)) if samples.size > 1 else math.nan
    if deviation <= SLACK * max(1.0, abs(mean)):
        deviation = 0.0
    z = (value - mean) / deviation if deviation > 0 else math.nan
    p = (1 + int((samples >= value - SLACK).sum())) / (1 + samples.size)
    return NullComparison(mean, deviation, z, p)


def compute(cell: Cell) -> tuple[Cell, list[dict[str, Any]]]:
    """Return the cell, and a row for each part of its measure."""
    start = time.perf_counter()
    observed = cell.measure(cell.subject.graph, rng=cell.rng("observed"))
    null_parts = _null_parts(cell) if cell.varies else []
    seconds = time.perf_counter() - start
    return cell, [_row(cell, part, value, null_parts, seconds) for part, value in observed.items()]


def _null_parts(cell: Cell) -> list[dict[str, Value]]:
    generators = cell.rng("of null samples").spawn(cell.samples)
    samples = _null_samples(_Key(cell))
    return [cell.measure(graph, rng=rng) for graph, rng in zip(samples, generators, strict=True)]


def _row(cell: Cell, part: str, value: Value, null_parts: list[dict[str, Value]], seconds: float) -> dict[str, Any]:
    notes = [value.note]
    if cell.varies:
        numbers = [parts[part].value if part in parts else math.nan for parts in null_parts]
        null = compare_with_null(value.value, numbers)
        n_lost = sum(map(math.isnan, numbers))
        notes.append(f"undefined in {n_lost} of {len(numbers)} null samples" if n_lost else "")
        notes.append("constant under the null model" if null.deviation == 0 else "")
    else:
        null = NullComparison(*[math.nan] * 4)
        notes.append("the null model keeps all that it depends on" if cell.null is not None else "")
    return {
        "part": part, "value": value.value, "null_mean": null.mean, "null_deviation": null.deviation, "z": null.z,
        "p": null.p, "reachable": value.reachable, "null_reachable": _mean_reachable(part, null_parts),
        "seconds": seconds, "note": "; ".join(note for note in notes if note),
    }  # fmt: skip


def _mean_reachable(part: str, null_parts: list[dict[str, Value]]) -> float:
    shares = [parts[part].reachable for parts in null_parts if part in parts]
    return float(np.mean(shares)) if shares else math.nan


class _Key:
    """A cell as the key of its null samples, which are those of its subject."""

    def __init__(self, cell: Cell):
        self.cell = cell
        self.names = (cell.subject.network, cell.subject.layer, cell.subject.of, cell.samples, cell.seed)

    def __hash__(self) -> int:
        return hash(self.names)

    def __eq__(self, other: object) -> bool:
        own, its = self.cell, other.cell
        return self.names == other.names and own.subject.graph is its.subject.graph and own.null is its.null


@lru_cache(maxsize=1)
def _null_samples(key: _Key) -> list:
    """Return the null samples of a subject; kept for the cells that follow, which are mostly of the same one."""
    cell = key.cell
    return cell.null.samples(cell.subject.graph, cell.samples, rng=cell.rng("null", own=False))
