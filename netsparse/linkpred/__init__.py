"""Link prediction: scores of missing links, and the best of them."""

from __future__ import annotations

from netsparse.linkpred.all_scores import scores
from netsparse.linkpred.methods import METHODS
from netsparse.linkpred.top import top_links

__all__ = ["METHODS", "scores", "top_links"]
