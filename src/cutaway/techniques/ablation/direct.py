"""What every head and MLP adds to a difference of logits straight, with the last norm's divisor held as it was."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.ablation import NotLinearError
from cutaway.models import Edit, Metric, Model, Replace
from cutaway.models.pairs import Pairs
from cutaway.models.sites import Site
from cutaway.models.trace import Trace

SCALE = "ln_final_scale"


@dataclass(frozen=True, eq=False)
class Direct:
    """Reads, from runs on the clean prompts, what each part writes along the direction that the metric reads.

    The direction is the metric's gradient at the last stream while the divisor is fixed: of a metric that is linear in
    the logits, with the norm's weights and centring in it.
    """

    model: Model
    pairs: Pairs
    metric: Metric

    def __post_init__(self) -> None:
        if self.metric.unit != "logits":
            raise NotLinearError(self.metric.name, self.metric.unit)

    @cached_property
    def stream(self) -> str:
        """The last stream, which the last norm reads."""
        return f"resid_post.{self.model.shape.n_layers - 1}"

    @cached_property
    def sites(self) -> list[str]:
        """What every run must show."""
        names = {site.name for site in self.model.sites}
        parts = [name for name in ("z", "mlp_out") if name in names]
        return [*parts, self.stream, *([SCALE] if Site(SCALE) in self.model.taps else [])]

    def run(self, edits: list[Edit]) -> Trace:
        """A run on the clean prompts."""
        return self.model.run(self.pairs.clean, read=self.sites, edit=edits, mask=self.pairs.mask)

    @cached_property
    def clean(self) -> Trace:
        return self.run([])

    @cached_property
    def direction(self) -> Float[Tensor, "batch pos d_model"]:
        """What one unit of the last stream adds to the metric."""
        fixed = [Replace(SCALE, self.clean[SCALE])] if SCALE in self.sites else []
        trace = self.model.run(
            self.pairs.clean, read=[self.stream], edit=fixed, mask=self.pairs.mask, gradient_of=self.metric
        )
        return trace.grad[self.stream]

    @cached_property
    def read_by_head(self) -> list[Float[Tensor, "batch pos head d_head"]]:
        """The same for the z of every head, by layer."""
        return [
            torch.einsum("bpd,hed->bphe", self.direction, self.model.weight("W_O", layer).detach().to(self.direction))
            for layer in range(self.model.shape.n_layers)
        ]

    def written(self, trace: Trace) -> Float[Tensor, "part batch"]:
        """What each part of `names` adds to the metric in a run, at the clean run's divisor."""
        found = []
        for layer, read in enumerate(self.read_by_head):
            found += list((trace[f"z.{layer}"] * read).sum(dim=(1, 3)).T)
            if f"mlp_out.{layer}" in trace:
                found.append((trace[f"mlp_out.{layer}"] * self.direction).sum(dim=(1, 2)))
        return torch.stack(found).double()

    def scale_effect(self, trace: Trace) -> Float[Tensor, "batch"]:
        """What the run's own divisor, in place of the clean run's, adds to the metric."""
        if SCALE not in trace:
            return torch.zeros(len(self.pairs), dtype=torch.float64)
        grown = self.clean[SCALE] / trace[SCALE] - 1
        return (trace[self.stream] * self.direction * grown).sum(dim=(1, 2)).double()
