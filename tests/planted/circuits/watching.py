"""What a planted model does on a prompt that was written down by hand."""

import torch
from torch import Tensor

from cutaway.models import Zero
from cutaway.planted import Planted


def without(planted: Planted, *names: str) -> list[Zero]:
    """The edits that take parts away."""
    edits = []
    for part in map(planted.truth.part, names):
        chosen = {"head": part.head} if part.kind == "head" else {"neuron": list(part.indices)}
        edits.append(Zero(part.site, **chosen))
    return edits


def last_logits(planted: Planted, prompt: list[int], *removed: str) -> Tensor:
    """Logits at the end of a prompt, by token."""
    return planted.model.run(torch.tensor([prompt]), edit=without(planted, *removed)).logits[0, -1]


def answer(planted: Planted, prompt: list[int], *removed: str) -> int:
    """The likeliest token at the end of a prompt."""
    return int(last_logits(planted, prompt, *removed).argmax())


def pattern(planted: Planted, head: str, prompt: list[int], *removed: str, query: int = -1) -> Tensor:
    """What a head looks at from one position, by key."""
    part = planted.truth.part(head)
    site = f"pattern.{part.layer}"
    return planted.model.run(torch.tensor([prompt]), read=[site], edit=without(planted, *removed))[site][
        0, part.head, query
    ]


def looks_at(planted: Planted, head: str, prompt: list[int], *removed: str, query: int = -1) -> int | None:
    """Where more than half of a head's attention goes; None if nowhere."""
    row = pattern(planted, head, prompt, *removed, query=query)
    return int(row.argmax()) if float(row.max()) > 0.5 else None


def fires(planted: Planted, neurons: str, prompt: list[int]) -> list[int]:
    """The positions at which any neuron of a group is on."""
    part = planted.truth.part(neurons)
    on = planted.model.run(torch.tensor([prompt]), read=[part.site])[part.site][0][:, list(part.indices)] > 0
    return on.any(dim=1).nonzero().flatten().tolist()


def written(planted: Planted, space: str, site: str, prompt: list[int]) -> Tensor:
    """What is in a space of the residual stream at the end of a prompt, by axis."""
    return planted.model.run(torch.tensor([prompt]), read=[site])[site][0, -1] @ planted.truth.directions[space].T


def shuffled_share(planted: Planted, *, twins: int = 8) -> float:
    """How often shuffled twins are right."""
    pairs = planted.sample(64, 0)
    runs = [planted.twin(seed=seed).run(pairs.clean).logits for seed in range(twins)]
    return float(torch.stack([pairs.accuracy(logits) for logits in runs]).mean())
