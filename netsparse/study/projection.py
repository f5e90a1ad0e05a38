"""How long it will take: from a measured epoch, or from the runs that are finished."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from netsparse.errors import InvalidValue

if TYPE_CHECKING:
    import pandas

    from netsparse.datasets import Dataset
    from netsparse.study.runner import Run
    from netsparse.train import Settings

_UNITS = ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h"), (math.inf, 86_400, "days"))
_FEW_KINDS = 4  # that fit on a line


def duration(seconds: float) -> str:
    """Return a duration in words.

    Examples
    --------
    >>> duration(42), duration(600), duration(9000), duration(200_000)
    ('42 s', '10 min', '2.5 h', '2.3 days')
    """
    for limit, unit, name in _UNITS:
        if seconds < limit:
            return f"{seconds / unit:.0f} {name}" if unit < 3600 else f"{seconds / unit:.1f} {name}"
    raise InvalidValue(f"not a duration: {seconds}")


def elapsed_seconds(runs: pandas.DataFrame) -> float:
    """Return the wall time in which at least one of these runs was being computed.

    Parameters
    ----------
    runs : pandas.DataFrame
        With the columns ``started`` and ``finished``, times in ISO 8601 with their zone.

    Examples
    --------
    >>> import pandas as pd
    >>> elapsed_seconds(pd.DataFrame({
    ...     "started": ["2026-01-01T10:00:00+00:00", "2026-01-01T10:00:30+00:00"],
    ...     "finished": ["2026-01-01T10:01:00+00:00", "2026-01-01T10:02:00+00:00"],
    ... }))
    120.0
    """
    import pandas as pd

    starts, ends = (pd.to_datetime(runs[column]) for column in ("started", "finished"))
    total, until = pd.Timedelta(0), pd.Timestamp.min.tz_localize("UTC")
    for start, end in sorted(zip(starts, ends, strict=True)):
        total += max(end - max(start, until), pd.Timedelta(0))
        until = max(until, end)
    return total.total_seconds()


def seconds_of_run(settings: Settings, data: Dataset) -> float:
    """Return the seconds that a training with these settings will take, from one epoch with its topology update.

    Examples
    --------
    >>> from netsparse import datasets, train
    >>> settings = train.Settings(hidden=(50,), epochs=100)
    >>> 0 < seconds_of_run(settings, datasets.load(settings.data.dataset)) < 1000
    True
    """
    from netsparse import train
    from netsparse.train.loop import make_engine
    from netsparse.train.warm_up import warm_up

    one_epoch = replace(settings, epochs=1, rewire_until=1.0)
    network = train.initial_network(settings, data.n_features, data.n_classes, data=data)
    warm_up(network, one_epoch, make_engine, note=lambda text: None)  # a fresh installation compiles once, for seconds
    start = time.perf_counter()
    network = train.initial_network(settings, data.n_features, data.n_classes, data=data)
    history = train.fit(network, data, one_epoch, progress=False).history
    elapsed = time.perf_counter() - start
    epoch = float(history["seconds_train"].sum() + history["seconds_update"].sum())
    return elapsed + (settings.run.epochs - 1) * epoch


def mean_seconds(runs: pandas.DataFrame, by: str | list[str]) -> dict[Hashable, float]:
    """Return the mean seconds of finished runs, by the columns that decide how long one takes.

    Examples
    --------
    >>> import pandas as pd
    >>> mean_seconds(pd.DataFrame({"recipe": ["rlr", "rlr", "l3"], "seconds": [1.0, 2.0, 4.0]}), "recipe")
    {'l3': 4.0, 'rlr': 1.5}
    """
    return runs.groupby(by)["seconds"].mean().to_dict() if len(runs) else {}


def total_seconds(
    runs: Iterable[Run], seconds: Mapping[Hashable, float], kind: Callable[[Run], Hashable], workers: int
) -> float:
    """Return how long these runs take on so many workers, those of a kind equally long."""
    return sum(seconds[kind(run)] for run in runs) / workers


def projected(
    missing: Sequence[Run],
    n_runs: int,
    seconds: Mapping[Hashable, float],
    kind: Callable[[Run], Hashable],
    workers: int,
) -> str:
    """Return how many of the runs of a study are missing, and how long they will take, in a sentence.

    Examples
    --------
    >>> projected([], 4, {}, type, workers=2)
    'all 4 runs are there'
    >>> projected(["rlr 0", "l3 0"], 4, {"rlr": 60.0, "l3": 180.0}, lambda run: run.split()[0], workers=2)
    '2 of 4 runs are missing; a run takes about rlr 60 s, l3 3 min; projected time with 2 workers: 2 min'
    """
    if not missing:
        return f"all {n_runs} runs are there"
    total = total_seconds(missing, seconds, kind, workers)
    return (
        f"{len(missing)} of {n_runs} runs are missing; a run takes about {_by_kind(seconds)}; "
        f"projected time with {workers} worker{'s' * (workers != 1)}: {duration(total)}"
    )


def _by_kind(seconds: Mapping[Hashable, float]) -> str:
    if len(seconds) > _FEW_KINDS:
        return f"{duration(min(seconds.values()))} to {duration(max(seconds.values()))}"
    return ", ".join(f"{_words(kind)} {duration(value)}" for kind, value in seconds.items())


def _words(kind: Hashable) -> str:
    return " ".join(map(str, kind)) if isinstance(kind, tuple) else str(kind)
