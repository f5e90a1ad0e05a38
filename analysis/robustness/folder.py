"""Where a study keeps its things, and the check that it is one study."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.robustness.arms import KEY, Study
from netsparse.errors import InvalidInput
from netsparse.files import make_folder, write_json
from netsparse.robustness import present_names
from netsparse.study import Tables

HOME = Path(__file__).parent
"""The folder of the whole study, committed with the package."""

TABLES = ("history", "attacks", "percolation", "layers", "weights")
"""The tables beside that of the runs."""


class StudyTables(Tables):
    """The tables of the study; rows of any age name an attack as it is called now.

    What is measured is never rewritten: the committed rows keep the names of their time, and new ones are appended to
    them under the present ones.
    """

    def read(self, name: str) -> pd.DataFrame:
        """Return the rows of all finished runs in a table."""
        frame = super().read(name)
        return present_names(frame) if "attack" in frame else frame


@dataclass(frozen=True)
class Folder:
    """Paths of a study: ``results/*.csv``, ``figures/*.png``, ``CLAIMS.md`` and, not committed, ``networks/``."""

    root: Path

    @property
    def results(self) -> Path:
        """Folder of the tables."""
        return self.root / "results"

    @property
    def figures(self) -> Path:
        """Folder of the pictures."""
        return self.root / "figures"

    @property
    def networks(self) -> Path:
        """Folder of the trained networks."""
        return self.root / "networks"

    @property
    def claims(self) -> Path:
        """The judgement of the paper's claims."""
        return self.root / "CLAIMS.md"

    @property
    def chosen(self) -> Path:
        """The pair of zeta and learning rate of the main arm."""
        return self.results / "chosen.json"

    def example(self, rule: str) -> Path:
        """Return the file of the network that is drawn: of the first data set, seed 0, small enough to commit."""
        return self.results / f"network-{rule}.npz"

    def tables(self) -> StudyTables:
        """Return the tables, making their folder if need be."""
        return StudyTables(self.results, KEY, TABLES)

    def check(self, study: Study) -> None:
        """Write down what all runs have in common; refuse a folder whose runs are of another kind.

        Raises
        ------
        NetsparseError
            If the folder holds runs of other epochs or sizes.
        """
        wanted = {"epochs": study.epochs, "hidden": list(study.hidden)}
        path = self.results / "study.json"
        if path.exists():
            found = json.loads(path.read_text())
            if found != wanted:
                raise InvalidInput(f"{self.root} holds runs with {found}, not {wanted}: choose another --out")
            return
        make_folder(self.results)
        write_json(path, wanted)
