"""Exact interventions on a network of numbered layers: parts are channels or units, edges lead one layer on."""

from collections.abc import Sequence
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Apply, Edit
from cutaway.models.graph import LOGITS, Edge
from cutaway.planted.interventions import Interventions
from cutaway.planted.stack import Stack
from cutaway.planted.truth import Ablation, Subject


class StackInterventions(Interventions):
    """An edge is ablated by adding to what its receiver's ReLU is given; maps are linear, so that it is exact."""

    @cached_property
    def stack(self) -> Stack:
        module = self.model.module
        assert isinstance(module, Stack)
        return module

    @cached_property
    def sites(self) -> list[str]:
        return list(dict.fromkeys(part.site for part in self.truth.parts))

    def with_other(self, sender: str, ablation: Ablation) -> Tensor:
        """The sender's whole layer, with the sender ablated."""
        part = self.truth.part(sender)
        which, changed = list(part.indices), self.clean[part.site].clone()
        changed[:, which] = self.other(self.clean[part.site], part.site, ablation)[:, which]
        return changed

    def of(self, subject: Subject, ablation: Ablation) -> list[Edit]:
        if isinstance(subject, Edge):
            return [self.edge(subject, ablation)]
        part = self.truth.part(subject)
        which, value = list(part.indices), self.with_other(subject, ablation)

        def replaced(now: Tensor) -> Tensor:
            changed = now.clone()
            changed[:, which] = value[:, which]
            return changed

        return [Apply(part.site, replaced)]

    def edge(self, edge: Edge, ablation: Ablation) -> Edit:
        """The receiver's own reading, changed."""
        sender = self.truth.part(edge.sender)
        number = sender.layer + 1
        layer, clean = self.stack.layer(number), self.clean[sender.site]
        every = list(range(len(layer.map.get_parameter("weight"))))
        which = every if edge.receiver == LOGITS else list(self.truth.part(edge.receiver).indices)
        with torch.no_grad():
            change = layer.change(clean, self.with_other(edge.sender, ablation), which)

        def added(now: Tensor) -> Tensor:
            changed = now.clone()
            changed[:, which] += change
            return changed

        return Apply(f"module:layers.{number}.map", added)

    def moved(self, edits: Sequence[Sequence[Edit]]) -> Float[Tensor, "subject batch"]:
        metric, clean = self.pairs.metric, self.pairs.clean
        scores = [metric(self.model.run(clean, edit=some).logits) for some in edits]
        return torch.stack(scores) - metric(self.clean.logits)
