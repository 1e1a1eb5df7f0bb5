"""Which cells run together: near starts share a batch where a further call would cost more than their extra rows.

A batch begins at the earliest of its cells' positions, so a cell that starts later computes some rows again. Whether
that pays is a matter of sizes: on a tiny model calls cost more than arithmetic, on a large one the reverse.
"""

from collections.abc import Sequence

from cutaway.models.sweep.cells import Cell

CALL = 6e6  # floating-point operations that fit into the time of calling one block


def buckets(cells: Sequence[Cell], *, end: int, top: int, flops: float, call: float = CALL) -> list[list[Cell]]:
    """Cells by their starts, neighbours together where that is cheaper: the cheapest way to cut the row of starts."""
    starts = sorted({cell.start for cell in cells})
    work = dict.fromkeys(starts, 0)  # rows times blocks still to run, for each position of the stretch
    lowest = dict.fromkeys(starts, top)
    for cell in cells:
        layer = cell.layer or 0
        work[cell.start] += len(cell.rows) * max(top - layer, 1)
        lowest[cell.start] = min(lowest[cell.start], layer)
    best = [0.0]  # cost of the first n starts
    cut = [0]
    for until in range(1, len(starts) + 1):
        rows, low, options = 0, top, []
        for begin in range(until - 1, -1, -1):
            rows += work[starts[begin]]
            low = min(low, lowest[starts[begin]])
            cost = rows * (end - starts[begin]) * flops + (top - low + 3) * call
            options.append((best[begin] + cost, begin))
        cheapest = min(options)
        best.append(cheapest[0])
        cut.append(cheapest[1])
    group: dict[int, int] = {}
    until, groups = len(starts), 0
    while until:
        begin = cut[until]
        group |= dict.fromkeys(starts[begin:until], groups)
        until, groups = begin, groups + 1
    found: list[list[Cell]] = [[] for _ in range(groups)]
    for cell in cells:
        found[group[cell.start]].append(cell)
    return found


def filled(cells: Sequence[Cell], most_rows: int) -> list[list[Cell]]:
    """Cells in batches of at most so many rows, in the order of the blocks where they begin."""
    found: list[list[Cell]] = []
    rows = most_rows
    for cell in sorted(cells, key=lambda cell: cell.layer or 0):
        if not found or rows + len(cell.rows) > most_rows:
            found.append([])
            rows = 0
        found[-1].append(cell)
        rows += len(cell.rows)
    return found
