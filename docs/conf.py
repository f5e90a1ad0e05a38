"""Sphinx configuration: the API of every room and a page for every family of rules, written anew at each build."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import pages  # noqa: E402  (found through the path above)

import netsparse  # noqa: E402

project = "netsparse"
author = "The netsparse developers"
version = release = netsparse.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax", "numpydoc"]
exclude_patterns = ["_build", "robustness.md"]  # the study's page is read in the repository, beside its tables
rst_prolog = ".. |w| replace:: \\|w\\|"  # docstrings write the modulus as readers of plain text do
html_theme = "alabaster"

autosummary_generate = False  # the pages hold every name themselves; the tables at their heads only link to it
autodoc_typehints = "none"  # the parameters say types and shapes
numpydoc_show_class_members = False  # autodoc lists the members


def setup(app) -> None:
    """Write the generated pages before Sphinx looks for its sources."""
    app.connect("config-inited", lambda *_: pages.write(HERE / "api"))
