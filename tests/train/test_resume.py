"""A resumed run equals an uninterrupted one, bit for bit, wherever it was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netsparse
from netsparse import train
from netsparse.errors import NetsparseError
from tests.train.small import clusters, settings, start_of

SECONDS = ["seconds_train", "seconds_update"]


def fit(own: train.Settings, **options) -> train.Result:
    return train.fit(start_of(own), clusters(), own, progress=False, **options)


def assert_same_run(resumed: Path, whole: Path) -> None:
    assert netsparse.load(resumed / "network.npz") == netsparse.load(whole / "network.npz")
    histories = [pd.read_csv(folder / "history.csv").drop(columns=SECONDS) for folder in (resumed, whole)]
    pd.testing.assert_frame_equal(*histories, check_exact=True)
    checkpoints = [train.RunFolder(folder).checkpoint() for folder in (resumed, whole)]
    for name, array in checkpoints[1].engine.items():
        assert np.array_equal(checkpoints[0].engine[name], array), name


class Stop(Exception):
    pass


def stop_after(epoch: int, monkeypatch) -> None:
    """Make runs stop once the checkpoint of an epoch is written."""
    save_epoch = train.RunFolder.save_epoch

    def save_and_stop(self, record, checkpoint, **options):
        save_epoch(self, record, checkpoint, **options)
        if record.epoch == epoch:
            raise Stop

    monkeypatch.setattr(train.RunFolder, "save_epoch", save_and_stop)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
@pytest.mark.parametrize("changes", [{}, {"regrowth": "random", "validation": 0.2}, {"threads": 2}])
@pytest.mark.parametrize("stopped", [1, 5])
def test_resumed_equals_uninterrupted(tmp_path, monkeypatch, backend, changes, stopped):
    own = settings(backend=backend, epochs=6, **changes)
    whole = fit(own, out=tmp_path / "whole")
    with monkeypatch.context() as patch, pytest.raises(Stop):
        stop_after(stopped, patch)
        fit(own, out=tmp_path / "parts")
    resumed = fit(own, out=tmp_path / "parts", resume=True)
    assert_same_run(tmp_path / "parts", tmp_path / "whole")
    assert resumed.network == whole.network
    pd.testing.assert_frame_equal(
        resumed.history.drop(columns=SECONDS), whole.history.drop(columns=SECONDS), check_exact=True
    )


KILLED = """
import os, signal
from netsparse import train
from netsparse.train import checkpoint, history, loop
from tests.train.small import clusters, settings, start_of

class Killed:
    "Stands for a function, and kills the process at its third call."
    def __init__(self, function, how):
        self.function, self.how, self.calls = function, how, 0
    def __call__(self, *arguments, **options):
        self.calls += 1
        if self.calls == 3:
            exec(self.how)
            os.kill(os.getpid(), signal.SIGKILL)
        return self.function(*arguments, **options)

for out, (where, how) in {cases!r}.items():
    child = os.fork()  # what is imported is imported once
    if not child:
        exec(f"{{where}} = Killed({{where}}, how)")
        own = settings(epochs=6, snapshots=1)
        train.fit(start_of(own), clusters(), own, out=out, progress=False)
        os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

DEATHS = {
    "in the steps": ("loop.run_epoch", "pass"),
    "in a row of the history": ("history.append", "open(arguments[0], 'a').write('3,0.1,0.')"),
    "before the checkpoint": ("checkpoint.save", "pass"),
    "in a file": ("checkpoint.np.savez", "arguments[0].write(b'PK half'); arguments[0].flush()"),
}


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Path:
    """A folder of runs, each killed in its own way, and one that nobody killed."""
    folder = tmp_path_factory.mktemp("killed")
    script = KILLED.format(cases={str(folder / death): death_at for death, death_at in DEATHS.items()})
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True)
    assert done.stdout.split() == [b"-9"] * len(DEATHS), done.stderr
    fit(settings(epochs=6, snapshots=1), out=folder / "whole")
    return folder


@pytest.mark.parametrize("death", DEATHS)
def test_a_killed_run_loses_at_most_its_epoch(killed, death):
    out, whole = killed / death, killed / "whole"
    n_done = train.RunFolder(out).n_epochs_done()
    assert n_done == (1 if death == "in a file" else 2)  # two files an epoch: the third is in epoch 2
    fit(settings(epochs=6, snapshots=1), out=out, resume=True)
    assert_same_run(out, whole)
    names = [{file.relative_to(folder) for file in folder.rglob("*")} for folder in (out, whole)]
    assert names[0] == names[1]  # no temporary files stay


def test_a_run_killed_in_its_first_epoch_starts_again(tmp_path, monkeypatch):
    own = settings()
    with monkeypatch.context() as patch, pytest.raises(Stop):
        patch.setattr("netsparse.train.checkpoint.save", lambda *_: (_ for _ in ()).throw(Stop))
        fit(own, out=tmp_path / "parts")
    assert pd.read_csv(tmp_path / "parts" / "history.csv")["epoch"].tolist() == [1]
    fit(own, out=tmp_path / "parts", resume=True)
    fit(own, out=tmp_path / "whole")
    assert_same_run(tmp_path / "parts", tmp_path / "whole")


def test_a_run_killed_after_its_last_epoch_is_finished(tmp_path, monkeypatch):
    own = settings()
    with monkeypatch.context() as patch, pytest.raises(Stop):
        stop_after(own.run.epochs, patch)
        fit(own, out=tmp_path)
    assert not train.RunFolder(tmp_path).is_finished()
    fit(own, out=tmp_path, resume=True)
    assert train.RunFolder(tmp_path).is_finished()
    assert (tmp_path / "accuracy.png").exists()


def test_a_finished_run_is_only_read(tmp_path):
    own = settings()
    first = fit(own, out=tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    again = fit(own, out=tmp_path, resume=True)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
    assert again.network == first.network
    pd.testing.assert_frame_equal(again.history, first.history)


def test_other_settings_are_listed(tmp_path):
    fit(settings(), out=tmp_path)
    with pytest.raises(NetsparseError, match=r"other settings: zeta 0.3, now 0.2; seed 0, now 5"):
        fit(settings(zeta=0.2, seed=5), out=tmp_path, resume=True)


def test_other_data_or_another_start_are_refused(tmp_path):
    own = settings()
    fit(own, out=tmp_path)
    with pytest.raises(NetsparseError, match="another data"):
        train.fit(start_of(own), clusters(n_train=60), own, out=tmp_path, resume=True)
    with pytest.raises(NetsparseError, match="another initial network"):
        train.fit(start_of(settings(seed=9)), clusters(), own, out=tmp_path, resume=True)


def test_nothing_to_resume(tmp_path):
    with pytest.raises(NetsparseError, match="holds no run"):
        fit(settings(), out=tmp_path / "none", resume=True)
    with pytest.raises(ValueError, match="resume needs out"):
        fit(settings(), resume=True)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_which_another_process_trains_is_left_alone(tmp_path, monkeypatch):
    own = settings()
    with monkeypatch.context() as patch, pytest.raises(Stop):
        stop_after(2, patch)
        fit(own, out=tmp_path)
    half_written = tmp_path / ".checkpoint-other.npz"
    half_written.touch()
    content = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    with train.RunFolder(tmp_path).alone(), pytest.raises(NetsparseError, match="another process is training in"):
        fit(own, out=tmp_path, resume=True)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == content
    fit(own, out=tmp_path, resume=True)
    assert not half_written.exists()


def test_a_training_keeps_others_out_until_it_ends(tmp_path, monkeypatch):
    own, folder, refused = settings(epochs=2), train.RunFolder(tmp_path), []

    def save_epoch(self, record, checkpoint, *, snapshot):
        with pytest.raises(NetsparseError, match="another process"), folder.alone():
            pass
        refused.append(record.epoch)

    with monkeypatch.context() as patch:
        patch.setattr(train.RunFolder, "save_epoch", save_epoch)
        fit(own, out=tmp_path)
    assert refused == [1, 2]
    with folder.alone():
        pass


def test_of_two_runs_that_start_in_one_folder_the_second_is_refused(tmp_path, monkeypatch):
    """Both found the folder free; the first is training in it, or has come to its end."""
    with monkeypatch.context() as patch:
        patch.setattr(train.RunFolder, "check_free", lambda self: None)
        with train.RunFolder(tmp_path).alone(), pytest.raises(NetsparseError, match="another process is training in"):
            fit(settings(), out=tmp_path)
    assert not list(tmp_path.iterdir())
    check_free, calls = train.RunFolder.check_free, []

    def check_late(self):
        calls.append(self)
        return check_free(self) if len(calls) > 1 else None

    fit(settings(), out=tmp_path)
    before = (tmp_path / "settings.json").read_bytes()
    monkeypatch.setattr(train.RunFolder, "check_free", check_late)
    with pytest.raises(NetsparseError, match="holds another run"):
        fit(settings(seed=9), out=tmp_path)
    assert (tmp_path / "settings.json").read_bytes() == before


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "other"}', '{"format": "netsparse run 1"}'])
def test_a_damaged_description_is_refused(tmp_path, text):
    fit(settings(), out=tmp_path)
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(NetsparseError, match=r"settings\.json"):
        fit(settings(), out=tmp_path, resume=True)


@pytest.mark.parametrize("change", [lambda array: None, lambda array: array[:-1]], ids=["lost", "cut"])
def test_a_checkpoint_without_the_state_of_its_network_is_refused(tmp_path, monkeypatch, change):
    """Going on without the momentum would be another run, without a word."""
    own = settings()
    with monkeypatch.context() as patch, pytest.raises(Stop):
        stop_after(2, patch)
        fit(own, out=tmp_path)
    with np.load(tmp_path / "checkpoint.npz") as archive:
        arrays = {name: change(array) if name.startswith("engine_") else array for name, array in archive.items()}
    np.savez(tmp_path / "checkpoint.npz", **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(NetsparseError, match=r"checkpoint\.npz does not fit its own network"):
        fit(own, out=tmp_path, resume=True)


def test_damaged_settings_name_their_file(tmp_path):
    fit(settings(), out=tmp_path)
    file = tmp_path / "settings.json"
    file.write_text(file.read_text().replace('"lr": 0.05', '"lr": "fast"'))
    with pytest.raises(NetsparseError, match=r"settings\.json: lr must be a number"):
        train.RunFolder(tmp_path).settings()


def test_a_folder_without_a_name_is_refused():
    with pytest.raises(ValueError, match="empty"):
        train.RunFolder("")


def test_a_picture_of_another_run_is_not_replaced(tmp_path):
    (tmp_path / "accuracy.png").write_bytes(b"mine")
    with pytest.raises(NetsparseError, match=r"holds another run \(accuracy\.png\)"):
        fit(settings(), out=tmp_path)
