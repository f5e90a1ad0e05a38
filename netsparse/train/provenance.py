"""What a run says about itself: settings, data, network, versions, machine and command line."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import netsparse
from netsparse.files import digest_of_arrays
from netsparse.files.format import Format
from netsparse.graph import LayeredNetwork
from netsparse.graph.files import to_arrays
from netsparse.kernels.choice import kind_in_use
from netsparse.train.settings import Settings

if TYPE_CHECKING:
    from netsparse.datasets.standardised import Standardised

FORMAT = Format("run", 2)  # 1: flat settings, and no "kernels": plain loops were the only ones
_PACKAGES = ("numpy", "scipy", "torch", "numba")


def describe(
    settings: Settings,
    network: LayeredNetwork,
    inputs: Standardised,
    command: str | None,
    asked: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the content of ``settings.json``; what is under 'settings', 'inputs' and 'start' decides the result.

    `asked` are the arguments of the settings that a command line gave.
    """
    return {
        "format": FORMAT.text,
        "command": command,
        "asked": None if asked is None else dict(asked),
        "settings": settings.to_json(),
        "inputs": {
            "mean": inputs.mean,
            "deviation": inputs.deviation,
            "n_train": len(inputs.y_train),
            "n_test": len(inputs.y_test),
        },
        "start": {
            "sizes": list(network.sizes),
            "links": network.n_links,
            "sha256": digest_of_arrays(to_arrays(network)),
        },
        "versions": versions(),
        "kernels": kind_in_use(),
        "cpu": {"model": _cpu_model(), "count": os.cpu_count()},
    }


def versions() -> dict[str, str]:
    """Return the versions of netsparse, Python and the packages that compute; imports none of them."""
    own = {"netsparse": netsparse.__version__, "python": platform.python_version()}
    return own | {package: metadata.version(package) for package in _PACKAGES}


def _cpu_model() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:  # not Linux
        found = None
    return found[1] if found else platform.processor() or platform.machine()
