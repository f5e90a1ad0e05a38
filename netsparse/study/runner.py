"""The runs of a study from the first missing one to the last: restartable, side by side, with their progress told."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from netsparse.errors import NetsparseError
from netsparse.study.executors import check_executor, executor
from netsparse.study.projection import duration, total_seconds
from netsparse.study.tables import RUNS, Reservations, Tables

if TYPE_CHECKING:
    import pandas


class Run(Protocol):
    """One run of a study, a value that can be pickled; ``str(run)`` names it to the reader."""

    @property
    def key(self) -> tuple:
        """The values of the key columns of its rows."""


@dataclass(frozen=True)
class Outcome:
    """What a run leaves: its rows by table, and what is no row, or the error it ended with.

    Attributes
    ----------
    run : Run
    frames : mapping of str to pandas.DataFrame
        That of :data:`netsparse.study.RUNS` has one row, with the wall time in a column ``seconds``.
    product : object
        A trained network, say.
    error : str
        Empty if there was none.
    """

    run: Run
    frames: Mapping[str, pandas.DataFrame] = field(default_factory=dict)
    product: Any = None
    error: str = ""


@dataclass(frozen=True)
class Means:
    """What a study is computed with; none of it changes a result.

    Parameters
    ----------
    executor : {'joblib', 'dask'}
    workers : int
        Runs side by side.
    scheduler : str, optional
        Address of a running dask cluster.
    time_limit : float
        Minutes after which no further run is started.

    Raises
    ------
    ValueError
        For an unknown executor, one that is not installed, or a scheduler that it has no use for.
    """

    executor: str = "joblib"
    workers: int = 2
    scheduler: str | None = None
    time_limit: float = float("inf")
    start: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        check_executor(self.executor, self.scheduler)

    @property
    def time_is_up(self) -> bool:
        """Whether no further run is to be started."""
        return time.monotonic() - self.start > 60 * self.time_limit


def print_now(line: str) -> None:
    """Print a line at once, so that a log can be followed."""
    print(line, flush=True)


class Progress:
    """A line per finished run, with the time that the others will take at the pace so far.

    Parameters
    ----------
    runs : sequence of Run
        Those to be carried out.
    seconds : mapping
        Expected seconds of a run, by its kind.
    kind : callable
        The kind of a run: runs of a kind take equally long.
    words : callable
        What to say about the row of a finished run.
    workers : int
    note : callable
        Prints a line.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        seconds: Mapping[Hashable, float],
        kind: Callable[[Run], Hashable],
        words: Callable[[pandas.Series], str],
        *,
        workers: int,
        note: Callable[[str], None] = print_now,
    ):
        self.note = note
        self._waiting = {run.key: run for run in runs}
        self._n_runs, self._expected, self._workers = len(runs), seconds, workers
        self._kind, self._words = kind, words
        self._spent: dict[Hashable, list[float]] = {}

    def tell(self, outcome: Outcome) -> None:
        """Say how a run ended."""
        run = self._waiting.pop(outcome.run.key)
        count = f"[{self._n_runs - len(self._waiting)}/{self._n_runs}]"
        if outcome.error:
            self.note(f"{count} {run}: FAILED\n{outcome.error}")
            return
        row = outcome.frames[RUNS].iloc[0]
        self._spent.setdefault(self._kind(run), []).append(row["seconds"])
        self.note(f"{count} {run}: {self._words(row)}; {self._left()}")

    def _left(self) -> str:
        means = {**self._expected, **{kind: sum(times) / len(times) for kind, times in self._spent.items()}}
        seconds = total_seconds(self._waiting.values(), means, self._kind, self._workers)
        return f"{duration(seconds)} left, until {datetime.now() + timedelta(seconds=seconds):%H:%M}"


def missing(runs: Sequence[Run], tables: Tables) -> list[Run]:
    """Return the runs whose rows are not in the tables, in their order."""
    finished = tables.finished()
    return [run for run in runs if run.key not in finished]


def carry_out(
    runs: Sequence[Run],
    work: Callable[[Run], Outcome],
    tables: Tables,
    means: Means,
    progress: Progress,
    *,
    keep: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Carry out the missing ones of these runs, in their order, and append what they leave to the tables.

    A run whose rows are there is never redone; one that another process computes in the same folder is left to it;
    one that fails stops no other. An interruption loses the runs under way, which the next call does.

    Parameters
    ----------
    runs : sequence of Run
    work : callable
        Computes a run; pickled, unless there is one worker.
    tables : Tables
    means : Means
    progress : Progress
    keep : callable, optional
        Saves what is no row, before the rows are written.

    Returns
    -------
    list of Outcome
        Of the runs that failed.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from typing import NamedTuple
    >>> class Toss(NamedTuple):
    ...     seed: int
    ...     key = property(lambda self: (self.seed,))
    ...     def __str__(self):
    ...         return f"toss {self.seed}"
    >>> def toss(run):
    ...     return Outcome(run, {"runs": pd.DataFrame({"heads": [run.seed % 2], "seconds": [0.0]})})
    >>> folder = tempfile.TemporaryDirectory()
    >>> tables, runs = Tables(folder.name, key={"seed": int}), [Toss(0), Toss(1)]
    >>> progress = Progress(runs, {"toss": 1.0}, lambda run: "toss", lambda row: f"heads {row.heads:g}", workers=1)
    >>> carry_out(runs, toss, tables, Means(workers=1), progress)
    [1/2] toss 0: heads 0; 0 s left, until ...
    [2/2] toss 1: heads 1; 0 s left, until ...
    []
    >>> tables.read("runs")["heads"].tolist()
    [0, 1]
    >>> folder.cleanup()
    """
    reservations = Reservations(tables.folder)
    failed = []
    startable = _startable(missing(runs, tables), tables, reservations, means, progress.note)
    compute = executor(means.executor)
    outcomes = compute(partial(attempt, work), startable, workers=means.workers, scheduler=means.scheduler)
    try:
        for outcome in outcomes:
            if outcome.error:
                failed.append(outcome)
            else:
                keep(outcome)
                tables.append(outcome.run.key, outcome.frames)
            reservations.release(outcome.run.key)
            progress.tell(outcome)
    finally:
        outcomes.close()  # ends the processes of an interrupted study
        reservations.release_all()
    return failed


def attempt(work: Callable[[Run], Outcome], run: Run) -> Outcome:
    """Return the outcome of a run; an error is returned, not raised, so that it stops no other run."""
    try:
        return work(run)
    except NetsparseError as error:  # says all there is to say
        return Outcome(run, error=str(error))
    except Exception:
        return Outcome(run, error=traceback.format_exc())


def _startable(
    runs: Sequence[Run], tables: Tables, reservations: Reservations, means: Means, note: Callable[[str], None]
) -> Iterator[Run]:
    """Yield the runs that nobody else is computing or has computed meanwhile, until the time is up."""
    for run in runs:
        if means.time_is_up:
            note("the time is up: no further run is started")
            return
        if not reservations.take(run.key):
            continue
        if run.key in tables.finished():
            reservations.release(run.key)
            continue
        yield run
