"""Link prediction: scores of missing links, the best of them, and how well they are found."""

from __future__ import annotations

from netsparse.linkpred.all_scores import scores
from netsparse.linkpred.evaluation import evaluate, summarise
from netsparse.linkpred.methods import METHODS
from netsparse.linkpred.quality import QUALITIES, qualities
from netsparse.linkpred.ties import TIES
from netsparse.linkpred.top import top_links

__all__ = ["METHODS", "QUALITIES", "TIES", "evaluate", "qualities", "scores", "summarise", "top_links"]
