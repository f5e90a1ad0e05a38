"""The choice of zeta and learning rate, which the paper does not state: on validation data, before any attack."""

from __future__ import annotations

import json

import pandas as pd

from analysis.robustness.arms import PAPER_PAIR, SELECTION_DATASET, SELECTION_SEEDS, SELECTION_VALIDATION, Pair, Study
from analysis.robustness.folder import Folder
from analysis.robustness.runs import LAST_EPOCHS
from netsparse.files import write_json, writing
from netsparse.study import rank


def chosen_pair(folder: Folder) -> Pair | None:
    """Return the pair that was chosen for the study in a folder, None if none was yet."""
    if not folder.chosen.exists():
        return None
    choice = json.loads(folder.chosen.read_text())
    return choice["zeta"], choice["lr"]


def choose(study: Study, folder: Folder) -> Pair | None:
    """Choose the pair once all selection runs are there, and write down what it was chosen from.

    Returns
    -------
    (zeta, lr), or None if selection runs are missing.
    """
    known = chosen_pair(folder)
    if known is not None:
        return known
    if not study.selects:
        return _record(folder, PAPER_PAIR, f"of the preset 'paper': {SELECTION_DATASET} is not among the data sets")
    runs = folder.tables().read("runs")
    wanted = {run.key for run in study.selection_runs()}
    if not wanted <= folder.tables().finished():
        return None
    ranking = rank_pairs(runs)
    with writing(folder.results / "selection.csv") as temporary:
        ranking.to_csv(temporary, float_format="%.5g")
    reason = (
        f"the best mean validation accuracy of the rules {' and '.join(study.rules)} on {SELECTION_DATASET}, "
        f"{SELECTION_VALIDATION:.0%} of its training images held out, averaged over the last {LAST_EPOCHS} epochs "
        f"of seed {', '.join(map(str, SELECTION_SEEDS))}"
    )
    return _record(folder, ranking.index[0], reason)


def rank_pairs(runs: pd.DataFrame) -> pd.DataFrame:
    """Return validation accuracies by pair, a column per rule and their mean, the best pair first."""
    return rank(runs[runs["arm"] == "selection"], ["zeta", "lr"], "rule", "validation_accuracy")


def _record(folder: Folder, pair: Pair, reason: str) -> Pair:
    zeta, lr = map(float, pair)
    write_json(folder.chosen, {"zeta": zeta, "lr": lr, "reason": reason})
    return zeta, lr
