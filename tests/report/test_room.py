"""What the room report is for: the command computes nothing, and the room prints nothing."""

from __future__ import annotations

import ast

import pytest

from analysis import house
from tests.test_import import HEAVY, loaded_by

COMMANDS = ("attack", "info", "percolate", "predict")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_leaves_the_work_to_the_room(command):
    used = {one.imported for one in house.imports() if one.file == f"cli/{command}.py"}
    assert "report" in used
    known = {"attack": {"robustness"}, "info": {"train"}, "percolate": {"graph"}}  # for help, flags and reading a file
    assert used <= {"errors", "files", "report"} | known.get(command, set())
    tree = ast.parse((house.PACKAGE / "cli" / f"{command}.py").read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert modules.isdisjoint({"numpy", "pandas", "matplotlib"})


def test_the_room_prints_nothing():
    for file in (house.PACKAGE / "report").glob("*.py"):
        calls = [
            node.func for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ]
        assert not [call for call in calls if isinstance(call, ast.Name) and call.id == "print"], file


def test_the_room_is_loaded_without_anything_heavy():
    assert loaded_by("import netsparse; netsparse.report.attack").isdisjoint(HEAVY)
