"""Hold every statement of a truth against exact interventions.

A part is ablated where it writes; an edge where one part reads another: the receiver's query, key, value or neurons
get what they would have read if the sender had written something else, and everybody else reads on as before. In a
model without norms that is an addition, and exact.
"""

from collections.abc import Sequence
from functools import cached_property

import pandas as pd
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.planted import UntrueError
from cutaway.models import Add, Edit, Replace, sweep
from cutaway.planted.intervene import Interventions
from cutaway.planted.planted import Planted
from cutaway.planted.stack import Stack
from cutaway.planted.truth import EMBED, LOGITS, POSITIONS, Ablation, Edge, Subject
from cutaway.planted.verify_modules import StackInterventions

MOVES = 0.1  # share of the clean score that a statement which says "moves" must reach on some prompt


class Intervener(Interventions):
    """Those of a transformer: heads and neurons, and edges through the residual stream."""

    @cached_property
    def sites(self) -> list[str]:
        kinds = {part.kind for part in self.truth.parts}
        named = ["embed", *(["z"] if "head" in kinds else []), *(["mlp_post"] if "neurons" in kinds else [])]
        return [*named, *(["pos_embed"] if any(edge.sender == POSITIONS for edge in self.truth.edges) else [])]

    def of(self, subject: Subject, ablation: Ablation) -> list[Edit]:
        if isinstance(subject, Edge):
            return self.edge(subject, ablation)
        part = self.truth.part(subject)
        if part.kind == "head":
            site = f"z.{part.layer}"
            whole = self.other(self.clean[site], site, ablation)
            return [Replace(site, whole[:, :, part.head], head=part.head)]
        site = f"mlp_post.{part.layer}"
        return [
            Replace(
                site, self.other(self.clean[site], site, ablation)[:, :, list(part.indices)], neuron=list(part.indices)
            )
        ]

    def change(self, sender: str, ablation: Ablation) -> Float[Tensor, "batch pos d_model"]:
        """What ablating a sender adds to the residual stream."""
        if sender in (EMBED, POSITIONS):
            site = "embed" if sender == EMBED else "pos_embed"
            value = self.clean[site].expand(len(self.pairs), -1, -1)
            return self.other(self.clean[site], site, ablation).expand_as(value) - value
        part = self.truth.part(sender)
        if part.kind == "head":
            site = f"z.{part.layer}"
            change = self.other(self.clean[site], site, ablation) - self.clean[site]
            return change[:, :, part.head] @ self.model.weight("W_O", part.layer)[part.head]
        site, which = f"mlp_post.{part.layer}", list(part.indices)
        change = self.other(self.clean[site], site, ablation) - self.clean[site]
        return change[:, :, which] @ self.model.weight("W_out", part.layer)[which]

    def edge(self, edge: Edge, ablation: Ablation) -> list[Edit]:
        """The receiver's own reading, changed."""
        change = self.change(edge.sender, ablation)
        if edge.receiver == LOGITS:
            return [Add(f"resid_post.{self.model.shape.n_layers - 1}", change)]
        part = self.truth.part(edge.receiver)
        if part.kind == "neurons":
            which = list(part.indices)
            return [
                Add(f"mlp_pre.{part.layer}", change @ self.model.weight("W_in", part.layer)[:, which], neuron=which)
            ]
        weight = self.model.weight(f"W_{edge.slot.upper()}", part.layer)[part.head]
        return [Add(f"{edge.slot}.{part.layer}", change @ weight, head=part.head)]

    def moved(self, edits: Sequence[Sequence[Edit]]) -> Float[Tensor, "subject batch"]:
        swept = sweep(self.model, self.pairs.clean, edits, self.pairs.metric, mask=self.pairs.mask)
        return swept.scores - swept.base


def verify(planted: Planted, *, rows: int = 64, seed: int = 0) -> pd.DataFrame:
    """One row per statement: what was ablated, by which ablation, and the largest move of the metric on any prompt.

    Units:  `effect` is a share of the mean clean score; `holds` compares it with MOVES or with the truth's tolerance.
    Cost:   two forward passes and one sweep per ablation, over all statements.
    """
    kind = StackInterventions if isinstance(planted.module, Stack) else Intervener
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
            raise UntrueError(planted.name, "no", [f"it is right on {float(right.mean()):.0%} of its prompts"])
    table = verify(planted, rows=rows, seed=seed)
    wrong = table[~table["holds"]]
    for ablation, rows_of in wrong.groupby("ablation", sort=False):
        faults = [f"{row.statement}: measured {row.effect:.2g} of the clean score" for row in rows_of.itertuples()]
        raise UntrueError(planted.name, str(ablation), faults)
