"""The figures of the paper, ours, each beside what the paper could not show; drawn from the tables alone."""

from __future__ import annotations

from collections.abc import Callable

from analysis.robustness.drawing import attacks, explanation, networks, training, weights
from analysis.robustness.folder import Folder
from netsparse.files import make_folder, writing

FIGURES: dict[str, Callable] = {
    "1-networks": networks.trained_networks,
    "2-update-time": training.update_time,
    "3-accuracy": training.accuracy,
    "4-removal": attacks.removal,
    "5-perturbation": attacks.perturbation,
    "6-weight-density": weights.density,
    "7-update-stages": networks.stages,
    "8-collapse": attacks.collapse_and_threshold,
    "9-explanation": explanation.differences,
}
"""The number is that of the paper's figure; 8 and 9 are not in the paper."""


def draw_all(folder: Folder) -> list[str]:
    """Draw every figure that the results allow; return the names of those kept because their input is absent."""
    make_folder(folder.figures)
    absent = []
    for name, draw in FIGURES.items():
        figure = draw(folder)
        if figure is None:
            absent.append(name)
            continue
        with writing(folder.figures / f"{name}.png") as temporary:
            figure.savefig(temporary, format="png", dpi="figure")
    return absent
