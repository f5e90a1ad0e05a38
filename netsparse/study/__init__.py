"""What every study shares: runs in a balanced order, restartable; append-only tables; paired statistics; pages."""

from __future__ import annotations

from netsparse.study.comparison import Comparison, compare
from netsparse.study.executors import EXECUTORS, executor
from netsparse.study.pages import has_block, interval, markdown_table, marked, replace_block
from netsparse.study.pairs import UNEQUAL, paired_table
from netsparse.study.projection import (
    duration,
    elapsed_seconds,
    mean_seconds,
    projected,
    seconds_of_run,
    total_seconds,
)
from netsparse.study.recipes import NamedRecipe, known_recipes, named_recipe
from netsparse.study.runner import Means, Outcome, Progress, Run, attempt, carry_out, missing
from netsparse.study.schedule import balanced
from netsparse.study.selection import best_epoch, rank
from netsparse.study.statistics import CONFIDENCE, Estimate, estimate, geometric, holm
from netsparse.study.tables import RUNS, Reservations, Tables
from netsparse.study.verdicts import (
    FAILS,
    FEWEST_SEEDS,
    HOLDS,
    LEVEL,
    UNCLEAR,
    Between,
    Greater,
    Test,
    combined,
    equal,
)

__all__ = [
    "CONFIDENCE",
    "EXECUTORS",
    "FAILS",
    "FEWEST_SEEDS",
    "HOLDS",
    "LEVEL",
    "RUNS",
    "UNCLEAR",
    "UNEQUAL",
    "Between",
    "Comparison",
    "Estimate",
    "Greater",
    "Means",
    "NamedRecipe",
    "Outcome",
    "Progress",
    "Reservations",
    "Run",
    "Tables",
    "Test",
    "attempt",
    "balanced",
    "best_epoch",
    "carry_out",
    "combined",
    "compare",
    "duration",
    "elapsed_seconds",
    "equal",
    "estimate",
    "executor",
    "geometric",
    "has_block",
    "holm",
    "interval",
    "known_recipes",
    "markdown_table",
    "marked",
    "mean_seconds",
    "missing",
    "named_recipe",
    "paired_table",
    "projected",
    "rank",
    "replace_block",
    "seconds_of_run",
    "total_seconds",
]
