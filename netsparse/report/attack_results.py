"""What attacks come to: the curves, a summary of each attack and group of runs, and the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.report.products import write_csv
from netsparse.robustness import ATTACKS, Attack

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class AttackReport:
    """Accuracy under attack of one or several networks, see :func:`netsparse.report.attack`.

    Attributes
    ----------
    curves : pandas.DataFrame
        A row per run, attack, repeat and step: the columns of :func:`netsparse.robustness.curve` after `run`.
    summary : pandas.DataFrame
        A row per attack, and per group where there are several: the columns of
        :func:`netsparse.robustness.summary`. The units of its bootstrap are the runs of a group, or the repeats if it
        has one run.
    groups : mapping of str to str
        Group of each run: replicas, trainings that differ in nothing but their seed, are one and averaged. Others are
        named by the settings in which they differ.
    chance : float
        Accuracy of guessing.
    folder : Path or None
        Where the products are, if they were written.
    attacks : mapping of str to Attack
        The attacks that the curves name.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((784, 30, 10), density=0.05, rng=0)
    >>> found = ns.report.attack(network, 'links-weight', dataset='fashion-mnist-6k', steps=2, progress=False)
    >>> found.curves[['run', 'attack', 'step', 'strength', 'links']]
           run        attack  step  strength  links
    0  network  links-weight     0       0.0   1476
    1  network  links-weight     1       0.5    888
    2  network  links-weight     2       1.0    300
    >>> found.summary[['attack', 'runs', 'collapsed']]
             attack  runs  collapsed
    0  links-weight     1          0
    >>> found.figure().axes[0].get_xlabel()
    'weight: fraction of links removed'
    """

    curves: pandas.DataFrame
    summary: pandas.DataFrame
    groups: Mapping[str, str]
    chance: float
    folder: Path | None = None
    attacks: Mapping[str, Attack] = field(default_factory=lambda: ATTACKS)

    def __repr__(self) -> str:
        attacks = ", ".join(self.curves["attack"].unique())
        return f"AttackReport({self.curves['run'].nunique()} runs: {attacks})"

    @property
    def has_groups(self) -> bool:
        """Whether there are several groups, each with rows and a colour of its own."""
        return len(set(self.groups.values())) > 1

    def figure(self) -> Figure:
        """Draw attacks of one unit in a panel, a colour each; of several groups, an attack in a panel.

        Removals stand beside the links that are left on paths. A group has one colour in all panels.
        """
        from netsparse import plot
        from netsparse.plot.attack import share_legend

        curves = self.curves.assign(group=self.curves["run"].map(self.groups))
        by = curves["attack"] if self.has_groups else curves["attack"].map(lambda name: self.attacks[name].unit)
        panels = curves.groupby(by, sort=False)
        figure, axes = plot.figure(panels.ngroups, height=2.9)
        for ax, (_, panel) in zip(axes, panels, strict=True):
            self._draw(panel, ax)
        if self.has_groups:
            share_legend(figure)
        return figure

    def _draw(self, panel: pandas.DataFrame, ax) -> None:
        from netsparse import plot
        from netsparse.plot.attack import attack_words

        names = panel["attack"].unique()
        attack = self.attacks[names[0]]
        quantities = ("accuracy", "active_links") if attack.order else ("accuracy",)
        xlabel = attack.unit if len(names) > 1 else f"{attack_words(names)[0]}: {attack.unit}"
        hue = "group" if self.has_groups else "attack"
        plot.attack_curves(panel, ax, quantities=quantities, hue=hue, xlabel=xlabel, chance=self.chance)


def summed_up(curves: pandas.DataFrame, groups: Mapping[str, str], chance: float) -> pandas.DataFrame:
    """Return a row per attack and group, each what its group alone would give; of one group, without its name."""
    import pandas as pd

    from netsparse.robustness import summary

    curves = curves.assign(group=curves["run"].map(groups))
    rows = []
    for _, own in curves.groupby("group", sort=False):
        unit = "run" if own["run"].nunique() > 1 else "repeat"
        rows.append(summary(own, chance=chance, by=("attack", "group"), run=unit, rng=0))
    attacks = curves["attack"].unique().tolist()
    table = pd.concat(rows).sort_values("attack", key=lambda names: names.map(attacks.index), kind="stable")
    return (table if len(set(groups.values())) > 1 else table.drop(columns="group")).reset_index(drop=True)


def write_derived(report: AttackReport) -> None:
    """Write the summary and the picture beside the curves of a report."""
    from netsparse import plot

    write_csv(report.summary, report.folder / "summary.csv")
    plot.save(report.figure(), report.folder / "curves.png")
