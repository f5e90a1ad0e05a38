"""Every flag of every command with values that cannot be: one line that names it or the value, and nothing is left."""

from __future__ import annotations

import argparse
import shutil

import pytest

from netsparse.cli import build_parser
from tests.cli.command import ROOT, assert_one_error, run_here
from tests.train.small import FLAGS, clusters_file

NOT_TRIED = {"help", "version", "allow_more"}
NO_NAME = "no-such-thing"
BAD_PLACES = ("{folder}/clusters.npz/inside", "/dev/null/inside")
BAD_VALUES = {
    int: ("-1", "1.5", "nan", "ten", "9" * 400),
    float: ("-1", "nan", "inf", "ten"),
    None: (NO_NAME, "", "a:b:c", "os:no_such_function"),
}
BAD_BY_FLAG = {
    "out": BAD_PLACES,
    "scheduler": (NO_NAME,),
    "density": ("0", "-0.1", "1.01", "nan", "ten"),
    "jobs": ("0", "1.5", "nan", "ten", "9" * 400),
    "hidden": ("0", "-1", "1.5", "ten"),
}
NEEDS = {"scheduler": ("--executor", "dask")}
"""What a flag is of no use without."""


def _commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()):
    """Yield the words of every command and its parser, commands within commands too."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield words, parser
    for action in inner:
        for name, below in action.choices.items():
            yield from _commands(below, (*words, name))


def _cases() -> list:
    cases = []
    for words, parser in _commands(build_parser()):
        for action in parser._actions:
            if not action.option_strings or action.dest in NOT_TRIED or action.help == argparse.SUPPRESS:
                continue
            flag = action.option_strings[0]
            switch = action.nargs == 0
            values = ("yes",) if switch else BAD_BY_FLAG.get(action.dest) or BAD_VALUES[action.type]
            for value in values:
                name = f"{'-'.join(words)}{flag}={value[:20]}"
                cases.append(pytest.param(words, flag, action.dest, value, switch, id=name))
    return cases


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a data set and a run; it must stay as it is, whatever is tried."""
    folder = tmp_path_factory.mktemp("every-flag")
    clusters_file(folder)
    (folder / "links.tsv").write_text("a\tb\nb\tc\nc\td\nd\ta\n")
    shutil.copytree(ROOT / "tests" / "fixtures" / "run_0.1.0", folder, dirs_exist_ok=True)
    before = _listing(folder)
    yield folder
    assert _listing(folder) == before


def _listing(folder):
    return sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())


ARGUMENTS = {
    "train": ("--dataset", "{folder}/clusters.npz", *FLAGS),
    "prune": ("--dataset", "{folder}/clusters.npz", "--rounds", "1", "--epochs", "1", "--dense-epochs", "1"),
    "attack": ("{folder}/run",),
    "percolate": ("{folder}/run",),
    "predict": ("{folder}/run/network.npz", "--dataset", "{folder}/clusters.npz"),
    "convert": ("{folder}/run/networks/epoch_002.npz", "{folder}/out"),
    "measure": ("{folder}/run",),
    "linkpred evaluate": ("{folder}/links.tsv",),
    "linkpred predict": ("{folder}/links.tsv",),
    "randomize": ("{folder}/run/networks/epoch_002.npz", "{folder}/out"),
    "shrink": ("{folder}/run/networks/epoch_002.npz", "{folder}/out"),
    "compare": ("--recipes", "rlr", "set", "--datasets", "{folder}/clusters.npz", "--seeds", "2"),
}
"""What else each command is given: enough to work if the flag had a value that can be."""


@pytest.mark.parametrize(("words", "flag", "dest", "value", "switch"), _cases())
def test_a_bad_value_is_one_line(folder, monkeypatch, capsys, words, flag, dest, value, switch):
    monkeypatch.chdir(folder)  # the run names its data set by a relative path
    value = value.format(folder=folder)
    out = () if dest == "out" or words in (("convert",), ("randomize",), ("shrink",)) else ("--out", folder / "out")
    rest = [
        str(argument).format(folder=folder) for argument in (*ARGUMENTS[" ".join(words)], *NEEDS.get(dest, ()), *out)
    ]
    given = [f"{flag}={value}"] if switch or value.startswith("-") else [flag, value]
    try:
        assert run_here(*words, *rest, *given) == 2
        assert_one_error(capsys)
        assert not (folder / "out").exists()
    finally:
        shutil.rmtree(folder / "out", ignore_errors=True)
