"""Groups of neurons: one side chooses, given the groups of the other."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled


@compiled()
def best_groups(ptr, ids, other_groups, group_degrees, own_groups, n_links):
    """Let each neuron join the group with the largest number of its links in excess of d D / m. O(links).

    `group_degrees` holds D, the degrees of the other side's neurons in each group, `own_groups` the groups now, which
    are changed. A neuron stays where it gains nothing; one without links, too. If every group costs, it joins the last
    one, which has to be empty on the other side: there it costs nothing.
    """
    links = np.zeros(group_degrees.size, np.int64)
    nowhere = group_degrees.size - 1
    for neuron in range(ptr.size - 1):
        degree = ptr[neuron + 1] - ptr[neuron]
        if degree == 0:
            continue
        for other in ids[ptr[neuron] : ptr[neuron + 1]]:
            links[other_groups[other]] += 1
        best = own_groups[neuron]
        most = links[best] - degree * group_degrees[best] / n_links
        if most < 0:
            best, most = nowhere, 0.0
        for other in ids[ptr[neuron] : ptr[neuron + 1]]:
            group = other_groups[other]
            gain = links[group] - degree * group_degrees[group] / n_links
            if gain > most + 1e-12:
                best, most = group, gain
        own_groups[neuron] = best
        for other in ids[ptr[neuron] : ptr[neuron + 1]]:
            links[other_groups[other]] = 0
