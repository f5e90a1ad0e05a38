"""Training with an adaptive topology: settings, the loop, checkpoints, resuming."""

from __future__ import annotations

from netsparse.train.epoch import Diverged
from netsparse.train.folder import RunFolder
from netsparse.train.history import EpochRecord
from netsparse.train.initial import initial_network
from netsparse.train.loop import Result, fit
from netsparse.train.schedule import LR_SCHEDULES
from netsparse.train.settings import PRESETS, Settings

__all__ = [
    "LR_SCHEDULES",
    "PRESETS",
    "Diverged",
    "EpochRecord",
    "Result",
    "RunFolder",
    "Settings",
    "fit",
    "initial_network",
]
