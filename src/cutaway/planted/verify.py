"""Hold every statement of a truth against exact interventions.

A part is ablated where it writes; an edge where one part reads another: the receiver gets what it would have read if
the sender had written something else, and everybody else reads on as before. Zero and mean are tried on the clean
prompts of the first corruption, which must therefore show every kind of prompt.
"""

import pandas as pd

from cutaway.errors.planted import UntrueError
from cutaway.planted.planted import Planted
from cutaway.planted.stack import Stack
from cutaway.planted.stack_interventions import StackInterventions
from cutaway.planted.transformer_interventions import TransformerInterventions

MOVES = 0.1  # share of the clean score that a statement which says "moves" must reach on some prompt


def verify(planted: Planted, *, rows: int = 64, seed: int = 0) -> pd.DataFrame:
    """One row per statement: what was ablated, by which ablation, and the largest move of the metric on any prompt.

    Units:  `effect` is a share of the mean clean score; `holds` compares it with MOVES or with the truth's tolerance.
    Cost:   two forward passes and one sweep per ablation, over all statements.
    """
    kind = StackInterventions if isinstance(planted.model.module, Stack) else TransformerInterventions
    workers = {one.name: kind(planted.model, planted.truth, one.pairs(rows, seed)) for one in planted.corruptions}
    first = next(iter(workers.values()))
    found = []
    for ablation in planted.truth.ablations:
        statements, at_work = planted.truth.about(ablation), workers.get(ablation, first)
        clean = float(at_work.pairs.metric(at_work.clean.logits).mean())
        effects = at_work.effects([sorted(one.of, key=str) for one in statements], ablation)
        for statement, effect in zip(statements, effects.abs().amax(dim=1).tolist(), strict=True):
            share = effect / abs(clean)
            holds = share >= MOVES if statement.moves else share <= planted.truth.tolerance
            found.append(
                {"what": " + ".join(sorted(map(str, statement.of))), "ablation": ablation, "moves": statement.moves}
                | {"effect": share, "holds": holds, "why": statement.why, "statement": statement}
            )
    return pd.DataFrame(found)


def check(planted: Planted, *, rows: int = 64, seed: int = 0) -> None:
    """Raises: UntrueError if the model does not solve its task, or a statement about it does not hold."""
    for corruption in planted.corruptions:
        pairs = corruption.pairs(rows, seed)
        right = pairs.accuracy(planted.model.run(pairs.clean, mask=pairs.mask).logits)
        if float(right.min()) < 1:
            raise UntrueError(planted.name, [f"it is right on {float(right.mean()):.0%} of its prompts"])
    table = verify(planted, rows=rows, seed=seed)
    wrong = table[~table["holds"]]
    if len(wrong):
        faults = [f"{row.statement}: measured {row.effect:.2g} of the clean score" for row in wrong.itertuples()]
        raise UntrueError(planted.name, faults)
