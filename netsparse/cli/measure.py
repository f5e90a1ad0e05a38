"""``netsparse measure``: every measure of networks, beside a null model."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.cli.table import table
from netsparse.errors import InvalidInput, check_count, printable
from netsparse.files import check_folder, check_writable

if TYPE_CHECKING:
    import pandas

    from netsparse.graph import LayeredNetwork

_SNAPSHOT = re.compile(r"epoch_(\d+)\.npz")
_PICTURES = ("measures", "degrees", "communities", "persistence", "discs")
_EPILOG = """\
A run's network is its last one; with --every N those of its snapshots that N divides, the first one included. The
measures and null models are those of "netsparse list measure" and "netsparse list null-model".
The folder gets measures.csv (a row per network, layer, measure and part: value, mean and deviation of the null
samples, z, p, notes), cells.jsonl (what is finished, so that the same command goes on where it was stopped), and
pictures: of one network degrees, communities, persistence and, if it is small, hyperbolic discs of each layer; of
several along training measures.png.

examples:
  netsparse measure runs/a                                       what is cheap, of the network and each layer
  netsparse measure runs/a --null curveball --samples 20         and whether the degrees explain it
  netsparse measure runs/a --every 10 --names robins-alexander modularity --null curveball --out runs/a/measures
  netsparse measure network.npz davis.graphml --names nodf
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "measure",
        help="measure networks as graphs, beside a null model",
        description="Every measure of a network and of each of its layers, and how far it is from a null model.",
        epilog=_EPILOG,
    )
    parser.add_argument("networks", metavar="RUN|FILE", nargs="+", type=Path, help="run folders, or network files")
    parser.add_argument("--names", metavar="NAME", nargs="+", help="measures (default: those that are cheap)")
    parser.add_argument("--null", metavar="NAME", help="null model, such as curveball (default: none)")
    parser.add_argument("--samples", metavar="N", type=int, default=20, help="null samples (default: 20)")
    parser.add_argument("--every", metavar="N", type=int, help="measure a run's snapshots of every Nth epoch")
    parser.add_argument(
        "--budget", metavar="SECONDS", type=float, default=60.0, help="leave out what takes longer (default: 60)"
    )
    parser.add_argument("--jobs", metavar="N", type=int, default=1, help="processes, -1: all cores (default: 1)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="same seed, same result (default: 0)")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder to write to (default: print only)")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Measure as the arguments say."""
    from netsparse import measures

    check_count("seed", arguments.seed)
    check_count("samples", arguments.samples, at_least=1)
    if arguments.jobs != -1:
        check_count("jobs", arguments.jobs, at_least=1)
    networks = _networks(arguments.networks, arguments.every)
    if arguments.out is not None:
        _check_products(arguments.out)
    frame = measures.table(
        {name: network for name, (network, _) in networks.items()},
        arguments.names,
        arguments.null,
        samples=arguments.samples,
        budget=arguments.budget,
        out=arguments.out,
        n_jobs=arguments.jobs,
        rng=arguments.seed,
    )
    epochs = {name: epoch for name, (_, epoch) in networks.items()}
    if any(epoch is not None for epoch in epochs.values()):
        frame.insert(1, "epoch", frame["network"].map(epochs))
    if arguments.out is None:
        print(_printed(frame))
        return
    from netsparse.report import write_csv

    write_csv(frame, arguments.out / "measures.csv")
    drawn = _draw(frame, {name: network for name, (network, _) in networks.items()}, arguments)
    n_values = int(frame["value"].notna().sum())
    print(f"{n_values:,} values in {printable(arguments.out / 'measures.csv')}, pictures: {', '.join(drawn) or 'none'}")
    for note in dict.fromkeys(_skipped(frame)):
        print(note)


def _networks(paths: list[Path], every: int | None) -> dict[str, tuple[LayeredNetwork, int | None]]:
    """Return the networks by name, with the epoch of those that are snapshots."""
    from netsparse.report import load_network

    found: dict[str, tuple[LayeredNetwork, int | None]] = {}
    for path in paths:
        if every is None or not path.is_dir():
            found[printable(path)] = (load_network(path), None)
            continue
        for epoch, file in _snapshots(path, check_count("every", every, at_least=1)):
            found[printable(file)] = (load_network(file), epoch)
    return found


def _snapshots(run: Path, every: int) -> list[tuple[int, Path]]:
    """Return the snapshots of a run, of the first and of every Nth epoch."""
    from netsparse.train.folder import RunFolder

    folder = RunFolder(run)
    folder.check_is_run()
    matches = [(_SNAPSHOT.fullmatch(file.name), file) for file in sorted(folder.snapshots.glob("epoch_*.npz"))]
    files = sorted((int(match[1]), file) for match, file in matches if match)
    chosen = [(epoch, file) for place, (epoch, file) in enumerate(files) if place == 0 or epoch % every == 0]
    if not chosen:
        raise InvalidInput(f"{run} has no snapshots; train it with --snapshots {every}")
    return chosen


def _check_products(folder: Path) -> None:
    check_folder(folder)
    if folder.exists():
        for name in ("measures.csv", *(f"{picture}.png" for picture in _PICTURES)):
            check_writable(folder / name)


def _printed(frame: pandas.DataFrame) -> str:
    """Return the table as text, a block for each network."""
    has_null = frame["null_mean"].notna().any()
    blocks = []
    for name, rows in frame.groupby("network", sort=False):
        header = ["measure", "layer", "value", *(["null", "deviation", "z", "p"] if has_null else []), "note"]
        lines = [_cells(row, has_null) for row in rows.itertuples()]
        blocks.append(f"{name}\n{table(header, lines)}")
    return "\n\n".join(blocks)


def _cells(row, has_null: bool) -> list[object]:
    measure = f"{row.measure} {row.part}".strip()
    layer = "-" if row.layer is None or str(row.layer) == "<NA>" else str(row.layer)
    numbers = [row.value, *([row.null_mean, row.null_deviation, row.z, row.p] if has_null else [])]
    share = "" if math.isnan(row.reachable) else f"{row.reachable:.0%} of pairs reachable"
    note = "; ".join(text for text in (share, row.note) if text)
    return [measure, layer, *("-" if math.isnan(number) else float(number) for number in numbers), note]


def _skipped(frame: pandas.DataFrame) -> list[str]:
    rows = frame[frame["note"].str.startswith("skipped")]
    return [f"{row.measure} {row.note}" for row in rows.itertuples()]


def _draw(frame: pandas.DataFrame, networks: Mapping[str, LayeredNetwork], arguments: argparse.Namespace) -> list[str]:
    """Draw what can be drawn, and return the names of the pictures."""
    from netsparse.cli.measure_pictures import course, structure

    pictures = course(frame) if "epoch" in frame else {}
    if len(networks) == 1:
        pictures |= structure(next(iter(networks.values())), arguments.seed)
    from netsparse.plot import save

    for name, picture in pictures.items():
        save(picture, arguments.out / f"{name}.png")
    return [f"{name}.png" for name in pictures]
