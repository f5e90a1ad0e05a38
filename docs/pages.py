"""The generated pages of the documentation: one for each room's public names, one for each family of rules."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import netsparse
from netsparse.cli.families import FAMILIES, family
from netsparse.registry import Registry, Row

SINGLE_FILES = (  # rooms of one file, and files that methods of public classes refer to: public is what they define
    "netsparse.errors",
    "netsparse.graph.convert_igraph",
    "netsparse.graph.convert_monopartite",
    "netsparse.graph.convert_networkx",
    "netsparse.graph.graphml",
    "netsparse.graph.state_dict",
    "netsparse.registry",
)


def write(folder: Path) -> None:
    """Write all pages into a folder; pages of what is gone are taken away, unchanged ones are left as they are."""
    texts = pages()
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.rst"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:  # Sphinx reads again what is newer
            file.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    rooms = {f"{name}.rst": room_page(importlib.import_module(name)) for name in room_names()}
    families = {f"family-{name}.rst": family_page(name, family(name)) for name in FAMILIES}
    return {
        **rooms,
        **families,
        "index.rst": _contents("The rooms and their public names", rooms),
        "families.rst": _contents("The families of rules", families),
    }


def room_names() -> list[str]:
    """Return the modules that have a page: the package, its folders that name something public, the single files."""
    folders = [f"netsparse.{found.name}" for found in pkgutil.iter_modules(netsparse.__path__) if found.ispkg]
    public = [name for name in folders if getattr(importlib.import_module(name), "__all__", ())]
    return sorted(["netsparse", *public, *SINGLE_FILES])


def public_names(module: ModuleType) -> list[str]:
    """Return what `__all__` names, or for a single file without one the functions and classes that it defines."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__)
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and _is_code(value) and value.__module__ == module.__name__
    )


def room_page(module: ModuleType) -> str:
    """Return the page of a room: what it is, a table of its names, and each of them."""
    names = [name for name in public_names(module) if not inspect.ismodule(getattr(module, name))]
    documented = [name for name in names if _is_code(getattr(module, name))]
    table = "".join(f"   {_target(module, name)}\n" for name in documented)
    parts = [
        _title(module.__name__),
        f".. py:module:: {module.__name__}\n",
        f".. currentmodule:: {module.__name__}\n",
        f"{inspect.getdoc(module)}\n",
        f".. autosummary::\n\n{table}" if table else "",
        *(_described(module, name) for name in names),
    ]
    return "\n".join(parts)


def family_page(name: str, registry: Registry) -> str:
    """Return the page of a family: what ``netsparse list`` prints, as a table."""
    head = f".. list-table::\n   :header-rows: 1\n   :widths: 15 45 15 25\n\n{_cells(Row._fields)}"
    return "\n".join(
        [
            _title(name),
            f"Entries of the family *{registry.kind}*, as ``netsparse list {name}`` prints them; its registry is\n"
            f"``{FAMILIES[name].replace(':', '.')}``.\n",
            head + "".join(map(_row, registry.table())),
        ]
    )


def _described(module: ModuleType, name: str) -> str:
    """Return the directive of a public name."""
    value = getattr(module, name)
    if _is_code(value):
        directive = (
            f".. autoclass:: {name}\n   :members:\n" if inspect.isclass(value) else f".. autofunction:: {name}\n"
        )
        if inspect.isclass(value) and _is_ours_throughout(value):
            directive += "   :inherited-members:\n"
        return directive + ("   :no-index:\n" if _belongs_elsewhere(module, value) else "")
    text = _constant_text(module, name) or _value_text(value)
    return f".. py:data:: {name}\n\n{textwrap.indent(text, '   ')}\n{_link_to_family(value)}"


def _is_ours_throughout(kind: type) -> bool:
    """Tell whether all that a class inherits is of the package, and hence documented nowhere else."""
    return all(base.__module__.startswith("netsparse.") for base in kind.__mro__[:-1])


def _target(module: ModuleType, name: str) -> str:
    """Return what a line of the table links to: the description in the room where the name belongs."""
    value = getattr(module, name)
    return f"~{_room(value).__name__.removeprefix('netsparse.')}.{name}" if _belongs_elsewhere(module, value) else name


def _belongs_elsewhere(module: ModuleType, value: object) -> bool:
    """Tell whether the package only lends its front door to a name that a room has too: Sphinx wants one place."""
    return module is netsparse and getattr(_room(value), value.__name__, None) is value


def _room(value: object) -> ModuleType:
    return importlib.import_module(".".join(value.__module__.split(".")[:2]))


def _is_code(value: object) -> bool:
    return inspect.isclass(value) or inspect.isroutine(value)


def _link_to_family(value: object) -> str:
    """Return a link from a registry to the page of its family, where it is one of ``netsparse list``."""
    found = [name for name in FAMILIES if family(name) is value]
    return "".join(f"\n   Its entries: :doc:`family-{name}`.\n" for name in found)


def _constant_text(module: ModuleType, name: str) -> str:
    """Return the string under the assignment of a constant, in whichever file of the room it stands."""
    for file in sorted(Path(module.__file__).parent.glob("*.py")):
        for target, text in _constants(ast.parse(file.read_text(encoding="utf-8"))):
            if target == name:
                return inspect.cleandoc(text)
    return ""


def _value_text(value: object) -> str:
    """Return what can be said of a constant without a text of its own: what is in it, or what it is."""
    if isinstance(value, Registry):
        return f"The registry of the family *{value.kind}*: {', '.join(f'``{name}``' for name in value)}."
    if isinstance(value, Mapping | tuple | list):
        return f"Holds {', '.join(f'``{name}``' for name in value)}."
    return f"Stands for ``{value!r}``."


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for assignment, following in zip(tree.body, tree.body[1:], strict=False):
        if not isinstance(assignment, ast.Assign | ast.AnnAssign) or not isinstance(following, ast.Expr):
            continue
        if isinstance(following.value, ast.Constant) and isinstance(following.value.value, str):
            targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
            yield from ((target.id, following.value.value) for target in targets if isinstance(target, ast.Name))


def _contents(title: str, files: dict[str, str]) -> str:
    entries = "".join(f"   {file.removesuffix('.rst')}\n" for file in files)
    return f"{_title(title)}\n.. toctree::\n   :maxdepth: 1\n\n{entries}"


def _row(row: Row) -> str:
    """Return an entry as a row; a summary's mark of a reference goes, since the source stands beside it."""
    return _cells((f"``{row.name}``", re.sub(r" \[\d+\]_", "", row.summary), row.needs, row.source))


def _cells(texts: tuple[str, ...]) -> str:
    first, *others = (f"\\ {text}" for text in texts)  # an escaped space: "P. Holme" is no item of a numbered list
    return f"   * - {first}\n" + "".join(f"     - {text}\n" for text in others)


def _title(text: str) -> str:
    return f"{text}\n{'=' * len(text)}\n"
