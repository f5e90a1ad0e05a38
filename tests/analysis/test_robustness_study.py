"""A tiny study from end to end: on local processes, on a dask cluster, stopped and continued."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

import netsparse
from analysis.robustness import cli, completion
from analysis.robustness.arms import KEY, Study
from analysis.robustness.claims import CLAIMS
from analysis.robustness.cli import main
from analysis.robustness.completion import carry_out
from analysis.robustness.folder import TABLES, Folder
from analysis.robustness.runs import perform
from netsparse.study import EXECUTORS, RUNS, Means, Outcome, Reservations, attempt
from tests.analysis.synthetic import fill, frames

TINY = ["--datasets", "fashion-mnist-6k", "--hidden", "60", "60", "--epochs", "2", "--workers", "2"]
CHOSEN = (0.1, 0.02)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Folder:
    out = tmp_path_factory.mktemp("tiny")
    assert main([*TINY, "--seeds", "2", "--out", str(out)]) == 0
    return Folder(out)


def test_a_study_leaves_tables_figures_networks_and_claims(tiny):
    assert len(tiny.tables().finished()) == 4
    assert len(list(tiny.figures.glob("*.png"))) == 9
    assert f"{len(CLAIMS)} are unclear" in tiny.claims.read_text()
    assert len(list(tiny.networks.glob("*.npz"))) == 4
    assert netsparse.load(tiny.example("random")).sizes == (784, 60, 60, 10)


def test_the_made_up_tables_have_the_columns_of_real_ones(tiny):
    made_up = frames(Study().attacked_runs(CHOSEN)[0], epochs=2)
    for name in {*TABLES, RUNS} - {"layers"}:
        assert tiny.tables().read(name).columns.tolist() == [*KEY, *made_up[name].columns]


@pytest.fixture
def drawn(monkeypatch) -> list[Folder]:
    """Note what is drawn and judged instead of doing it, which other tests are about."""
    folders: list[Folder] = []
    monkeypatch.setattr(cli, "draw_and_judge", folders.append)
    return folders


def test_a_finished_study_is_only_drawn(tiny, drawn, monkeypatch):
    before = {name: tiny.tables().path(name).read_bytes() for name in (*TABLES, RUNS)}
    monkeypatch.setattr(completion, "perform", lambda run, **_: pytest.fail("redone"))
    assert main([*TINY, "--seeds", "2", "--out", str(tiny.root)]) == 0
    assert {name: tiny.tables().path(name).read_bytes() for name in (*TABLES, RUNS)} == before
    assert [folder.root for folder in drawn] == [tiny.root]


def test_a_lost_row_is_computed_again_to_the_same_result(tiny, drawn):
    path = tiny.tables().path("runs")
    whole = pd.read_csv(path)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert main([*TINY, "--seeds", "2", "--out", str(tiny.root)]) == 0
    again = pd.read_csv(path)
    stable = [*KEY, "accuracy", "active_neurons", "cut_links"]
    pd.testing.assert_frame_equal(again[stable], whole[stable])


def test_other_epochs_in_the_same_folder_are_refused(tiny, capsys):
    assert main([*TINY, "--epochs", "3", "--out", str(tiny.root)]) == 2
    assert "choose another --out" in capsys.readouterr().err


def test_the_same_study_on_a_dask_cluster(tiny, drawn, tmp_path):
    pytest.importorskip("distributed", reason="dask is not installed")
    assert main([*TINY, "--seeds", "1", "--executor", "dask", "--workers", "1", "--out", str(tmp_path)]) == 0
    local, cluster = (folder.tables().read("attacks") for folder in (tiny, Folder(tmp_path)))
    same = local[local["seed"] == 0].sort_values([*KEY, "control", "attack", "strength"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        cluster.sort_values([*KEY, "control", "attack", "strength"]).reset_index(drop=True), same
    )


@pytest.mark.parametrize("arguments", [["--rules", "nothing"], ["--datasets", "nothing"]])
def test_a_run_that_fails_is_named_and_stops_no_other(arguments, tmp_path, capsys):
    rules = [] if "--rules" in arguments else ["--rules", "random"]
    assert main([*TINY, *arguments, *rules, "--seeds", "1", "--out", str(tmp_path)]) in (1, 2)
    assert "known:" in "".join(capsys.readouterr())


def made_up(run) -> Outcome:
    network = netsparse.generate.erdos_renyi((4, 4, 2), 0.5, rng=0)
    return Outcome(run, frames(run, epochs=4), network)


@pytest.fixture
def counted(monkeypatch) -> list:
    """Replace the computation by made-up rows and note the runs, in this process."""
    done = []

    def in_turn(work, tasks, **_):
        for run in tasks:
            done.append(run)
            yield made_up(run)

    monkeypatch.setitem(EXECUTORS, "joblib", in_turn)
    return done


STUDY = Study(datasets=("kmnist",), seeds=3, epochs=4, arms=("main",))


def test_only_missing_runs_are_carried_out_and_in_order(tmp_path, counted):
    folder = Folder(tmp_path)
    fill(folder, Study(datasets=("kmnist",), seeds=1, epochs=4, arms=("main",)))
    runs = STUDY.attacked_runs(CHOSEN)
    carry_out(runs, STUDY, folder, Means(), "")
    assert counted == runs[2:]
    assert folder.tables().finished() == {run.key for run in runs}


def test_a_run_that_another_process_computes_is_left_to_it(tmp_path, counted):
    folder = Folder(tmp_path)
    fill(folder, Study(datasets=("kmnist",), seeds=1, epochs=4, arms=("main",)))
    runs = STUDY.attacked_runs(CHOSEN)
    other = Reservations(folder.results)
    assert other.take(runs[2].key)
    carry_out(runs, STUDY, folder, Means(), "")
    assert counted == runs[3:]


def test_no_run_is_started_after_the_time_limit(tmp_path, counted, capsys):
    folder = Folder(tmp_path)
    fill(folder, Study(datasets=("kmnist",), seeds=1, epochs=4, arms=("main",)))
    carry_out(STUDY.attacked_runs(CHOSEN), STUDY, folder, Means(time_limit=0.0), "")
    assert counted == [] and "the time is up" in capsys.readouterr().out


def test_ctrl_c_keeps_what_is_finished(tmp_path, monkeypatch, capsys):
    def interrupted(work, tasks, **_):
        yield made_up(next(tasks))
        raise KeyboardInterrupt

    monkeypatch.setitem(EXECUTORS, "joblib", interrupted)
    folder = Folder(tmp_path)
    arguments = ["--datasets", "kmnist", "--seeds", "2", "--epochs", "4", "--out", str(tmp_path)]
    fill(folder, Study(datasets=("kmnist",), seeds=1, epochs=4, rules=("random",), arms=("main",)))
    assert main(arguments) == 130
    assert len(folder.tables().finished()) == 2
    assert "the same command goes on" in capsys.readouterr().err


def test_an_error_in_a_run_is_returned():
    run = Study(datasets=("none",), seeds=1).attacked_runs(CHOSEN)[0]
    outcome = attempt(partial(perform, study=Study(), command=""), run)
    assert "unknown data set" in outcome.error and outcome.product is None


@pytest.mark.parametrize("arguments", [["--epochs", "0"], ["--seeds", "x"], ["--executor", "slurm"], ["--arms", "y"]])
def test_bad_arguments_are_refused(arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
