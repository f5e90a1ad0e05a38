"""No room imports from a room below it in CONTRIBUTING's table, and the table lists the rooms that there are."""

from __future__ import annotations

import ast

from analysis import house
from netsparse.study import marked

EXCEPTIONS = {
    ("train/__main__.py", "cli"): "`python -m netsparse.train` is a second door to the command, never imported",
}


def test_the_table_lists_every_room_once():
    assert sorted(house.order()) == sorted(house.rooms())


def test_no_room_imports_from_a_room_below_it():
    wrong = {(one.file, one.imported) for one in house.against_the_order(house.imports())}
    assert wrong == set(EXCEPTIONS)


def test_an_import_against_the_order_is_found():
    ours = house.Import("graph", "errors", late=False, file="graph/layer.py")
    theirs = house.Import("errors", "graph", late=True, file="errors.py")
    assert house.against_the_order([ours, theirs]) == [theirs]


def test_imports_are_seen_at_every_depth_but_not_those_for_type_checkers():
    code = """
import netsparse.graph
from netsparse import nn
if TYPE_CHECKING:
    from netsparse.train import fit
else:
    from netsparse.plot import save
try:
    import netsparse.cli.table as table
except ImportError:
    pass
def later():
    from netsparse.study import Run
"""
    assert list(house._modules(ast.parse(code), late=False)) == [
        ("netsparse.graph", False),
        ("netsparse.nn", False),
        ("netsparse.plot.save", False),
        ("netsparse.cli.table", False),
        ("netsparse.study.Run", True),
    ]


def test_contributing_shows_the_house_as_it_is():
    assert marked(house.BLOCK, house.block()) in house.PAGE.read_text(encoding="utf-8"), "run `make house`"


def test_the_drawing_has_a_line_a_room_and_names_what_is_wrong():
    lines = house.drawing().splitlines()
    rooms = house.order()
    assert [line.split()[0] for line in lines[1 : len(rooms) + 1]] == rooms
    graph = lines[1 + rooms.index("graph")].split()[1:]
    assert graph[rooms.index("errors")] == "x"
    assert graph[rooms.index("kernels")] == "o"
    assert graph[rooms.index("cli")] == "."
    assert lines[-1] == "! train/__main__.py: train imports cli"
