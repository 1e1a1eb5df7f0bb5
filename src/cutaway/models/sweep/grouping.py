"""Which cells run together: near starts share a batch where a further call would cost more than their extra rows.

A batch begins at the earliest of its cells' positions, so a cell that starts later computes some rows again. Whether
that pays is a matter of sizes: on a tiny model calls cost more than arithmetic, on a large one the reverse.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cutaway.models.sweep.cells import Cell


@dataclass(frozen=True)
class Prices:
    """What one more call of a block costs: operations that fit into its time, and tokens, for reading its weights.

    Measured on two processors; where they are somewhat wrong a sweep is somewhat slower, and no number changes.
    """

    call: float = 1.5e7
    weights: float = 12.0


def narrowed(cells: Sequence[Cell], *, end: int, flops: float, prices: Prices) -> list[Cell]:
    """The same cells; those whose first block need only run where it is edited are told so, if that is cheaper."""
    keys = [(cell.layer, cell.start, cell.last) for cell in cells]
    rows: Counter[tuple[int | None, int, int | None]] = Counter()
    for key, cell in zip(keys, cells, strict=True):
        rows[key] += len(cell.rows)

    def pays(key: tuple[int | None, int, int | None]) -> bool:
        last = key[2]
        saved = 0 if last is None else rows[key] * (end - 1 - last)
        return saved * flops > prices.call + prices.weights * flops

    chosen = {key for key in rows if pays(key)}
    return [replace(cell, narrow=True) if key in chosen else cell for key, cell in zip(keys, cells, strict=True)]


def buckets(cells: Sequence[Cell], *, end: int, top: int, flops: float, prices: Prices) -> list[list[Cell]]:
    """Cells by their starts, neighbours together where that is cheaper: the cheapest way to cut the row of starts."""
    starts = sorted({cell.start for cell in cells})
    work = dict.fromkeys(starts, 0)  # rows times blocks still to run, for each position of the stretch
    lowest = dict.fromkeys(starts, top)
    for cell in cells:
        work[cell.start] += len(cell.rows) * max(top - cell.above, 1)
        lowest[cell.start] = min(lowest[cell.start], cell.above)
    best = [0.0]  # cost of the first n starts
    cut = [0]
    for until in range(1, len(starts) + 1):
        rows, low, options = 0, top, []
        for begin in range(until - 1, -1, -1):
            rows += work[starts[begin]]
            low = min(low, lowest[starts[begin]])
            cost = rows * (end - starts[begin]) * flops + (top - low + 3) * prices.call
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


def order(cell: Cell) -> tuple[int, bool, int, int]:
    """By the block where it joins; narrow cells of the same positions side by side, to share their first block."""
    return (cell.above, True, cell.start, cell.last or 0) if cell.narrow else (cell.above, False, 0, 0)


def filled(cells: Sequence[Cell], most_rows: int) -> list[list[Cell]]:
    """Cells in batches of at most so many rows, in the order of the blocks where they begin."""
    found: list[list[Cell]] = []
    rows = most_rows
    for cell in sorted(cells, key=order):
        if not found or rows + len(cell.rows) > most_rows:
            found.append([])
            rows = 0
        found[-1].append(cell)
        rows += len(cell.rows)
    return found
