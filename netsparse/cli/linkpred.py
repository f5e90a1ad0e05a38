"""``netsparse linkpred``: score the missing links of any graph, and see how well methods find links held out of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.cli.table import table
from netsparse.errors import check_count, check_number, printable
from netsparse.files import check_writable

if TYPE_CHECKING:
    import pandas

    from netsparse.cli.graph_file import NamedGraph

_GRAPH = """\
A graph is a GraphML file; a list of links, two names a line; a matrix of scipy (.npz); a network file or the folder of
a run, of which a layer is taken. Its sides are those that the file tells: 'bipartite' in GraphML, rows and columns of
a layer. A file that tells none holds a graph in which any two nodes may be linked, unless --rows says what its rows
are: first, what stands first in a line (or the rows of a matrix); colouring, two colours; or a file of names, one a
line.
"""
_EVALUATE = """\
A share of the links is held out, the methods rank all pairs that are not linked, and the table says how high the links
stand: means over the repeats with 95 % intervals. precision: of the first n, n links held out; auc-pr: the area by
trapezoids without the first level, which is not the average precision; auc-mroc: 0.5 for a random ranking.

examples:
  netsparse linkpred evaluate data/davis.graphml --methods ch3-l3 ra-l3 l3 preferential-attachment --repeats 20
  netsparse linkpred evaluate links.txt --rows first --methods ch3-l3 random --keep-last --out evaluation.csv
"""
_PREDICT = """\
examples:
  netsparse linkpred predict data/davis.graphml --method ch3-l3 --top 20
  netsparse linkpred predict runs/a --layer 1 --method ch3-l3 --top 100 --ties spcorr-pearson --out missing.csv
"""
_MOST_REPEATS = 10**6
_SHOWN = ("precision", "average-precision", "auc-pr", "auc-roc", "auc-mroc", "ndcg", "mcc")


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand and its own two."""
    parser = subparsers.add_parser(
        "linkpred",
        help="predict missing links of a graph, or see how well methods do",
        description="Link prediction on bipartite and other graphs: networks that train here, and any other ones.",
        epilog=_GRAPH,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_evaluate(actions)
    _add_predict(actions)
    return parser


def _add_evaluate(actions) -> None:
    parser = actions.add_parser(
        "evaluate",
        help="hold links out, and see how well methods find them",
        description="Hold links out of a graph, and see how high methods rank them among all non-links.",
        epilog=_GRAPH + _EVALUATE,
    )
    _add_graph(parser)
    parser.add_argument(
        "--methods", metavar="NAME", nargs="+", default=["ch3-l3", "random"], help="see netsparse list link-prediction"
    )
    parser.add_argument("--share", metavar="F", type=float, default=0.1, help="of the links to hold out (default: 0.1)")
    parser.add_argument("--repeats", metavar="N", type=int, default=10, help="each with other links (default: 10)")
    parser.add_argument("--keep-last", action="store_true", help="every node keeps one link")
    parser.add_argument("--out", metavar="FILE", type=Path, help="CSV file: a row for each method and repeat")
    parser.set_defaults(act=_evaluate)


def _add_predict(actions) -> None:
    parser = actions.add_parser(
        "predict",
        help="the best missing links, by the names of their nodes",
        description="Print the missing links that a method ranks highest, by the names of their nodes.",
        epilog=_GRAPH + _PREDICT,
    )
    _add_graph(parser)
    parser.add_argument(
        "--method", metavar="NAME", default="ch3-l3", help="see netsparse list link-prediction (default: ch3-l3)"
    )
    parser.add_argument("--top", dest="n", metavar="N", type=int, default=20, help="how many links (default: 20)")
    parser.add_argument("--out", metavar="FILE", type=Path, help="CSV file to write them to")
    parser.set_defaults(act=_predict)


def _add_graph(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("graph", metavar="GRAPH", type=Path, help="file, or run folder")
    parser.add_argument("--rows", metavar="WHICH", help="first, colouring, or a file of names: which nodes are rows")
    parser.add_argument("--layer", metavar="N", type=int, help="of a network: which layer, from 0 on")
    parser.add_argument(
        "--ties", metavar="NAME", default="random", help="see netsparse list link-prediction-ties (default: random)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="same seed, same result (default: 0)")


def run(arguments: argparse.Namespace) -> None:
    """Do what the action says."""
    check_number("seed", check_count("seed", arguments.seed), below=2**63)
    if arguments.out is not None:
        check_writable(arguments.out)
    arguments.act(arguments)


def _evaluate(arguments: argparse.Namespace) -> None:
    from tqdm import tqdm

    from netsparse.linkpred import evaluate, summarise
    from netsparse.report import write_csv

    named = _read(arguments)
    print(_described(named))
    repeats = check_count("repeats", arguments.repeats, at_least=1)
    n_steps = len(arguments.methods) * int(check_number("repeats", repeats, at_most=_MOST_REPEATS))
    with tqdm(total=n_steps, unit="ranking", dynamic_ncols=True, disable=None, leave=False) as bar:
        found = evaluate(
            named.graph,
            arguments.methods,
            share=arguments.share,
            repeats=arguments.repeats,
            keep_last=arguments.keep_last,
            ties=arguments.ties,
            progress=bar.update,
            rng=arguments.seed,
        )
    held_out, candidates = found["held_out"].iloc[0], found["candidates"].iloc[0]
    print(f"{held_out:,} links held out of {candidates:,} candidates, {arguments.repeats} times\n")
    print(_summary(summarise(found)))
    if arguments.out is not None:
        write_csv(found, arguments.out)
        print(f"\n{printable(arguments.out)} holds a row for each method and repeat")


def _summary(summary: pandas.DataFrame) -> str:
    """Return a row per method, a mean with its interval for each quality."""
    rows = []
    for method, group in summary.groupby("method", sort=False):
        by_name = group.set_index("quality")
        rows.append([method, *(_cell(by_name.loc[name]) for name in _SHOWN)])
    return table(["method", *_SHOWN], rows)


def _cell(row: pandas.Series) -> str:
    if row["low"] != row["low"]:  # NaN: one repeat
        return f"{row['mean']:.3f}"
    return f"{row['mean']:.3f} ± {row['high'] - row['mean']:.3f}"


def _predict(arguments: argparse.Namespace) -> None:
    import pandas as pd

    from netsparse.graph import BipartiteLayer
    from netsparse.linkpred import top_links
    from netsparse.report import write_csv

    named = _read(arguments)
    first, second, scores = top_links(
        named.graph, arguments.n, arguments.method, ties=arguments.ties, rng=arguments.seed
    )
    sides = ("row", "column") if isinstance(named.graph, BipartiteLayer) else ("node", "other")
    links = pd.DataFrame(
        {
            sides[0]: [named.first[node] for node in first.tolist()],
            sides[1]: [named.second[node] for node in second.tolist()],
            "score": scores,
        }
    )
    if arguments.out is not None:
        write_csv(links, arguments.out)
        print(f"{printable(arguments.out)} holds {len(links)} links, best first")
        return
    rows = [[printable(link[0]), printable(link[1]), float(link[2])] for link in links.itertuples(index=False)]
    print(table(list(links), rows))


def _read(arguments: argparse.Namespace) -> NamedGraph:
    from netsparse.cli.graph_file import read_graph

    return read_graph(arguments.graph, rows=arguments.rows, layer=arguments.layer)


def _described(named: NamedGraph) -> str:
    from netsparse.graph import BipartiteLayer

    graph = named.graph
    if isinstance(graph, BipartiteLayer):
        return f"bipartite: {graph.shape[0]:,} rows, {graph.shape[1]:,} columns, {graph.n_links:,} links"
    return f"one kind of node: {graph.n_nodes:,} nodes, {graph.n_links:,} links"
