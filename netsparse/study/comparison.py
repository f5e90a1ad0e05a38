"""Recipes compared: trained from the same starts on the same data, and told apart by paired statistics."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

from netsparse.errors import InvalidInput, check_count
from netsparse.files import writing
from netsparse.study.comparison_folder import ComparisonFolder
from netsparse.study.pairs import paired_table
from netsparse.study.plan import EPOCHS, ComparisonRun, Plan, perform
from netsparse.study.projection import duration, mean_seconds, projected, seconds_of_run
from netsparse.study.runner import Means, Outcome, Progress, carry_out, missing, print_now
from netsparse.study.tables import RUNS

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

VALIDATION = 0.1
"""Share of the training samples that is held out unless it is said otherwise."""


class Comparison(NamedTuple):
    """What a comparison leaves.

    Attributes
    ----------
    runs, epochs : pandas.DataFrame
        A row per run, a row per epoch of every run.
    table : pandas.DataFrame
        A row per data set and pair of recipes: differences, intervals, corrected tests.
    figure : matplotlib.figure.Figure
    failed : list of str
        Runs that failed.
    """

    runs: pandas.DataFrame
    epochs: pandas.DataFrame
    table: pandas.DataFrame
    figure: Figure
    failed: list[str]


def compare(
    recipes: Sequence[str],
    datasets: Sequence[str] = ("fashion-mnist-6k",),
    *,
    seeds: int = 5,
    out: str | PathLike | None = None,
    preset: str = "default",
    jobs: int = 1,
    executor: str = "joblib",
    scheduler: str | None = None,
    command: str | None = None,
    note: Callable[[str], None] = print_now,
    **settings: Any,
) -> Comparison:
    """Train every recipe on every data set from the same seeds, and compare them by paired statistics.

    The outcome is the test accuracy of the network that a run ends with; beside it stands that of the epoch which
    validation samples would have kept. One seed of every data set comes before the next of any, the recipes side by
    side, so that an interrupted comparison is a balanced one of fewer seeds.

    Parameters
    ----------
    recipes : sequence of str
        Two or more: 'rlr', 'ch3-l3', 'ra-l3', 'l3', 'static', or ``package.module:function``, a regrowth rule of
        your own, ``function(layer, n, *, rng)``. The earlier ones are what the later ones are compared with.
    datasets : sequence of str
        See :func:`netsparse.datasets.load`.
    seeds : int, default 5
        Their number: 0, 1, ... Three or more are needed for a verdict.
    out : path-like, optional
        Folder for ``settings.json``, ``runs.csv``, ``epochs.csv``, ``comparison.csv`` and ``comparison.png``. Runs
        that are there are not redone. Nothing is kept without it.
    preset : str, default 'default'
        Values of the settings that are not given.
    jobs : int, default 1
        Runs side by side.
    executor : {'joblib', 'dask'}
    scheduler : str, optional
        Address of a running dask cluster.
    command : str, optional
        The command line that asked for the comparison, kept in ``settings.json``.
    note : callable, default prints
        Told the projected time, then how each run ended.
    **settings
        Of :class:`netsparse.train.Settings`, common to all runs; `validation` is 0.1 by default.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError, TypeError
        For an unknown name or a value out of its range; before any work.
    NetsparseError
        If a rule cannot be imported, `out` cannot be written to, holds something else or a comparison with other
        settings: before any work. If every run failed.

    Notes
    -----
    Costs recipes x data sets x seeds trainings, and one epoch of each recipe and data set for the projected time.

    Examples
    --------
    >>> from netsparse.study import compare
    >>> found = compare(["rlr", "static"], seeds=2, hidden=(30,), epochs=1, note=lambda line: None)
    >>> found.table[["recipe", "against", "seeds"]].values.tolist()
    [['static', 'rlr', 2]]
    >>> len(found.runs), found.failed
    (4, [])

    References
    ----------
    .. [1] S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65-70, 1979.
    """
    means = Means(executor=executor, workers=check_count("jobs", jobs, at_least=1), scheduler=scheduler)
    plan = Plan.checked(recipes, datasets, seeds, preset, {"validation": VALIDATION, **settings})
    plan.runs()
    with ExitStack() as held:
        folder = ComparisonFolder(held.enter_context(tempfile.TemporaryDirectory()) if out is None else out)
        description = plan.description()
        folder.check(description)
        seconds = _project(plan, folder, means, note)
        folder.start(description, command)
        try:
            failed = _carry_out(plan, folder, means, seconds, note)
        except KeyboardInterrupt:
            _published(plan, folder, [])  # what is there is a balanced result
            raise
        found = _published(plan, folder, failed)
    if found is None:
        raise InvalidInput(f"all {len(failed)} runs failed, the first with: {_last_line(failed[0].error)}")
    return found


def _project(plan: Plan, folder: ComparisonFolder, means: Means, note: Callable[[str], None]) -> dict:
    """Tell how long it will take; return the seconds of a run by kind, from finished runs, else from an epoch.

    The epoch is a rehearsal, too: what is wrong with a rule shows before anything is written.
    """
    runs = plan.runs()
    tables = folder.tables() if folder.is_started else None
    absent = missing(runs, tables) if tables else runs
    seconds = mean_seconds(tables.read(RUNS), ["dataset", "recipe"]) if tables else {}
    for run in absent:
        if run.kind not in seconds:
            seconds[run.kind] = seconds_of_run(run.settings, plan.data[run.dataset])
    note(projected(absent, len(runs), seconds, _kind, means.workers))
    return seconds


def _carry_out(
    plan: Plan, folder: ComparisonFolder, means: Means, seconds: dict, note: Callable[[str], None]
) -> list[Outcome]:
    tables = folder.tables()
    absent = missing(plan.runs(), tables)
    progress = Progress(absent, seconds, _kind, _words, workers=means.workers, note=note)
    return carry_out(absent, perform, tables, means, progress)


def _published(plan: Plan, folder: ComparisonFolder, failed: Sequence[Outcome]) -> Comparison | None:
    """Write the table and the figure of the runs that are finished; return them, None if no run is."""
    from netsparse import plot
    from netsparse.study.comparison_figure import draw

    tables = folder.tables()
    runs, epochs = tables.read(RUNS), tables.read(EPOCHS)
    if runs.empty:
        return None
    datasets, recipes = list(plan.data), [recipe.name for recipe in plan.recipes]
    table = paired_table(runs, datasets, recipes)
    with writing(folder.table_file) as temporary:
        table.to_csv(temporary, index=False, float_format="%.5g")
    figure = draw(runs, epochs, table, datasets, recipes)
    plot.save(figure, folder.figure_file)
    return Comparison(runs, epochs, table, figure, [str(outcome.run) for outcome in failed])


def _kind(run: ComparisonRun) -> tuple[str, str]:
    return run.kind


def _words(row: pandas.Series) -> str:
    return f"test accuracy {row['accuracy']:.2%} in {duration(row['seconds'])}"


def _last_line(error: str) -> str:
    return error.strip().splitlines()[-1]
