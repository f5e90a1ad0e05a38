"""Where runs are computed: local processes (joblib) or a dask cluster, one thread a run."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from netsparse.errors import InvalidInput, unknown

Work = Callable[[Any], Any]


def with_joblib(work: Work, tasks: Iterable, *, workers: int, scheduler: str | None = None) -> Iterator:
    """Yield ``work(task)`` of each task as it ends, on `workers` local processes; with one, in this process.

    Tasks are taken one at a time, when a process is free: the iterable decides as late as possible what comes next.
    Closing the iterator ends the processes.
    """
    import joblib

    pool = joblib.Parallel(n_jobs=workers, pre_dispatch="n_jobs", batch_size=1, return_as="generator_unordered")
    results = pool(joblib.delayed(work)(task) for task in tasks)
    try:
        yield from results
    finally:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "(?s).*have been cancelled")  # who interrupts it knows
            results.close()


def with_dask(work: Work, tasks: Iterable, *, workers: int, scheduler: str | None = None) -> Iterator:
    """Yield ``work(task)`` of each task as it ends, on a dask cluster.

    The cluster is that of the address `scheduler`, its workers needing the package and the data sets but no common
    file system; without an address, a local one of `workers` processes. A slot of the cluster has one task at a time.
    """
    from distributed import Client, LocalCluster, as_completed

    local = None
    if scheduler is None:
        local = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        with Client(local or scheduler) as client:
            tasks = iter(tasks)
            slots = max(1, sum(client.nthreads().values()))
            running = as_completed([client.submit(work, task, pure=False) for task in islice(tasks, slots)])
            for future in running:
                running.update([client.submit(work, task, pure=False) for task in islice(tasks, 1)])
                yield future.result()
    finally:
        if local is not None:
            local.close()


EXECUTORS: dict[str, Callable[..., Iterator]] = {"joblib": with_joblib, "dask": with_dask}


def executor(name: str) -> Callable[..., Iterator]:
    """Return the executor of this name: ``executor(work, tasks, *, workers, scheduler)`` yields results as they end.

    Raises
    ------
    ValueError
        For an unknown one; lists the known ones.

    Examples
    --------
    >>> sorted(executor("joblib")(abs, [-2, -1], workers=1))
    [1, 2]
    """
    if name not in EXECUTORS:
        raise unknown("executor", name, EXECUTORS)
    return EXECUTORS[name]


def check_executor(name: str, scheduler: str | None = None) -> None:
    """Raise an error unless this executor is known, installed, and has a use for the scheduler.

    Examples
    --------
    >>> check_executor("joblib", "tcp://host:8786")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidInput: a scheduler is for the executor dask
    """
    executor(name)
    if scheduler is not None and name != "dask":
        raise InvalidInput("a scheduler is for the executor dask")
    if name == "dask" and importlib.util.find_spec("distributed") is None:
        raise InvalidInput("the executor dask needs dask: pip install 'netsparse[bench]'")
    if scheduler is not None:
        _check_address(scheduler)


def _check_address(scheduler: str) -> None:
    from distributed.comm import get_address_host_port

    try:
        get_address_host_port(scheduler)
    except ValueError as error:
        words = f"scheduler must be an address such as tcp://host:8786, got {scheduler!r}: {error}"
        raise InvalidInput(words, parameter="scheduler") from None
