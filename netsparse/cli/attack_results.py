"""What ``netsparse attack`` leaves beside its curves: the summary, printed too, and the picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.cli.products import write_csv
from netsparse.cli.table import table
from netsparse.errors import printable

if TYPE_CHECKING:
    import pandas

_COLUMNS = ["attack", "clean", "area", "area_low", "area_high", "collapse", "collapse_low", "collapse_high"]


def write_results(folder: Path, curves: pandas.DataFrame, groups: Mapping[Path, str], *, chance: float) -> None:
    """Write the summary of all curves and the picture, and print the summary; replicas are averaged, groups told apart.

    Parameters
    ----------
    folder : Path
    curves : pandas.DataFrame
        As in ``curves.csv``.
    groups : mapping of Path to str
        Group of each run, see :func:`netsparse.cli.attack_groups.groups_of`.
    chance : float
        Accuracy of guessing.
    """
    groups = {printable(path): group for path, group in groups.items()}  # as the curves name their runs
    curves = curves.assign(group=curves["run"].map(groups))
    several = len(set(groups.values())) > 1
    scores = _scores(curves, chance)
    if not several:
        scores = scores.drop(columns="group")
    write_csv(scores, folder / "summary.csv")
    _draw(curves, chance, folder / "curves.png", several=several)
    columns = [*_COLUMNS[:1], *(["group"] if several else []), *_COLUMNS[1:]]
    rows = scores[columns].itertuples(index=False)
    print(f"\n{table(columns, [[*map(_cell, row)] for row in rows])}\n")
    print(f"{printable(folder)} holds curves.csv, summary.csv and curves.png")


def _scores(curves: pandas.DataFrame, chance: float) -> pandas.DataFrame:
    """Return a row per attack and group, each what its group alone would give.

    The units of the bootstrap are the runs of a group, or the repeats if it has one run.
    """
    import pandas as pd

    from netsparse.robustness import summary

    rows = []
    for _, own in curves.groupby("group", sort=False):
        unit = "run" if own["run"].nunique() > 1 else "repeat"
        rows.append(summary(own, chance=chance, by=("attack", "group"), run=unit, rng=0))
    attacks = curves["attack"].unique().tolist()
    return pd.concat(rows).sort_values("attack", key=lambda names: names.map(attacks.index), kind="stable")


def _cell(value: object) -> object:
    return "-" if value != value else value  # NaN: no interval from one run, or no collapse


def _draw(curves: pandas.DataFrame, chance: float, path: Path, *, several: bool) -> None:
    """Draw attacks of one unit in a panel, a colour each; of several groups, an attack in a panel, a colour per group.

    Removals stand beside the links that are left on paths.
    """
    from netsparse import plot
    from netsparse.plot.attack import attack_words
    from netsparse.robustness import ATTACKS

    by = curves["attack"] if several else curves["attack"].map(lambda name: ATTACKS[name].unit)
    panels = curves.groupby(by, sort=False)
    figure, axes = plot.figure(panels.ngroups, height=2.9)
    for ax, (_, panel) in zip(axes, panels, strict=True):
        names = panel["attack"].unique()
        attack = ATTACKS[names[0]]
        quantities = ("accuracy", "active_links") if attack.order else ("accuracy",)
        xlabel = attack.unit if len(names) > 1 else f"{attack_words(names)[0]}: {attack.unit}"
        hue = "group" if several else "attack"
        plot.attack_curves(panel, ax, quantities=quantities, hue=hue, xlabel=xlabel, chance=chance)
    plot.save(figure, path)
