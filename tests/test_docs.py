"""The generated pages of the documentation hold every public name of every room and every entry of every family."""

from __future__ import annotations

import importlib
import inspect
import re
import runpy
import sys
from pathlib import Path

import pytest

import netsparse
from netsparse.cli.families import FAMILIES, family

ROOT = Path(__file__).parents[1]
ROOMS = sorted(
    f"netsparse.{init.parent.name}"
    for init in (ROOT / "netsparse").glob("*/__init__.py")
    if "__all__ =" in init.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def pages():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        yield importlib.import_module("pages")
    finally:
        sys.path.remove(str(ROOT / "docs"))
        sys.modules.pop("pages", None)


@pytest.fixture(scope="module")
def texts(pages):
    return pages.pages()


@pytest.mark.parametrize("room", ["netsparse", *ROOMS])
def test_every_public_name_is_on_the_page_of_its_room(texts, room):
    module = importlib.import_module(room)
    names = [name for name in module.__all__ if not inspect.ismodule(getattr(module, name))]
    described = re.findall(r"^\.\. (?:auto\w+|py:data):: (\w+)$", texts[f"{room}.rst"], re.MULTILINE)
    assert sorted(described) == sorted(names)


def test_every_public_room_of_the_package_has_a_page(texts):
    modules = [f"netsparse.{name}" for name in netsparse.__all__ if inspect.ismodule(getattr(netsparse, name))]
    assert {f"{name}.rst" for name in modules} <= set(texts)
    assert "netsparse.nn\n" in texts["index.rst"]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_entry_is_on_the_page_of_its_family(texts, name):
    rows = re.findall(r"^   \* - \\ ``(.+)``$", texts[f"family-{name}.rst"], re.MULTILINE)
    assert rows == list(family(name))
    assert f"   family-{name}\n" in texts["families.rst"]


def test_a_row_says_what_an_entry_does_needs_and_where_it_comes_from(texts):
    row = family("regrowth").entry("gradient").row()
    assert row.summary and row.needs
    assert f"   * - \\ ``gradient``\n     - \\ {row.summary}\n     - \\ {row.needs}\n" in texts["family-regrowth.rst"]


def test_a_source_that_begins_with_an_initial_is_no_numbered_list(texts):
    assert "     - \\ P. Holme" in texts["family-link-importance.rst"]


def test_the_single_files_describe_what_they_define_and_nothing_else(texts):
    described = re.findall(r"^\.\. auto\w+:: (\w+)$", texts["netsparse.registry.rst"], re.MULTILINE)
    assert described == [
        "Entry", "Registry", "Row", "declared", "import_function", "is_place", "keywords", "needs", "summary_of",
    ]  # fmt: skip


def test_the_page_of_a_room_links_a_registry_to_its_family(texts):
    assert "Its entries: :doc:`family-regrowth`." in texts["netsparse.rewire.rst"]


def test_writing_takes_stale_pages_away_and_leaves_unchanged_ones(pages, tmp_path):
    folder = tmp_path / "api"
    pages.write(folder)
    index = folder / "index.rst"
    before = index.stat().st_mtime_ns
    (folder / "netsparse.gone.rst").write_text("gone")
    pages.write(folder)
    assert not (folder / "netsparse.gone.rst").exists()
    assert index.stat().st_mtime_ns == before


@pytest.mark.parametrize("page", [page.stem for page in (ROOT / "docs").glob("*.md")])
def test_pages_of_text_are_in_the_site_and_their_links_lead_to_files(page):
    assert f"   {page}\n" in (ROOT / "docs" / "index.rst").read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))
    assert targets and all((ROOT / "docs" / target).exists() for target in targets)


def test_links_out_of_the_site_are_shown_as_paths(pages):
    settings = runpy.run_path(str(ROOT / "docs" / "conf.py"))
    source = ["See [`results`](../analysis/results), [theory](theory.md) and ![it](../figures/it.png)."]
    settings["_name_files_outside"](None, "page", source)
    assert source == ["See `results` (``analysis/results``), [theory](theory.md) and ![it](../figures/it.png)."]


def test_every_cross_reference_is_checked(pages):
    settings = runpy.run_path(str(ROOT / "docs" / "conf.py"))
    assert settings["nitpicky"]
    ignored = [re.compile(target) for _, target in settings["nitpick_ignore_regex"]]
    assert not any(target.fullmatch("netsparse.graph.BipartiteLayer") for target in ignored)
