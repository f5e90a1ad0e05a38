"""Named values of many settings at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from netsparse.registry import Registry

PRESETS: Registry[Mapping[str, Any]] = Registry("preset")
"""Values by the name of their parameter; those of the rewiring hold where no recipe is named."""

PRESETS.register(
    "default",
    MappingProxyType(
        {
            "epochs": 30,
            "batch_size": 64,
            "lr": 0.05,
            "lr_schedule": "linear",
            "momentum": 0.9,
            "weight_decay": 5e-4,
            "zeta": 0.3,
            "rewire_until": 0.75,
            "init": "swi",
            "init_regrown": "kaiming",
        }
    ),
    summary="Falling learning rate, updates in the first three quarters: the best accuracy.",
)
PRESETS.register(
    "paper",
    MappingProxyType(
        {
            "epochs": 100,
            "batch_size": 64,
            "lr": 0.02,
            "lr_schedule": "constant",
            "momentum": 0.9,
            "weight_decay": 5e-4,
            "zeta": 0.1,
            "rewire_until": 1.0,
            "init": "kaiming",
            "init_regrown": "kaiming",
        }
    ),
    summary="As in the study of robustness: constant learning rate, updates to the end.",
    source="arXiv:2602.21961",
)
