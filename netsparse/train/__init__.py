"""Training with an adaptive topology: settings, the loop, checkpoints, resuming."""

from __future__ import annotations

from netsparse.train.data_settings import DataSettings
from netsparse.train.epoch import Diverged
from netsparse.train.folder import RunFolder
from netsparse.train.history import EpochRecord
from netsparse.train.initial import initial_network
from netsparse.train.loop import Result, fit
from netsparse.train.model_settings import ModelSettings
from netsparse.train.optimiser_settings import OptimiserSettings
from netsparse.train.presets import PRESETS
from netsparse.train.run_settings import RunSettings
from netsparse.train.schedule import LR_SCHEDULES
from netsparse.train.settings import Settings

__all__ = [
    "LR_SCHEDULES",
    "PRESETS",
    "DataSettings",
    "Diverged",
    "EpochRecord",
    "ModelSettings",
    "OptimiserSettings",
    "Result",
    "RunFolder",
    "RunSettings",
    "Settings",
    "fit",
    "initial_network",
]
