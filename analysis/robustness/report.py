"""What is made of the tables: figures, CLAIMS.md, results/claims.csv, and the block about the study in the README."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import README
from analysis.robustness.claims_page import claims_frame, claims_page
from analysis.robustness.drawing import draw_all
from analysis.robustness.folder import HOME, Folder
from analysis.robustness.judgement import judge
from analysis.robustness.metrics import metric_table
from analysis.robustness.readme import update_readme
from netsparse.files import write_text, writing


def draw_and_judge(folder: Folder, readme: Path = README) -> None:
    """Draw the figures, write the claims page and its table; for the study's own folder, the README's block too."""
    metrics = metric_table(folder.tables()) if folder.results.exists() else pd.DataFrame()
    if metrics.empty:
        print("no run is there yet: nothing to draw")
        return
    absent = draw_all(folder)
    judgements = judge(metrics)
    with writing(folder.results / "claims.csv") as temporary:
        claims_frame(judgements).to_csv(temporary, index=False, float_format="%.5g")
    write_text(folder.claims, claims_page(folder, metrics, judgements))
    if folder.root.resolve() == HOME:
        update_readme(readme, folder, metrics, judgements)
    kept = f" (kept for want of their input: {', '.join(absent)})" if absent else ""
    print(f"figures in {folder.figures}{kept}, claims in {folder.claims}")
