"""What an installed copy holds: `setup.cfg` lists packages by hand, and a list can forget one."""

from __future__ import annotations

import configparser
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def setup():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_package_is_listed_and_nothing_else(setup):
    folders = {file.parent.relative_to(ROOT) for file in (ROOT / "netsparse").rglob("__init__.py")}
    names = {".".join(folder.parts) for folder in folders}
    assert set(setup["options"]["packages"].split()) == names | {"netsparse.data"}


def test_the_embedded_data_are_a_package_with_its_files(setup):
    assert setup["options"]["package_dir"].split() == ["netsparse.data", "=", "data"]
    patterns = setup["options.package_data"]["netsparse.data"].replace(",", " ").split()
    for name in ("fashion-mnist-6k.npz", "LICENSE-fashion-mnist", "README.md"):
        assert (ROOT / "data" / name).is_file()
        assert any(fnmatch(name, pattern) for pattern in patterns), name


def test_the_package_says_that_it_is_typed(setup):
    assert setup["options.package_data"]["netsparse"].split() == ["py.typed"]
    assert (ROOT / "netsparse" / "py.typed").is_file()


def test_the_embedded_data_are_small():
    assert (ROOT / "data" / "fashion-mnist-6k.npz").stat().st_size < 3_000_000


def test_the_extras_are_those_of_the_readme_and_all_holds_the_others(setup):
    extras = {name: text.split("\n") for name, text in setup["options.extras_require"].items()}
    assert set(extras) == {"test", "docs", "bench", "formats", "all"}
    assert set(extras["all"]) - {""} == {f"%({name})s" for name in extras if name != "all"}


def test_torch_is_a_core_requirement(setup):
    assert any(line.startswith("torch ") for line in setup["options"]["install_requires"].splitlines())
