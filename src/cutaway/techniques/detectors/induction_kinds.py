"""Two ways to do induction, told apart: does a head find the place by its keys, or by its queries?

A classic induction head looks for a token whose *key* says "the one before me was yours": a previous-token head told it
so. A pointer head's *query* knows where the earlier copy was, because a duplicate-token head told it, and looks one
further, whatever stands there. Both look at the same token, so no pattern tells them apart. What does is to take away
the earlier copy from the keys alone, or from the queries alone.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models import Model, Replace
from cutaway.techniques.ablation.measure import Resamples, ends

LENGTH, LEAST = 48, 8  # tokens of a prompt, at most and at least
LOOKS_FLOOR = 0.05  # attention on the target below which a head does no induction, of either kind
ALONE = 0.8  # a head whose score is beyond this works in one way; between, in both


@dataclass(frozen=True, eq=False, repr=False)
class InductionKinds:
    """Attention of every head to the token after the earlier copy, by prompt: as it is, and with the copy taken away.

    `without_key`, `without_query`: from the head's keys, or its queries, alone; `without`: from the whole prompt.
    """

    model: str
    clean: Float[Tensor, "layer head batch"]
    without_key: Float[Tensor, "layer head batch"]
    without_query: Float[Tensor, "layer head batch"]
    without: Float[Tensor, "layer head batch"]

    def __repr__(self) -> str:
        kinds = self.frame["kind"].value_counts().to_dict()
        return f"InductionKinds({self.model}: {kinds}; .frame)"

    @cached_property
    def looks(self) -> Float[Tensor, "layer head"]:
        """What of a head's attention to the target is there because of the copy."""
        return self.clean.mean(dim=-1) - self.without.mean(dim=-1)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head: `layer head attention without without_key without_query value low high kind n`.

        `value`: 1 where only keys matter (classic), -1 where only queries do (pointer); with a bootstrap interval over
        prompts. `kind`: by the interval, `both` where it is clear of neither end; empty for a head that does not look
        at the target because of the copy. Those have no value.
        """
        layers, heads, rows = self.clean.shape
        runs = [part.flatten(0, 1) for part in (self.clean, self.without_key, self.without_query)]
        draws = Resamples.of(rows, seed=0)
        low, high = ends(by_keys(*(draws.means(part) for part in runs)))
        value = by_keys(*(part.mean(dim=1) for part in runs)).numpy()
        looks = (self.looks >= LOOKS_FLOOR).flatten().numpy()
        kind = np.select([~looks, low > ALONE, high < -ALONE], ["", "classic", "pointer"], "both")
        columns = {
            "attention": self.clean.mean(dim=-1).numpy(),
            "without": self.without.mean(dim=-1).numpy(),
            "without_key": self.without_key.mean(dim=-1).numpy(),
            "without_query": self.without_query.mean(dim=-1).numpy(),
            **{name: np.where(looks, each, np.nan) for name, each in (("value", value), ("low", low), ("high", high))},
            "kind": kind,
        }
        table = pd.DataFrame({name: each.reshape(-1) for name, each in columns.items()})
        table.insert(0, "layer", np.repeat(np.arange(layers), heads))
        table.insert(1, "head", np.tile(np.arange(heads), layers))
        return table.assign(n=rows)


def by_keys(clean: Tensor, without_key: Tensor, without_query: Tensor) -> Tensor:
    """(lost by keys - lost by queries) / (lost by keys + lost by queries); nan where neither loses anything."""
    keys, queries = (clean - without_key).clamp(min=0), (clean - without_query).clamp(min=0)
    return (keys - queries) / (keys + queries)


def induction_kinds(model: Model, *, rows: int = 64, seed: int = 0) -> InductionKinds:
    """Tell classic induction heads from those that follow a pointer, for every head of a model.

    Prompts are different random tokens, the last of which was seen before; on the corrupted ones another token stands
    in its earlier place. For each head, the keys, or the queries, are those of the corrupted prompt, all before the
    head as on the clean one.
    Units:  shares of attention; the score from -1 (pointer) to 1 (classic).
    Cost:   two forward passes, and two up to each layer. Memory: patterns of one layer, queries and keys of all.
    Raises: TaskArgumentError for a context or vocabulary that holds no such prompt; AbsentSiteError.
    Reference: problem 6.23; the two mechanisms after Olsson et al. 2022, arXiv:2209.11895, "K-composition" and "pointer
        arithmetic"; the measure is ours.
    """
    tokens, corrupted, target = shown_before(model, rows=rows, seed=seed)
    other = model.run(corrupted, read=["q", "k"], logits=False)
    found: dict[str, list[Tensor]] = {name: [] for name in ("clean", "without_key", "without_query", "without")}
    for layer in range(model.shape.n_layers):
        site = f"pattern.{layer}"
        runs = {
            "clean": (tokens, []),
            "without_key": (tokens, [Replace(f"k.{layer}", other[f"k.{layer}"])]),
            "without_query": (tokens, [Replace(f"q.{layer}", other[f"q.{layer}"])]),
            "without": (corrupted, []),
        }
        for name, (prompts, edits) in runs.items():
            pattern = model.run(prompts, read=[site], edit=edits, logits=False)[site]
            looked = pattern[torch.arange(rows), :, -1, target.to(pattern.device)]
            found[name].append(looked.T.double().cpu())
    return InductionKinds(model.name, **{name: torch.stack(layers) for name, layers in found.items()})


def shown_before(
    model: Model, *, rows: int, seed: int
) -> tuple[Int[Tensor, "batch pos"], Int[Tensor, "batch pos"], Int[Tensor, "batch"]]:
    """Clean and corrupted prompts, and the place after the earlier copy.

    Raises: TaskArgumentError.
    """
    shape = model.shape
    length = min(LENGTH, shape.n_ctx, shape.d_vocab - 2)
    if length < LEAST:
        fault = f"a context of {shape.n_ctx} and {shape.d_vocab} tokens hold no prompt of {LEAST} different ones"
        raise TaskArgumentError("induction kinds", fault, "Take a model with more of both.")
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([torch.randperm(shape.d_vocab, generator=generator)[: length + 2] for _ in range(rows)])
    if model.bos is not None:
        drawn = torch.where(drawn == model.bos, drawn[:, -1:], drawn)
    tokens, row = drawn[:, :length].clone(), torch.arange(rows)
    if model.bos is not None:
        tokens[:, 0] = model.bos
    first = torch.randint(1, length - 3, (rows,), generator=generator)
    tokens[:, -1] = tokens[row, first]
    corrupted = tokens.clone()
    corrupted[row, first] = drawn[:, length]
    return tokens, corrupted, first + 1
