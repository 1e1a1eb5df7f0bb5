"""Virtual weights: what two parts, far apart in the model, are to each other through the stream between them.

A neuron's output direction times another neuron's input direction is a weight as good as any that is stored; only the
stream lies between. Heads write and read several directions at once, so between them, or a head and a neuron, stands
the length of a small matrix.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import NoPathError, TooFewError, UnknownEndError
from cutaway.models import Model, Site
from cutaway.models.sites import the_only
from cutaway.techniques.composition.linear_reads import refuse_norms
from cutaway.techniques.composition.linear_writes import refuse_indirect
from cutaway.techniques.composition.prepare import in_words, prepared
from cutaway.techniques.composition.thin_maps import SLOTS, read_at, weight, written_at

WRITERS, READERS = ("z", "mlp_post"), (*SLOTS, "mlp_pre", "mlp_linear")
BLOCK = 1 << 22  # numbers of a block of virtual weights in memory at a time
KEPT = 50


@dataclass(frozen=True, eq=False, repr=False)
class VirtualWeights:
    """The strongest of all virtual weights from `writes` to `reads`, and the spread of all of them.

    `count`: how many there are; `spread`: root mean square of their cosines; by chance it is 1 / sqrt(d_model).
    """

    model: str
    prepare: tuple[str, ...]
    writes: Site
    reads: Site
    value: Float[Tensor, "entry"]
    cosine: Float[Tensor, "entry"]
    sender: Int[Tensor, "entry"]
    reader: Int[Tensor, "entry"]
    count: int
    spread: float
    chance: float

    def __repr__(self) -> str:
        kept, whence = len(self.value), in_words(self.prepare)
        return f"VirtualWeights({self.model}: {self.writes} -> {self.reads}, {kept} of {self.count}, {whence}; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an entry, largest first: the reader as `layer head neuron`, the sender likewise, `value`, `cosine`.

        `slot`: how a head reads; `head` or `neuron` is missing where the end is the other.
        """
        frame = pd.DataFrame(
            {"slot": self.reads.name if self.reads.name in SLOTS else "in"}, index=range(len(self.value))
        )
        for prefix, site, unit in (("", self.reads, self.reader), ("sender_", self.writes, self.sender)):
            frame[f"{prefix}layer"] = site.layer
            for name, here in (("head", not is_neurons(site)), ("neuron", is_neurons(site))):
                frame[f"{prefix}{name}"] = pd.array(unit.tolist() if here else [None] * len(unit), dtype="Int64")
        frame["value"] = self.value.double().numpy()
        frame["cosine"] = self.cosine.double().numpy()
        return frame


def virtual_weights(
    model: Model, writes: str, reads: str, *, keep: int = KEPT, prepare: Sequence[str] = ()
) -> VirtualWeights:
    """The strongest virtual weights from all heads or neurons of one layer to all of a later one.

    `writes`: "z.0" (heads) or "mlp_post.0" (neurons). `reads`: "q.2", "k.2" or "v.2" (heads), "mlp_pre.2", or
    "mlp_linear.2" (neurons; the first is the gate's side where there is a gate).
    Units:  from neuron to neuron the change of the reader's input when the sender rises by one, with its sign. Where an
        end is a head, Frobenius norm of the product of the maps W_V W_O and W_Q W_K^T, W_K W_Q^T, W_V W_O or W_in.
        `cosine` is over the norms of both, from head to head the composition score.
    Cost:   a pass over two short prompts, to see that nothing stands between; products of all with all, in blocks of
        BLOCK numbers, of which the largest `keep` are kept.
    Raises: UnknownEndError; NoPathError unless `reads` comes after `writes`; NormBetweenError and NotStraightError for
        norms of queries and keys and behind a half; UnknownSiteError, AbsentSiteError.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", "virtual weights".
    """
    if keep < 1:
        raise TooFewError("keep", keep, 1)
    sender, reader = end_of(model, writes, "writes", WRITERS), end_of(model, reads, "reads", READERS)
    refuse_no_path(model, sender, reader)
    model = prepared(model, prepare)
    written, read = written_by(model, sender), read_by(model, reader)
    signed = is_neurons(sender) and is_neurons(reader)
    sizes = torch.linalg.matrix_norm(written), torch.linalg.matrix_norm(read)
    value, at, squares = torch.zeros(0), torch.zeros(0, dtype=torch.long), 0.0
    for first, block in blocks(written, read, signed=signed):
        here = sizes[0][first : first + len(block), None] * sizes[1][None]
        squares += float((block / torch.where(here == 0, 1.0, here)).double().square().sum())
        value = torch.cat([value, block.flatten().cpu()])
        at = torch.cat([at, torch.arange(block.numel()) + first * len(read)])
        order = value.abs().argsort(descending=True, stable=True)[:keep]
        value, at = value[order], at[order]
    count = len(written) * len(read)
    one, other = at // len(read), at % len(read)
    product = sizes[0].cpu()[one] * sizes[1].cpu()[other]
    return VirtualWeights(
        model=model.name,
        prepare=tuple(prepare),
        writes=sender,
        reads=reader,
        value=value,
        cosine=value / torch.where(product == 0, 1.0, product),
        sender=one,
        reader=other,
        count=count,
        spread=(squares / count) ** 0.5,
        chance=model.shape.d_model**-0.5,
    )


def blocks(
    written: Float[Tensor, "sender a d_model"], read: Float[Tensor, "reader d_model b"], *, signed: bool
) -> Iterator[tuple[int, Float[Tensor, "some reader"]]]:
    """Virtual weights of a few senders at a time with all readers, and the number of the first of those senders."""
    readers, _, wide = read.shape
    flat = read.permute(1, 0, 2).flatten(1)  # [d_model, reader * b]
    some = max(1, BLOCK // (written.shape[1] * flat.shape[1]))
    for first in range(0, len(written), some):
        product = written[first : first + some] @ flat
        product = product.view(*product.shape[:-1], readers, wide)  # [some, a, reader, b]
        yield first, product[:, 0, :, 0] if signed else product.square().sum(dim=(1, 3)).sqrt()


def is_neurons(site: Site) -> bool:
    """Whether one end is an MLP's neurons, rather than heads."""
    return site.name.startswith("mlp_")


def written_by(model: Model, site: Site) -> Float[Tensor, "sender a d_model"]:
    """What each head or neuron writes, in float32."""
    assert site.layer is not None
    if is_neurons(site):
        return weight(model, "W_out", site.layer)[:, None]
    return written_at(model, site.layer)


def read_by(model: Model, site: Site) -> Float[Tensor, "reader d_model b"]:
    """What each head or neuron reads, in float32."""
    assert site.layer is not None
    if site.name in SLOTS:
        return read_at(model, site.name, site.layer)
    gated = Site("W_gate", site.layer) in model.layout.weights
    name = "W_gate" if gated and site.name == "mlp_pre" else "W_in"
    return weight(model, name, site.layer).T[..., None]


def end_of(model: Model, asked: str, does: str, known: Sequence[str]) -> Site:
    """One end of a virtual weight.

    Raises: UnknownEndError, NormBetweenError, NotStraightError, UnknownSiteError, AbsentSiteError.
    """
    site = the_only(model.resolve(asked), asked, model=model.name)
    if site.name not in known or site.layer is None:
        raise UnknownEndError(asked, does, known)
    if site.name == "mlp_post":
        refuse_indirect(model, "mlp_post")
    elif not is_neurons(site):
        refuse_norms(model, (site.name,))
    return site


def refuse_no_path(model: Model, sender: Site, reader: Site) -> None:
    """Raises: NoPathError if the reader reads the stream before the sender has written, or beside it."""
    assert sender.layer is not None
    assert reader.layer is not None
    if sender.layer < reader.layer:
        return
    why = f"layer {reader.layer} does not come after layer {sender.layer}"
    if sender.layer == reader.layer:
        if not is_neurons(sender) and is_neurons(reader) and Site("resid_mid", sender.layer) in model.taps:
            return
        why = "within a layer only heads write before neurons read, and not where both stand side by side"
    raise NoPathError(model.name, str(sender), str(reader), why)
