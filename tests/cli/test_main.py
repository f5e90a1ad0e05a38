from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

import netsparse
from netsparse import cli, generate
from netsparse.errors import InvalidValue
from tests.cli.command import ROOT, run_apart, run_here

HELP = """
import sys
from netsparse.cli import main
main(["train", "--help"])
heavy = {"torch", "numba", "matplotlib", "pandas", "networkx", "igraph", "tqdm"}
print("loaded", sorted(heavy & set(sys.modules)))
"""


def test_help_shows_examples(capsys):
    assert run_here("--help") == 0
    text = capsys.readouterr().out
    assert "examples:\n  netsparse train" in text
    for command in ("train", "info", "predict"):
        assert command in text


@pytest.mark.parametrize("command", ["train", "info", "predict"])
def test_each_command_has_help_with_an_example(command, capsys):
    assert run_here(command, "--help") == 0
    assert f"  netsparse {command} " in capsys.readouterr().out


def test_help_of_train_names_every_flag_of_the_issue(capsys):
    run_here("train", "--help")
    text = capsys.readouterr().out
    flags = (
        "--dataset --hidden --density --recipe --start --removal --regrowth --zeta --clean-up --rewire-until --epochs "
        "--batch-size --lr --lr-schedule --momentum --weight-decay --init --preset --validation --backend --seed "
        "--threads --snapshots --out --resume"
    )
    for flag in flags.split():
        assert f"\n  {flag}" in text
    assert "--keep-disconnected" not in text


def test_help_loads_nothing_heavy():
    assert run_apart("-c", HELP).stdout.splitlines()[-1] == "loaded []"


def test_version(capsys):
    assert run_here("--version") == 0
    assert capsys.readouterr().out == f"netsparse {netsparse.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [(), ("fly",), ("train", "--epochs", "many"), ("train", "--colour", "red"), ("train", "--epo", "3")]
)
def test_misuse_is_one_line(arguments, capsys):
    assert run_here(*arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("netsparse: error: ")
    assert error.count("\n") == 1
    assert "--help" in error


@pytest.mark.parametrize("kind", [AssertionError, ValueError, TypeError, KeyError, RuntimeError])
def test_a_fault_keeps_its_traceback_and_says_how_to_report_it(kind, monkeypatch, capsys):
    def broken(arguments):
        raise kind("bug")

    monkeypatch.setattr(cli.info, "run", broken)
    assert run_here("info", "file.npz") == 1
    error = capsys.readouterr().err
    assert error.startswith("Traceback (most recent call last):")
    assert "raise kind(" in error
    assert f"netsparse: this is a fault of netsparse {netsparse.__version__}" in error
    assert "Please report it" in error


def test_too_little_memory_is_one_line(monkeypatch, capsys):
    def greedy(arguments):
        raise MemoryError("Unable to allocate 9 TiB")

    monkeypatch.setattr(cli.info, "run", greedy)
    assert run_here("info", "file.npz") == 2
    assert capsys.readouterr().err == "netsparse: error: more than fits into memory: Unable to allocate 9 TiB\n"


@pytest.mark.parametrize(
    ("parameter", "message", "printed"),
    [
        ("batch_size", "batch_size must be at least 1", "--batch-size must be at least 1"),
        ("batch_size", "two batch_sizes, then batch_size", "two batch_sizes, then --batch-size"),
        ("shape", "shape must be two numbers", "shape must be two numbers"),
        (None, "batch_size must be at least 1", "batch_size must be at least 1"),
    ],
)
def test_the_command_names_flags_where_the_library_names_parameters(parameter, message, printed, monkeypatch, capsys):
    def refuse(arguments):
        raise InvalidValue(message, parameter=parameter)

    monkeypatch.setattr(cli.train, "run", refuse)
    assert run_here("train") == 2
    assert capsys.readouterr().err == f"netsparse: error: {printed}\n"


def test_an_interrupt_has_no_traceback(monkeypatch, capsys):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.info, "run", interrupted)
    assert run_here("info", "file.npz") == 130
    assert capsys.readouterr().err == "\nnetsparse: interrupted\n"


def test_errors_of_the_operating_system_name_the_file(capsys):
    assert run_here("info", "/nowhere/network.npz") == 2
    assert capsys.readouterr().err == "netsparse: error: /nowhere/network.npz: No such file or directory\n"


def test_the_installed_command_is_this_one(tmp_path):
    code = "import importlib.metadata as m; print([e.value for e in m.entry_points(name='netsparse')])"
    assert json.loads(run_apart("-c", code).stdout.replace("'", '"')) == ["netsparse.cli:main"]


def test_a_closed_pipe_is_quiet(tmp_path):
    script = "import sys; from netsparse.cli import main; sys.exit(main(['train', '--help']))"
    shell = f'{sys.executable} -c "{script}" | head -1'
    done = subprocess.run(shell, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    generate.erdos_renyi((6, 5, 3), 0.5, rng=0).save(tmp_path / "network.npz")
    command = f"{shlex.quote(sys.executable)} -m netsparse info {tmp_path}/network.npz | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "0"
    assert done.stderr == ""
