"""The study from the first missing run to the last: projected, carried out in the balanced order, kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from analysis.robustness.arms import PAPER_PAIR, Run, Study
from analysis.robustness.folder import Folder
from analysis.robustness.projection import expected_seconds
from analysis.robustness.runs import perform
from analysis.robustness.selection import choose
from netsparse.files import make_folder
from netsparse.study import Means, Outcome, Progress, duration, missing, projected
from netsparse.study import carry_out as carry_out_runs


def complete(study: Study, folder: Folder, means: Means, command: str) -> list[Outcome]:
    """Carry out the runs that are missing; return those that failed."""
    folder.check(study)
    project(study, folder, means)
    failed = []
    if choose(study, folder) is None:
        failed += carry_out(study.selection_runs(), study, folder, means, command)
    chosen = choose(study, folder)
    if chosen is None:
        print("zeta and learning rate are not chosen yet: selection runs are missing", flush=True)
        return failed
    print(f"zeta {chosen[0]:g}, learning rate {chosen[1]:g}", flush=True)
    return failed + carry_out(study.attacked_runs(chosen), study, folder, means, command)


def project(study: Study, folder: Folder, means: Means) -> None:
    """Print how many runs are missing and how long they will take."""
    chosen = choose(study, folder)
    runs = [*(study.selection_runs() if chosen is None else []), *study.attacked_runs(chosen or PAPER_PAIR)]
    absent = missing(runs, folder.tables())
    seconds = expected_seconds(study, folder) if absent else {}
    print(projected(absent, len(runs), seconds, _arm, means.workers), flush=True)


def carry_out(runs: Sequence[Run], study: Study, folder: Folder, means: Means, command: str) -> list[Outcome]:
    """Carry out the missing ones of these runs and keep what they leave; return the failed ones."""
    tables = folder.tables()
    absent = missing(runs, tables)
    seconds = expected_seconds(study, folder) if absent else {}
    progress = Progress(absent, seconds, _arm, _words, workers=means.workers)
    work = partial(perform, study=study, command=command)
    keep = partial(keep_network, study=study, folder=folder)
    return carry_out_runs(absent, work, tables, means, progress, keep=keep)


def keep_network(outcome: Outcome, study: Study, folder: Folder) -> None:
    """Save the trained network of a run."""
    run, network = outcome.run, outcome.product
    if not run.is_attacked:
        return
    make_folder(folder.networks)
    paths = [folder.networks / f"{'_'.join(map(str, run.key))}.npz"]
    if (run.arm, run.dataset, run.seed) == ("main", study.datasets[0], 0):
        paths.append(folder.example(run.rule))
    for path in paths:
        network.save(path)


def _arm(run: Run) -> str:
    return run.arm


def _words(row: pd.Series) -> str:
    return (
        f"{100 * row['accuracy']:.2f} % in {duration(row['seconds'])} (training {row['seconds_train']:.0f} s, "
        f"updates {row['seconds_update']:.0f} s)"
    )
