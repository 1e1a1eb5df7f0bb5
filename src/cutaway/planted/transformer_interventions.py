"""Exact interventions on a toy transformer: parts are heads and neurons, edges lead through the residual stream.

Everybody but the receiver reads on as before. In a model without norms that is an addition, and exact.
"""

from collections.abc import Sequence
from functools import cached_property

from jaxtyping import Float
from torch import Tensor

from cutaway.models import Add, Edit, Replace, sweep
from cutaway.models.graph import EMBED, LOGITS, POSITIONS, Edge
from cutaway.planted.interventions import Interventions
from cutaway.planted.truth import Ablation, Subject


class TransformerInterventions(Interventions):
    """An edge is ablated by adding to its receiver's query, key, value or neurons what it would read otherwise."""

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
        site, which = f"mlp_post.{part.layer}", list(part.indices)
        whole = self.other(self.clean[site], site, ablation)
        return [Replace(site, whole[:, :, which], neuron=which)]

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
            read = change @ self.model.weight("W_in", part.layer)[:, which]
            return [Add(f"mlp_pre.{part.layer}", read, neuron=which)]
        weight = self.model.weight(f"W_{edge.slot.upper()}", part.layer)[part.head]
        return [Add(f"{edge.slot}.{part.layer}", change @ weight, head=part.head)]

    def moved(self, edits: Sequence[Sequence[Edit]]) -> Float[Tensor, "subject batch"]:
        swept = sweep(self.model, self.pairs.clean, edits, self.pairs.metric, mask=self.pairs.mask)
        return swept.scores - swept.base
