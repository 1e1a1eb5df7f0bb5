"""Copy suppression in running text: heads that look where the token stood which is about to be said, and take it back.

What is about to be said is read from the stream before each layer, by the last norm and the unembedding: after a head
that suppresses it, the model may say something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.detectors import NothingAskedError
from cutaway.models import Model, Replace
from cutaway.models.answers import NONE, Answers
from cutaway.models.pairs import Pairs
from cutaway.techniques.detectors.roles.asked import Asked
from cutaway.techniques.detectors.roles.evidence import Evidence
from cutaway.techniques.detectors.roles.role import COPY_SUPPRESSION
from cutaway.techniques.detectors.roles.score_roles import COLUMNS, PROMPTS, RoleScores, plain

LIKELY = 0.1  # of a token that is about to be said, at least


@dataclass(frozen=True, eq=False, repr=False)
class SuppressionInText:
    """By layer, the scores of all heads on what is about to be said before that layer; its own heads' count."""

    model: str
    layers: Mapping[int, RoleScores]

    def __repr__(self) -> str:
        names = ", ".join(f"{layer}.{head}" for layer, head in self.found) or "no head"
        return f"SuppressionInText({self.model}: {names}; .frame)"

    @property
    def found(self) -> list[tuple[int, int]]:
        """The heads that suppress copies."""
        return [(at, head) for at, scores in self.layers.items() for layer, head in scores.found if layer == at]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head, as `RoleScores.frame`; no rows for layers before which nothing said is predicted again."""
        tables = [scores.frame[scores.frame["layer"] == layer] for layer, scores in self.layers.items()]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def suppression_in_text(model: Model, tokens: Int[Tensor, "batch pos"], *, seed: int = 0) -> SuppressionInText:
    """Score every head on looking at, and lowering, what is about to be said again; at one place of each row.

    Its rival, which is the control, is another token that was said before.
    Units:  logits of the lead that is taken from the predicted token, times attention.
    Cost:   for each layer three forward passes and a backward pass over the rows; memory of their patterns and z.
    Raises: NothingAskedError if before no layer enough rows predict what they have said; NotStraightError.
    Reference: McDougall et al. 2023, arXiv:2310.04625.
    """
    found, most = {}, 0
    for layer in range(model.shape.n_layers):
        pairs = predicted_again(model, tokens, layer, seed=seed)
        most = max(most, len(pairs))
        if len(pairs) >= PROMPTS:
            found[layer] = plain(Evidence(model, Asked(pairs)), COPY_SUPPRESSION)
    if not found:
        raise NothingAskedError(model.name, most, PROMPTS)
    return SuppressionInText(model.name, found)


@torch.no_grad()
def about_to_say(model: Model, tokens: Int[Tensor, "batch pos"], layer: int) -> Int[Tensor, "batch pos"]:
    """The likeliest next token by the stream before a layer; NONE where it is not likely."""
    site = f"resid_pre.{layer}"
    stream = model.run(tokens, read=[site], logits=False)[site]
    logits: Float[Tensor, "batch pos v"] = model.run(
        tokens, edit=[Replace(f"resid_post.{model.shape.n_layers - 1}", stream)]
    ).logits
    probability, token = logits.float().softmax(dim=-1).max(dim=-1)
    return torch.where(probability >= LIKELY, token, NONE).cpu()


def predicted_again(model: Model, tokens: Int[Tensor, "batch pos"], layer: int, *, seed: int) -> Pairs:
    """The rows that somewhere are about to say what they said before: the last such place, and another said token."""
    predicted = about_to_say(model, tokens, layer)
    places = torch.arange(tokens.shape[1])
    earlier = places[None, :] < places[:, None]
    again = (tokens[:, None, :] == predicted[:, :, None]) & earlier
    at = (again.any(dim=2) * places).amax(dim=1)
    row = torch.arange(len(tokens))
    right = predicted[row, at]
    others = (places < at[:, None]) & (tokens != right[:, None])
    keep = again[row, at].any(dim=1) & others.any(dim=1)
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.multinomial(
        torch.where(others.any(dim=1, keepdim=True), others, True).double(), 1, generator=generator
    )
    rival = torch.where(keep, tokens.gather(1, chosen)[:, 0], NONE)
    answers = Answers(at[keep, None], right[keep, None, None], rival[keep, None, None])
    return Pairs(tokens[keep], tokens[keep], answers)
