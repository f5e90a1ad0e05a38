"""Real data: named image sets with verified files, the embedded sample, and files of the user's own."""

from __future__ import annotations

from netsparse.datasets.dataset import Dataset
from netsparse.datasets.evaluation import Evaluation, Samples, check_fits, evaluate
from netsparse.datasets.registry import DEFAULT, NAMES, load
from netsparse.datasets.standardised import Standardised, scaled

__all__ = [
    "DEFAULT",
    "NAMES",
    "Dataset",
    "Evaluation",
    "Samples",
    "Standardised",
    "check_fits",
    "evaluate",
    "load",
    "scaled",
]
