"""Draw the house: which room of netsparse imports which, read from the imports, beside the order of CONTRIBUTING."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from netsparse.study import replace_block

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "netsparse"
PAGE = ROOT / "CONTRIBUTING.md"
BLOCK = "house"


class Import(NamedTuple):
    """An import of one room by another; late where it runs only when a function is called."""

    importer: str
    imported: str
    late: bool
    file: str


def order() -> list[str]:
    """Return the rooms from the ground floor up, as the table of CONTRIBUTING lists them."""
    page = PAGE.read_text(encoding="utf-8")
    table = page.partition("| room |")[2].partition("\n\n")[0]
    return [
        room for cell in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for room in re.findall(r"`(\w+)`", cell)
    ]


def rooms() -> set[str]:
    """Return the rooms that there are: the folders of the package and its single files."""
    return {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - {
        "__init__",  # the front door: it opens every room when asked, and stands on no floor
        "__main__",
    }


def imports() -> list[Import]:
    """Return every import of a room by another; those for type checkers alone are left out."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE)
        importer = inside.parts[0].removesuffix(".py")
        if importer not in rooms():
            continue
        for module, late in _modules(ast.parse(file.read_text(encoding="utf-8")), late=False):
            if (imported := _room(module)) in rooms() - {importer}:
                found.append(Import(importer, imported, late, inside.as_posix()))
    return found


def against_the_order(found: list[Import]) -> list[Import]:
    """Return the imports from a room that the table lists below the importing one."""
    floor = {room: number for number, room in enumerate(order())}
    return [one for one in found if floor[one.imported] > floor[one.importer]]


def drawing() -> str:
    """Return the house as text: a line a room, a column a room, and a mark where the one imports the other."""
    names, found = order(), imports()
    wrong = against_the_order(found)
    width = max(map(len, names))
    marks = {(one.importer, one.imported): "o" for one in found}
    marks |= {(one.importer, one.imported): "x" for one in found if not one.late}
    marks |= {(one.importer, one.imported): "!" for one in wrong}
    lines = [f"{'':{width}}  " + " ".join(f"{number:2}" for number in range(1, len(names) + 1))]
    for number, importer in enumerate(names, start=1):
        cells = ["\\" if other == importer else marks.get((importer, other), ".") for other in names]
        lines.append(f"{importer:{width}}  " + " ".join(f"{cell:>2}" for cell in cells) + f"  {number}")
    legend = (
        "x imports; o imports inside functions only; ! imports against the order; a room may import what is above it"
    )
    return "\n".join([*lines, "", legend, *(f"! {one.file}: {one.importer} imports {one.imported}" for one in wrong)])


def _modules(node: ast.AST, late: bool) -> Iterator[tuple[str, bool]]:
    """Yield the modules imported below a node, and whether inside a function."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, late) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from ((f"{node.module}.{alias.name}", late) for alias in node.names)
    elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        for child in node.orelse:
            yield from _modules(child, late)
    else:
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _modules(child, late)


def _room(module: str) -> str | None:
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "netsparse" else None


def block() -> str:
    """Return the drawing as Markdown."""
    return f"```\n{drawing()}\n```"


if __name__ == "__main__":
    print(drawing())
    replace_block(PAGE, BLOCK, block())
