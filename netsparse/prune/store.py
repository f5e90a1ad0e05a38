"""The folder of a run of iterative pruning: the table of its rounds, and the state that it goes on from."""

from __future__ import annotations

import csv
import pickle
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from netsparse.errors import FileFormatError, InvalidInput
from netsparse.files import check_folder, digest_of_arrays, make_folder, writing
from netsparse.files.format import Format
from netsparse.prune.masking import State

FORMAT = Format("pruning", 1)


class Kept(NamedTuple):
    """What a run goes on from.

    Attributes
    ----------
    saved : dict of str to state
        States to rewind to: 'initial', 'step', 'dense'.
    state : dict of str to Tensor
        After the last round.
    masks : list of numpy.ndarray of bool
    rows : list of dict
        The table so far.
    """

    saved: dict[str, State]
    state: State
    masks: list[np.ndarray]
    rows: list[dict[str, Any]]


class Store:
    """Where a run is kept; without a folder, nowhere. `about` tells it from others, see :func:`identity`."""

    def __init__(self, folder: str | PathLike | None, about: dict[str, Any]):
        self._folder, self._about = None if folder is None else Path(folder), about
        if self._folder is not None:
            check_folder(self._folder)

    def save(self, kept: Kept) -> None:
        """Write the state and then the table, each whole or not at all."""
        if self._folder is None:
            return
        make_folder(self._folder)
        content = {
            **FORMAT.mark(),
            "about": self._about,
            "saved": kept.saved,
            "state": kept.state,
            "masks": [torch.as_tensor(mask) for mask in kept.masks],
            "rows": kept.rows,
        }
        with writing(self._folder / "state.pt") as temporary:
            torch.save(content, temporary)
        self._write_table(kept.rows)

    def load(self) -> Kept | None:
        """Return what was kept of a run, None if nothing was.

        Raises
        ------
        FileFormatError
            If the file is damaged or newer.
        InvalidInput
            If it is another run: of another recipe, seed, initial network or data.
        """
        path = None if self._folder is None else self._folder / "state.pt"
        if path is None or not path.exists():
            return None
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
        except (RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as error:
            raise FileFormatError(f"{path} is damaged: {error}") from None
        FORMAT.check(content, path)
        if content["about"] != self._about:
            raise InvalidInput(f"{path} is of a run with another recipe, seed, network or data: name another folder")
        masks = [mask.numpy() for mask in content["masks"]]
        self._write_table(content["rows"])  # the run may have been killed between the two files
        return Kept(content["saved"], content["state"], masks, content["rows"])

    def _write_table(self, rows: list[dict[str, Any]]) -> None:
        with (
            writing(self._folder / "rounds.csv") as temporary,
            open(temporary, "w", newline="", encoding="utf-8") as file,
        ):
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(rows)


def identity(recipe: object, seed: int, initial: State, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Return what tells runs apart: recipe, seed, and digests of the weights they start from and of their samples."""
    state = {name: tensor.cpu().numpy() for name, tensor in initial.items()}
    samples = {"x": np.asarray(x), "y": np.asarray(y)}
    return {
        "recipe": repr(recipe),
        "seed": seed,
        "initial": digest_of_arrays(state),
        "samples": digest_of_arrays(samples),
    }
