"""Fixtures of the data set tests: no test sees the files or the cache of the machine it runs on."""

from __future__ import annotations

from pathlib import Path

import pooch
import pytest


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """An empty user cache, and no NETSPARSE_DATA."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(pooch, "os_cache", lambda project: folder / project)
    monkeypatch.delenv("NETSPARSE_DATA", raising=False)
    return folder / "netsparse"


@pytest.fixture
def data_folder(tmp_path, cache, monkeypatch) -> Path:
    """An empty folder that NETSPARSE_DATA names."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("NETSPARSE_DATA", str(folder))
    return folder


@pytest.fixture
def no_download(monkeypatch):
    """Data sets come from NETSPARSE_DATA as it is on this machine, or from the cache, but not from the web."""

    def refuse(*_, **__):
        raise ConnectionError("tests download nothing")

    monkeypatch.setattr(pooch, "retrieve", refuse)
