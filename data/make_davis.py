"""Write data/davis.graphml: which of 18 women attended which of 14 social events (Davis and others, 1941)."""

from __future__ import annotations

from pathlib import Path

import networkx as nx


def main() -> None:
    """Write the graph beside this script; women come first, in the order of the book's table."""
    graph = nx.davis_southern_women_graph()
    plain = nx.Graph()
    plain.add_nodes_from((name, {"bipartite": side}) for name, side in graph.nodes(data="bipartite"))
    plain.add_edges_from(sorted(graph.edges()))
    nx.write_graphml(plain, Path(__file__).with_name("davis.graphml"))


if __name__ == "__main__":
    main()
