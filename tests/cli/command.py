"""Run the command as a user does, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from netsparse.cli import main

ROOT = Path(__file__).parents[2]


def run_here(*arguments: object) -> int:
    """Return the exit code of `netsparse ARGUMENTS`, run in this process."""
    return main([str(argument) for argument in arguments])


def run_apart(*command: object, **environment: str) -> subprocess.CompletedProcess:
    """Run `python COMMAND` in a process of its own."""
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def assert_one_error(capsys: pytest.CaptureFixture, *words: str) -> None:
    """Assert that one line on stderr says what is wrong."""
    output = capsys.readouterr()
    lines = output.err.splitlines()
    assert len(lines) == 1, output.err
    assert lines[0].startswith("netsparse: error: ")
    for word in words:
        assert word in lines[0]
