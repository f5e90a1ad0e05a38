"""Analyses of trained networks, as functions: what the commands of the same names print and write."""

from __future__ import annotations

from netsparse.report.attack_results import AttackReport
from netsparse.report.attacking import attack, attack_into
from netsparse.report.contents import Contents, RunState, info
from netsparse.report.networks import load_network
from netsparse.report.orders import read_order
from netsparse.report.percolating import percolate
from netsparse.report.percolation_results import PercolationReport
from netsparse.report.predicting import Predictions, predict
from netsparse.report.products import write_csv
from netsparse.report.protocol import AttackProtocol
from netsparse.report.shrinking import ShrunkNetwork, shrink

__all__ = [
    "AttackProtocol",
    "AttackReport",
    "Contents",
    "PercolationReport",
    "Predictions",
    "RunState",
    "ShrunkNetwork",
    "attack",
    "attack_into",
    "info",
    "load_network",
    "percolate",
    "predict",
    "read_order",
    "shrink",
    "write_csv",
]
