"""The paper's five perturbations of a trained network, on the strengths of the study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from netsparse import robustness
from netsparse.graph import LayeredNetwork

REPEATS = 3
INTACT = "none"  # the control that changes nothing

REMOVED = (
    0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85,
    0.9, 0.95, 0.98, 1,
)  # fmt: skip
WIDTHS = (0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
DEVIATIONS = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5)


@dataclass(frozen=True)
class Protocol:
    """How one attack is carried out.

    Attributes
    ----------
    label : str
        What the paper calls it.
    strengths : tuple of float
        Where the accuracy is measured.
    coarse : tuple of float
        The same for the controls.
    """

    label: str
    strengths: tuple[float, ...]
    coarse: tuple[float, ...]


PROTOCOLS: dict[str, Protocol] = {
    "links-random": Protocol("random pruning", REMOVED, (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)),
    "links-weight": Protocol("weight order", REMOVED, (0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.2, 0.5, 1)),
    "links-reverse-weight": Protocol(
        "reverse weight order", REMOVED, (0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1)
    ),
    "shuffle": Protocol("weight shuffling", WIDTHS, (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1)),
    "noise": Protocol("weight modification", DEVIATIONS, (0, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5)),
}

COLUMNS = [
    "control", "attack", "strength", "repeats", "accuracy", "deviation", "active", "active_links", "outputs_reached",
    "largest_component",
]  # fmt: skip


def attack_table(network: LayeredNetwork, data, *, control: str = INTACT, rng: np.random.Generator) -> pd.DataFrame:
    """Return the accuracy of a network under all attacks: a row per attack and strength, repeats averaged.

    ``deviation`` is the standard deviation of the accuracy over the repeats, NaN for a deterministic attack. Controls
    are attacked once, on the coarse grid.
    """
    curves = []
    for name, protocol in PROTOCOLS.items():
        intact = control == INTACT
        curve = robustness.curve(
            network,
            data,
            name,
            strengths=protocol.strengths if intact else protocol.coarse,
            repeats=REPEATS if intact else 1,
            rng=rng,
        )
        curves.append(_averaged(curve))
    frame = pd.concat(curves, ignore_index=True)
    frame.insert(0, "control", control)
    return frame[COLUMNS]


def _averaged(curve: pd.DataFrame) -> pd.DataFrame:
    quantities = ["active", "active_links", "outputs_reached", "largest_component"]
    averages = {"repeats": ("repeat", "nunique"), "accuracy": ("accuracy", "mean"), "deviation": ("accuracy", "std")}
    averages |= {name: (name, "mean") for name in quantities}
    return curve.groupby(["attack", "strength"], sort=False).agg(**averages).reset_index()
