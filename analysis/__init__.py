"""The studies: each reproduces a paper's figures and tables, or a benchmark, from one command."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
"""The page whose blocks about the studies are generated."""
