"""Successor heads by weights: of all members of an order, does a head raise the one that comes next the most?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import TooFewError
from cutaway.errors.models import NoTokenizerError
from cutaway.models import Model
from cutaway.tasks.words.sequence_continuation import ORDERS
from cutaway.techniques.composition.linear_reads import refuse_norms
from cutaway.techniques.composition.thin_maps import weight
from cutaway.techniques.detectors.weights.reads import Embedding, as_read, token_streams

NO_MEMBER = -9  # of a head that tells the members not apart
LEAST = 4  # members in a row of one token each, for an order to be asked


@dataclass(frozen=True, eq=False, repr=False)
class Successors:
    """By order and head, the share of members for which the next, the same, or the one before has the largest logit."""

    model: str
    members: Mapping[str, int]
    next: Float[Tensor, "order layer head"]
    same: Float[Tensor, "order layer head"]
    before: Float[Tensor, "order layer head"]

    def __repr__(self) -> str:
        best = self.frame.sort_values("value").iloc[-1]
        return f"Successors({self.model}: {best['layer']}.{best['head']} {best['value']:.2f} at most; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head: `layer head value chance same before`, and `next <order>` for each order.

        `value`: share over all members of all orders; `chance`: of a head that raises any member of the order alike.
        """
        _, layers, heads = self.next.shape
        counts = torch.tensor(list(self.members.values()), dtype=torch.float64)
        weights = (counts / counts.sum())[:, None, None]
        table = pd.DataFrame({"layer": np.repeat(np.arange(layers), heads), "head": np.tile(np.arange(heads), layers)})
        for name, part in (("value", self.next), ("same", self.same), ("before", self.before)):
            table[name] = (part * weights).sum(dim=0).flatten().numpy()
        table["chance"] = float((weights.flatten() / (counts + 1)).sum())
        for at, name in enumerate(self.members):
            table[f"next {name}"] = self.next[at].flatten().numpy()
        return table


def successor(
    model: Model, orders: Mapping[str, Sequence[int]] | None = None, *, embedding: Embedding = "after_first_mlp"
) -> Successors:
    """For every head and member of an order, which member its OV circuit raises most.

    `orders`: token ids in their order, by name; by default numbers, days, months and letters, as far as at least four
    in a row are one token each. No position, no bias but the norm's.
    Units:  share of members that have a next one, 0 to 1.
    Cost:   a pass of each member alone through embedding and first MLP; one small product a head.
    Raises: TooFewError if no order is long enough, NoTokenizerError, UnknownChoiceError, NormBetweenError,
        AbsentWeightError.
    Reference: Gould et al. 2023, arXiv:2312.09230, "successor score".
    """
    refuse_norms(model, ("v",))
    known = {name: list(ids) for name, ids in (ordered_tokens(model) if orders is None else orders).items()}
    known = {name: ids for name, ids in known.items() if len(ids) >= LEAST}
    if not known:
        raise TooFewError("tokens of an order", 0, LEAST)
    found = torch.stack([of_order(model, torch.tensor(ids), embedding) for ids in known.values()]).cpu()
    return Successors(model.name, {name: len(ids) - 1 for name, ids in known.items()}, *found.double().unbind(dim=1))


def ordered_tokens(model: Model) -> dict[str, list[int]]:
    """The longest run of each known order whose members are one token each, with a space before them.

    Raises: NoTokenizerError.
    """
    if model.tokenizer is None:
        raise NoTokenizerError(model.name)
    found = {}
    for name, members in ORDERS.items():
        runs: list[list[int]] = [[]]
        for member in members:
            ids = model.tokenizer(f" {member}", add_special_tokens=False)["input_ids"]
            runs = [*runs[:-1], [*runs[-1], int(ids[0])]] if len(ids) == 1 else [*runs, []]
        found[name] = max(runs, key=len)
    return found


@torch.no_grad()
def of_order(model: Model, ids: Int[Tensor, "member"], embedding: Embedding) -> Float[Tensor, "three layer head"]:
    """Shares of members, the last left out, whose largest logit within the order is the next, the same, the former."""
    stream, unembed = token_streams(model, ids, embedding)[:-1], weight(model, "W_U")[:, ids]
    members, found = torch.arange(len(ids) - 1), []
    for layer in range(model.shape.n_layers):
        read = as_read(model, layer, stream)
        w_v, w_o = weight(model, "W_V", layer), weight(model, "W_O", layer)
        logits = torch.einsum("td,hde,hem,mn->htn", read, w_v, w_o, unembed).cpu()
        best = torch.where(is_flat(logits), NO_MEMBER, logits.argmax(dim=-1))
        found.append(torch.stack([(best == members + by).float().mean(dim=1) for by in (1, 0, -1)]))
    return torch.stack(found, dim=1)


def is_flat(logits: Float[Tensor, "head member n"]) -> Tensor:
    """Whether a head tells the members not apart at all."""
    return logits.amax(dim=-1) - logits.amin(dim=-1) <= 1e-6 * logits.abs().amax(dim=-1).clamp(min=1.0)
