"""The last stream as a sum of parts, and what each of them is along a direction.

The stream is what enters the first block and what every half writes. A half is cut further into heads and the bias of
their map, heads by the position they read from, an MLP into neurons and a bias. Nothing of size d_model is kept for a
head or a neuron: the direction is taken back through the map that writes, once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.attribution import UnknownSplitError
from cutaway.models import Model, Trace
from cutaway.models.sites import Site
from cutaway.techniques.attribution.directions import at_positions

READ: Mapping[str, tuple[str, ...]] = {
    "component": ("attn_out", "mlp_out"),
    "head": ("z", "mlp_out"),
    "source": ("pattern", "v", "mlp_out"),
    "neuron": ("attn_out", "mlp_post"),
}
SAME = 1e-5  # of the largest number of a stream: below it two are equal but for rounding

Label = dict[str, object]
Along = tuple[list[Label], Float[Tensor, "part batch n"]]


@dataclass(frozen=True, eq=False)
class Parts:
    """How a model's last stream is cut, and how each part is taken along directions [batch, n, d_model]."""

    model: Model
    by: str

    def __post_init__(self) -> None:
        if self.by not in READ:
            raise UnknownSplitError(self.by, list(READ))

    @property
    def sites(self) -> list[Site]:
        """What has to be read.

        Raises: AbsentSiteError for a model that has no such parts.
        """
        entering = [one for one in (Site("embed"), Site("pos_embed"), Site("resid_pre", 0)) if one in self.model.taps]
        wanted = [name for name in READ[self.by] if name != "mlp_out" or self.has("mlp_out")]
        return [*entering, *(site for name in wanted for site in self.model.resolve(name))]

    def has(self, name: str) -> bool:
        """Whether any layer has this site."""
        return any(site.name == name for site in self.model.taps)

    def along(
        self, trace: Trace, at: Int[Tensor, "batch n"], along: Float[Tensor, "batch n d_model"]
    ) -> Iterator[Along]:
        """Every part of the stream at some positions, layer by layer: its labels, and its share."""
        yield self.entering(trace, at, along)
        for layer in range(self.model.shape.n_layers):
            if self.by in ("component", "neuron"):
                yield whole(trace, Site("attn_out", layer), at, along)
            else:
                yield self.heads(trace, layer, at, along)
                yield from self.bias("b_O", layer, along)
            if self.by == "neuron" and Site("mlp_post", layer) in self.model.taps:
                yield self.neurons(trace, layer, at, along)
                yield from self.bias("b_out", layer, along)
            elif Site("mlp_out", layer) in self.model.taps:
                yield whole(trace, Site("mlp_out", layer), at, along)

    def entering(self, trace: Trace, at: Tensor, along: Tensor) -> Along:
        """What enters the first block: token and position embeddings if it is their sum, or that of tokens alone."""
        stream = at_positions(trace["resid_pre.0"], at).float()
        pieces = {name: trace[name].expand_as(trace["resid_pre.0"]) for name in ("embed", "pos_embed") if name in trace}
        found = {name: at_positions(piece, at).float() for name, piece in pieces.items()}
        size = SAME * float(stream.abs().max())
        for names in (("embed", "pos_embed"), ("embed",)):
            if all(name in found for name in names) and bool(
                ((sum(found[name] for name in names) - stream).abs() <= size).all()
            ):
                values = torch.stack([(found[name] * along).sum(dim=-1) for name in names])
                return [{"component": name} for name in names], values
        return [{"component": "resid_pre", "layer": 0}], (stream * along).sum(dim=-1)[None]

    def heads(self, trace: Trace, layer: int, at: Tensor, along: Tensor) -> Along:
        """Each head's z through its own rows of the output map; by source, each position's value weighed."""
        read = torch.einsum("bnm,hdm->bnhd", along, self.model.weight("W_O", layer).float())
        heads = range(read.shape[2])
        if self.by == "head":
            z = at_positions(trace[f"z.{layer}"], at).float()
            labels: list[Label] = [{"component": "head", "layer": layer, "head": head} for head in heads]
            return labels, (read * z).sum(dim=-1).permute(2, 0, 1)
        value = trace[f"v.{layer}"].float()
        value = value.repeat_interleave(read.shape[2] // value.shape[2], dim=2)
        pattern = at_positions(trace[f"pattern.{layer}"].transpose(1, 2), at).float()[..., : value.shape[1]]
        shares = pattern * torch.einsum("bnhd,bkhd->bnhk", read, value)
        labels = [
            {"component": "head", "layer": layer, "head": head, "source": source}
            for head in heads
            for source in range(value.shape[1])
        ]
        return labels, shares.permute(2, 3, 0, 1).flatten(0, 1)

    def neurons(self, trace: Trace, layer: int, at: Tensor, along: Tensor) -> Along:
        """Each neuron's activation times its output direction."""
        read = along @ self.model.weight("W_out", layer).float().T
        shares = read * at_positions(trace[f"mlp_post.{layer}"], at).float()
        labels: list[Label] = [
            {"component": "neuron", "layer": layer, "neuron": neuron} for neuron in range(shares.shape[-1])
        ]
        return labels, shares.permute(2, 0, 1)

    def bias(self, name: str, layer: int, along: Tensor) -> Iterator[Along]:
        """What a map adds of its own, where it has a bias."""
        if Site(name, layer) in self.model.layout.weights:
            yield [{"component": name, "layer": layer}], (along @ self.model.weight(name, layer).float())[None]


def whole(trace: Trace, site: Site, at: Tensor, along: Tensor) -> Along:
    """All that one half writes."""
    written = at_positions(trace[site], at).float()
    return [{"component": site.name, "layer": site.layer}], (written * along).sum(dim=-1)[None]


def first_wrong(model: Model, tokens: Tensor, mask: Tensor | None, sites: Sequence[str]) -> str:
    """In words, the first layer whose stream is not the sum of what enters it and what its halves write.

    Cost: a forward pass over the first prompt.
    """
    halves = [name for name in ("attn_out", "mlp_out") if any(site.name == name for site in model.taps)]
    read = ["resid_pre", "resid_post", *halves, *(name for name in sites if name == "z")]
    trace = model.run(tokens[:1], read=read, mask=None if mask is None else mask[:1], logits=False)
    for layer in range(model.shape.n_layers):
        total = trace[f"resid_pre.{layer}"] + sum(trace[f"{name}.{layer}"] for name in halves)
        after = trace[f"resid_post.{layer}"]
        if float((total - after).abs().max()) > 1e-3 * float(after.abs().max()):
            return f"Layer {layer} is the first whose stream is not what enters it plus {' and '.join(halves)}."
    return (
        "The stream itself adds up: the parts are not what the output maps write, or the logits are not linear in it."
    )
