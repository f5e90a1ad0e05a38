"""Compiled code is kept between processes where that is possible, and does without where it is not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from netsparse import generate

ROOT = Path(__file__).parents[2]

LOOPS = """
from netsparse.kernels.compile import compiled, is_kept

@compiled()
def total(values):
    result = 0.0
    for value in values:
        result += value
    return result

@compiled(fastmath=True)
def twice(values):
    return 2 * total(values)
"""

CALL = """
import loops, numpy as np
value = loops.twice(np.arange(5.0))
print(value, sum(loops.twice.stats.cache_hits.values()), loops.is_kept(loops.twice, "loops.twice"))
"""

FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"

FORWARD = """
import netsparse, numpy as np
network = netsparse.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
print(network.forward(np.linspace(0, 1, 12, dtype=np.float32).reshape(2, 6)).tobytes().hex())
"""


def python(code: str, folder: Path, **environment: str) -> tuple[str, list[str]]:
    """Run code in a process of its own, `folder` its home and where it imports from; return what it prints."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    environment = {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "HOME": str(folder), **environment}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout.strip(), done.stderr.splitlines()


@pytest.fixture
def loops(tmp_path):
    """A folder with two loops."""
    (tmp_path / "loops.py").write_text(LOOPS)
    return tmp_path


def test_another_process_finds_the_code_and_a_torn_file_is_no_error(loops):
    assert python(CALL, loops) == ("20.0 0 True", [])
    assert python(CALL, loops) == ("20.0 1 True", [])
    for index in (loops / "__pycache__").glob("*.nbi"):
        index.write_bytes(index.read_bytes()[:3])
    value, told = python(CALL, loops)
    assert value == "20.0 0 True"
    assert len(told) == 1
    assert str(loops / "__pycache__") in told[0]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of the size of files")
def test_a_full_disk_is_no_error(loops):
    value, told = python(FULL + CALL, loops)
    assert value == "20.0 0 False"
    assert len(told) == 1
    assert told[0].startswith(f"netsparse: compiled code cannot be kept ({loops / '__pycache__'}: ")
    assert "NUMBA_CACHE_DIR" in told[0]


def test_a_program_without_stderr_is_told_nothing(loops):
    (loops / "__pycache__").touch()
    (loops / ".cache").touch()
    assert python("import sys; sys.stderr = None\n" + CALL, loops) == ("20.0 0 False", [])


def test_a_read_only_installation_and_home_compute_the_same(tmp_path):
    """Files stand where the folders of compiled code should be, which stops the superuser too."""
    shutil.copytree(ROOT / "netsparse", tmp_path / "netsparse", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "netsparse" / "kernels" / "__pycache__").touch()
    (tmp_path / ".cache").touch()
    value, told = python(FORWARD, tmp_path)
    network = generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    assert value == network.forward(np.linspace(0, 1, 12, dtype=np.float32).reshape(2, 6)).tobytes().hex()
    places = f"{tmp_path / 'netsparse' / 'kernels' / '__pycache__'}, {tmp_path / '.cache' / 'numba'}"
    assert told == [
        f"netsparse: compiled code cannot be kept (tried {places}), so that every process compiles anew; "
        "set NUMBA_CACHE_DIR to a folder that can be written"
    ]


def test_every_loop_of_the_package_is_compiled_so():
    for file in (ROOT / "netsparse").rglob("*.py"):
        if file.name != "compile.py":
            assert not re.search(r"\b(njit|jit|vectorize|guvectorize)\(", file.read_text(encoding="utf-8")), file
