"""Curveball trades: pairs of rows deal the columns that only one of them has anew between them."""

from __future__ import annotations

from netsparse.kernels.compile import compiled


@compiled()
def trade_round(ptr, ids, order, uniforms, held, pool):
    """Let rows trade in the pairs that `order` lists; every row keeps its number of columns.

    A row has its columns in any order. The smaller of the two shares is drawn from the pool of both, without
    replacement and by `uniforms`, of which there must be as many as links. `held`, a number per column, is 0 before
    and after; `pool` has room for the columns of two rows. O(links).
    """
    used = 0
    for k in range(0, order.size - 1, 2):
        a, b = order[k], order[k + 1]
        if ptr[a + 1] - ptr[a] > ptr[b + 1] - ptr[b]:
            a, b = b, a
        own, others = ids[ptr[a] : ptr[a + 1]], ids[ptr[b] : ptr[b + 1]]
        for column in own:
            held[column] = 1
        n_pool, n_kept = 0, 0
        for column in others:  # what both have stays in front
            if held[column]:
                others[n_kept] = column
                held[column] = 2
                n_kept += 1
            else:
                pool[n_pool] = column
                n_pool += 1
        place, last = 0, own.size
        while place < last:
            column = own[place]
            if held[column] == 2:
                place += 1
            else:
                last -= 1
                own[place] = own[last]
                pool[n_pool] = column
                n_pool += 1
            held[column] = 0
        for to in range(place, own.size):
            drawn = int(uniforms[used] * n_pool)
            used += 1
            n_pool -= 1
            own[to] = pool[drawn]
            pool[drawn] = pool[n_pool]
        others[n_kept:] = pool[:n_pool]
