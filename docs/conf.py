"""Sphinx configuration: the API of every room and a page for every family of rules, written anew at each build."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import pages  # noqa: E402  (found through the path above)

import netsparse  # noqa: E402

project = "netsparse"
author = "The netsparse developers"
version = release = netsparse.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax", "numpydoc", "myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True  # every cross-reference leads somewhere
nitpick_ignore_regex = [
    ("py:.*", r"(matplotlib|networkx|numpy|pandas|scipy|torch)\..*"),  # their sites are not fetched to build this one
]
rst_prolog = ".. |w| replace:: \\|w\\|"  # docstrings write the modulus as readers of plain text do
html_theme = "alabaster"

autosummary_generate = False  # the pages hold every name themselves; the tables at their heads only link to it
autodoc_typehints = "none"  # the parameters say types and shapes
numpydoc_show_class_members = False  # autodoc lists the members


def setup(app) -> None:
    """Write the generated pages before Sphinx looks for its sources, and name files that are not part of the site."""
    app.connect("config-inited", lambda *_: pages.write(HERE / "api"))
    app.connect("source-read", _name_files_outside)


def _name_files_outside(app, page: str, source: list[str]) -> None:
    """Turn Markdown links to files of the repository, not images, into their words and the path."""
    source[0] = re.sub(r"(?<!!)\[([^]]+)\]\(\.\./([^)]+)\)", r"\1 (``\2``)", source[0])
