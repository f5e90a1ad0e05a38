"""Percolate by graph-tool, under the system's own Python: ``/usr/bin/python3 -I graph_tool_script.py CASE SIZES``.

CASE is an `.npz` file with `n_neurons`, `ends` (links, 2), `order` and `kind`. Each line on the standard input asks for
one run, whose seconds are printed: those of the call alone, the graph and the order being there. SIZES gets the
largest component before each removal, last removal first. Nothing of netsparse is imported: it is not installed there.
"""

import sys
import time

import graph_tool
import numpy as np
from graph_tool.topology import edge_percolation, vertex_percolation


def main(case_file, sizes_file):
    """Run once for each line that comes, and save the sizes at the end."""
    with np.load(case_file) as case:
        n_neurons, ends, order, kind = int(case["n_neurons"]), case["ends"], case["order"], str(case["kind"])
    graph = graph_tool.Graph(directed=False)
    graph.add_vertex(n_neurons)
    graph.add_edge_list(ends)
    percolate = edge_percolation if kind == "links" else vertex_percolation
    removed = ends if kind == "links" else np.arange(n_neurons)
    backward = np.ascontiguousarray(removed[order[::-1]], dtype=np.uint64)  # as graph-tool wants it: no conversion
    sizes = None
    for _ in sys.stdin:
        start = time.perf_counter()
        sizes, _ = percolate(graph, backward)
        print(time.perf_counter() - start, flush=True)
    np.save(sizes_file, sizes)


if __name__ == "__main__":
    main(*sys.argv[1:])
