"""What `import netsparse` loads: little more than scipy.sparse."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "numba", "matplotlib", "pandas", "networkx", "igraph")

LOADED = "import json, sys\n{code}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules a fresh interpreter has after running `code`."""
    script = LOADED.format(code=code)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        "import netsparse",
        "import netsparse; dir(netsparse)",
        "import netsparse; netsparse.generate.erdos_renyi((5, 5, 5), 0.5, rng=0)",
        "import netsparse; netsparse.train.Settings()",
        "from netsparse import datasets, generate, graph, importance, linkpred, percolation, rewire, robustness, train",
        "from netsparse.study import Tables, balanced, carry_out, estimate",
    ],
)
def test_nothing_heavy_is_loaded(code):
    assert loaded_by(code).isdisjoint(HEAVY)


def test_import_loads_only_numpy_and_scipy_beside_the_standard_library():
    ours = loaded_by("import netsparse") - loaded_by("import scipy.sparse")
    assert {name for name in ours if name not in sys.stdlib_module_names} == {"netsparse"}


def test_the_test_can_fail():
    assert "numba" in loaded_by("import numba")
