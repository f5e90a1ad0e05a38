"""The study from the first missing run to the last: in the balanced order, restartable, with its progress told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analysis.robustness.arms import PAPER_PAIR, Run, Study
from analysis.robustness.executors import executor
from analysis.robustness.folder import Folder
from analysis.robustness.projection import duration, expected_seconds
from analysis.robustness.runs import Outcome, Task, perform
from analysis.robustness.selection import choose
from analysis.robustness.tables import Reservations
from netsparse.files import make_folder


@dataclass(frozen=True)
class Means:
    """What the study is computed with; none of it changes a result."""

    executor: str = "joblib"
    workers: int = 2
    scheduler: str | None = None
    time_limit: float = float("inf")  # minutes
    command: str = ""
    start: float = field(default_factory=time.monotonic)

    @property
    def time_is_up(self) -> bool:
        """Whether no further run is to be started."""
        return time.monotonic() - self.start > 60 * self.time_limit


def complete(study: Study, folder: Folder, means: Means) -> list[Outcome]:
    """Carry out the runs that are missing; return those that failed."""
    folder.check(study)
    project(study, folder, means)
    failed = []
    if choose(study, folder) is None:
        failed += carry_out(study.selection_runs(), study, folder, means)
    chosen = choose(study, folder)
    if chosen is None:
        print("zeta and learning rate are not chosen yet: selection runs are missing", flush=True)
        return failed
    print(f"zeta {chosen[0]:g}, learning rate {chosen[1]:g}", flush=True)
    return failed + carry_out(study.attacked_runs(chosen), study, folder, means)


def project(study: Study, folder: Folder, means: Means) -> None:
    """Print how many runs are missing and how long they will take."""
    chosen = choose(study, folder)
    runs = [*(study.selection_runs() if chosen is None else []), *study.attacked_runs(chosen or PAPER_PAIR)]
    missing = _missing(runs, folder)
    if not missing:
        print(f"all {len(runs)} runs are there", flush=True)
        return
    seconds = expected_seconds(study, folder)
    total = sum(seconds[run.arm] for run in missing) / means.workers
    by_arm = ", ".join(f"{arm} {duration(value)}" for arm, value in seconds.items())
    print(
        f"{len(missing)} of {len(runs)} runs are missing; a run takes about {by_arm}; "
        f"projected time with {means.workers} workers: {duration(total)}",
        flush=True,
    )


def carry_out(runs: Sequence[Run], study: Study, folder: Folder, means: Means) -> list[Outcome]:
    """Carry out the missing ones of these runs, in their order, and keep what they leave; return the failed ones."""
    missing = _missing(runs, folder)
    reservations = Reservations(folder.results)
    progress = _Progress(missing, expected_seconds(study, folder) if missing else {}, means.workers)
    failed = []
    tasks = (Task.of(run, study, means.command) for run in _startable(missing, folder, reservations, means))
    for outcome in executor(means.executor)(perform, tasks, workers=means.workers, scheduler=means.scheduler):
        if outcome.error:
            failed.append(outcome)
        else:
            keep(outcome, study, folder)
        reservations.release(outcome.run)
        progress.tell(outcome)
    return failed


def keep(outcome: Outcome, study: Study, folder: Folder) -> None:
    """Append the rows of a run to the tables and save its network."""
    run, network = outcome.run, outcome.network
    if run.is_attacked:
        make_folder(folder.networks)
        paths = [folder.networks / f"{'_'.join(map(str, run.key))}.npz"]
        if (run.arm, run.dataset, run.seed) == ("main", study.datasets[0], 0):
            paths.append(folder.example(run.rule))
        for path in paths:
            network.save(path)
    folder.tables().append(run, outcome.frames)


def _missing(runs: Sequence[Run], folder: Folder) -> list[Run]:
    finished = folder.tables().finished()
    return [run for run in runs if run.key not in finished]


def _startable(runs: Sequence[Run], folder: Folder, reservations: Reservations, means: Means) -> Iterator[Run]:
    """Yield the runs that nobody else is computing or has computed meanwhile, until the time is up."""
    for run in runs:
        if means.time_is_up:
            print("the time is up: no further run is started", flush=True)
            return
        if not reservations.take(run):
            continue
        if run.key in folder.tables().finished():
            reservations.release(run)
            continue
        yield run


class _Progress:
    """A line per finished run, with the time that the others will take at the pace so far."""

    def __init__(self, runs: Sequence[Run], expected: dict[str, float], workers: int):
        self.waiting = dict.fromkeys(runs)
        self.n_runs, self.expected, self.workers = len(runs), expected, workers
        self.spent: dict[str, list[float]] = {}

    def tell(self, outcome: Outcome) -> None:
        run = outcome.run
        self.waiting.pop(run)
        count = f"[{self.n_runs - len(self.waiting)}/{self.n_runs}]"
        if outcome.error:
            print(f"{count} {run}: FAILED\n{outcome.error}", flush=True)
            return
        row = outcome.frames["runs"].iloc[0]
        self.spent.setdefault(run.arm, []).append(row["seconds"])
        print(
            f"{count} {run}: {100 * row['accuracy']:.2f} % in {duration(row['seconds'])} (training "
            f"{row['seconds_train']:.0f} s, updates {row['seconds_update']:.0f} s); {self._left()}",
            flush=True,
        )

    def _left(self) -> str:
        means = self.expected | {arm: sum(times) / len(times) for arm, times in self.spent.items()}
        seconds = sum(means[run.arm] for run in self.waiting) / self.workers
        return f"{duration(seconds)} left, until {datetime.now() + timedelta(seconds=seconds):%H:%M}"
