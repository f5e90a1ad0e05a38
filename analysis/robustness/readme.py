"""The README's words about the study, generated from its tables between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.robustness.claims_page import count_verdicts
from analysis.robustness.explanation import threshold_table
from analysis.robustness.folder import Folder
from analysis.robustness.judgement import Judgement
from analysis.robustness.projection import EPOCHS_FILE, masked_seconds
from netsparse.study import FAILS, HOLDS, UNCLEAR, duration, elapsed_seconds, replace_block

BLOCK = "study"
FIGURE = "4-removal"


def readme_block(folder: Folder, metrics: pd.DataFrame, judgements: Sequence[Judgement]) -> str:
    """Return the picture and the three sentences."""
    picture = f"![Accuracy and percolation under removal of links](analysis/robustness/figures/{FIGURE}.png)"
    sentences = [_verdicts(metrics, judgements), _collapse(metrics), _cost(folder)]
    return "\n".join([picture, "", " ".join(sentences)])


def update_readme(path: Path, folder: Folder, metrics: pd.DataFrame, judgements: Sequence[Judgement]) -> bool:
    """Put the block in the place of the one in the README; return False if the README has no such marks."""
    return replace_block(path, BLOCK, readme_block(folder, metrics, judgements))


def _verdicts(metrics: pd.DataFrame, judgements: Sequence[Judgement]) -> str:
    main = metrics[metrics["arm"] == "main"]
    seeds = main.groupby(["dataset", "rule"])["seed"].nunique()
    n_seeds = str(seeds.min()) if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    counts = count_verdicts(judgements)
    return (
        f"Of {len(judgements)} claims of the robustness paper (arXiv:2602.21961), {counts[HOLDS]} hold, "
        f"{counts[FAILS]} do not and {counts[UNCLEAR]} are unclear after {n_seeds} seeds on "
        f"{main['dataset'].nunique()} data sets ([the claims, one by one](analysis/robustness/CLAIMS.md))."
    )


def _collapse(metrics: pd.DataFrame) -> str:
    table = threshold_table(metrics)
    words = {"weight": "largest weights first", "random": "at random", "reverse": "smallest weights first"}
    parts = []
    for order, label in words.items():
        rows = table[table["order"] == order]
        ends = [[found.mean for found in rows[column]] for column in ("collapse", "half")]
        parts.append(f"{_range(ends[0])} against {_range(ends[1])} with links removed {label}")
    return (
        "Accuracy has lost 90 % of what it is above chance after this share of the links, against the share at which "
        f"half of the active neurons are cut off: {'; '.join(parts)}."
    )


def _range(values: Sequence[float]) -> str:
    known = [value for value in values if value == value]
    if not known:
        return "never"
    low, high = f"{min(known):.0f}", f"{max(known):.0f}"
    return f"{low} %" if low == high else f"{low}-{high} %"


def _cost(folder: Folder) -> str:
    runs = folder.tables().read("runs")
    told = (
        f"Its {len(runs)} trainings and their attacks took {duration(elapsed_seconds(runs))} here, their gradient "
        f"steps {duration(runs['seconds_train'].sum())} of one core"
    )
    measured = folder.results / EPOCHS_FILE
    if not measured.exists():
        return f"{told}."
    masked = masked_seconds(runs, pd.read_csv(measured))
    return f"{told}, for which masked-dense PyTorch would need {duration(masked)} (projected from a measured epoch)."
