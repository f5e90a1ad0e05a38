"""Where the files of a data set come from: the folder NETSPARSE_DATA, the user cache, or a download."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from netsparse.errors import InvalidInput

DATA_FOLDER = "NETSPARSE_DATA"
"""Environment variable: a folder that has one folder per data set. /usr/share/datasets is one on Debian."""


@dataclass(frozen=True)
class Files:
    """The files of a data set: their names and, if they are published one by one, the web folder and each md5.

    `origin` says in an error message where files that cannot be downloaded come from.
    """

    names: tuple[str, ...]
    url: str | None = None
    md5: tuple[str, ...] = ()
    origin: str = "it cannot be downloaded"


def find(dataset: str, files: Files) -> list[Path]:
    """Return the paths of a data set's files, downloading to the user cache those that are not on this machine.

    Looked for in this order: ``$NETSPARSE_DATA/<dataset>/``, the user cache, the web; what is published gzipped may
    lie there unpacked, under its name without ``.gz``. A download is written to a
    temporary name and verified by its md5 before it gets its own; a file that is found is not, because the same
    data may be packed by another gzip: its content is checked by whoever reads it.

    Raises
    ------
    NetsparseError
        If NETSPARSE_DATA is not a folder, or a file is neither here nor to be had; says what to put where.
    """
    folders = _folders(dataset)
    found = {name: _first_file(folders, name) for name in files.names}
    missing = [name for name, path in found.items() if path is None]
    if missing and files.url is None:
        raise InvalidInput(f"{_what_to_put_where(dataset, missing)}; {files.origin}")
    for name in missing:
        try:
            found[name] = _download(files, name, folders[-1])
        except Exception as error:  # network, disk or checksum: the advice is the same
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            raise InvalidInput(
                f"{_what_to_put_where(dataset, missing)}; downloading {files.url}{name} failed ({reason:.200})"
            ) from None
    return list(found.values())


def cache_folder() -> Path:
    """Return the folder for downloaded data: ~/.cache/netsparse on Linux, its counterpart elsewhere."""
    import pooch

    return Path(pooch.os_cache("netsparse"))


def _folders(dataset: str) -> list[Path]:
    own = os.environ.get(DATA_FOLDER)
    if not own:
        return [cache_folder() / dataset]
    if not Path(own).is_dir():
        raise InvalidInput(f"{DATA_FOLDER} is {own!r}, which is not a folder")
    return [Path(own) / dataset, cache_folder() / dataset]


def _first_file(folders: list[Path], name: str) -> Path | None:
    names = dict.fromkeys([name, name.removesuffix(".gz")])  # as it is published, or unpacked
    return next((folder / own for folder in folders for own in names if (folder / own).is_file()), None)


def _what_to_put_where(dataset: str, missing: list[str]) -> str:
    return (
        f"data set {dataset}: missing {', '.join(missing)}; put into {cache_folder() / dataset}, or into {dataset}/ "
        f"of a folder that the environment variable {DATA_FOLDER} names"
    )


def _download(files: Files, name: str, folder: Path) -> Path:
    import pooch

    known_hash = f"md5:{files.md5[files.names.index(name)]}"
    return Path(pooch.retrieve(f"{files.url}{name}", known_hash, fname=name, path=folder))
