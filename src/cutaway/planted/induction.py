"""A two-layer attention-only transformer compiled by hand, with two kinds of induction head and many decoys.

Layer 0 holds a previous-token head and a duplicate-token head. Layer 1 holds an induction head that finds the
token after an earlier copy by what the previous-token head wrote (K-composition), and one that finds it by the
place that the duplicate-token head wrote (a pointer, moved one on). Both copy what they see into the logits.
Beside them are heads that look like them to a careless detector: fixed offsets of two, three and four, heads
with the true patterns that copy nothing, and same-norm shuffles.

Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; Olsson et al. 2022, arXiv:2209.11895.
"""

import torch
from torch import Tensor

from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.models.wrap import wrap
from cutaway.planted.blueprint import HeadPlan, Rooms, compile_head, random_rotation, shift, shuffled
from cutaway.planted.truth import Planted, Truth, described

COPY_LOGIT = 4.0  # added to the copied token's logit by each induction head
BIGRAM_LOGIT = 2.0  # added to the usual successor's logit by the current-token head
HEADS = 9


def offset_head(kind: str, by: int, rooms: Rooms, *, target: str) -> HeadPlan:
    """Looks a fixed number of positions back and carries the token it finds."""
    places, tokens = torch.eye(rooms.context), torch.eye(rooms.vocab)
    return HeadPlan(
        kind,
        f"position p looks at p - {by}; carries the token to '{target}'",
        query={"position": shift(rooms.context, by)},
        key={"position": places},
        carries=("token", target, tokens),
    )


def equal_token_head(kind: str, rooms: Rooms, carries: tuple[str, str, Tensor]) -> HeadPlan:
    """Looks at earlier copies of the token it stands on, never at itself."""
    tokens, places = torch.eye(rooms.vocab), torch.eye(rooms.context)
    return HeadPlan(
        kind,
        f"looks at earlier equal tokens; carries '{carries[0]}' to '{carries[1]}'",
        query={"token": tokens, "position": -places},
        key={"token": tokens, "position": places},
        carries=carries,
    )


def after_copy_head(kind: str, rooms: Rooms, *, target: str, logit: float) -> HeadPlan:
    """Looks at tokens whose previous token is the one it stands on: induction by K-composition."""
    tokens = torch.eye(rooms.vocab)
    return HeadPlan(
        kind,
        f"looks where the previous token equals its own; carries the token to '{target}'",
        query={"token": tokens},
        key={"previous": tokens},
        carries=("token", target, logit * tokens),
    )


def pointer_head(rooms: Rooms) -> HeadPlan:
    """Looks one past the place that the duplicate-token head reported: induction by a pointer."""
    return HeadPlan(
        "induction",
        "looks one past the place written by the duplicate-token head; carries the token to 'logits'",
        query={"copy_at": shift(rooms.context, -1)},
        key={"position": torch.eye(rooms.context)},
        carries=("token", "logits", COPY_LOGIT * torch.eye(rooms.vocab)),
        rests=0.1,
    )


def resting_head(rooms: Rooms) -> HeadPlan:
    """Always looks at the first position: a head at rest."""
    return HeadPlan(
        "first_token",
        "looks at the first position, where there is nothing to carry",
        carries=("token", "unread", torch.eye(rooms.vocab)),
        rests=1.0,
    )


def bigram_head(rooms: Rooms, successor: Tensor) -> HeadPlan:
    """Looks at itself and raises the logit of its token's usual successor."""
    follows = torch.zeros(rooms.vocab, rooms.vocab)
    follows[torch.arange(rooms.vocab), successor] = BIGRAM_LOGIT
    return HeadPlan(
        "current_token",
        "looks at itself; raises the logit of the usual successor",
        query={"position": torch.eye(rooms.context)},
        key={"position": torch.eye(rooms.context)},
        carries=("token", "logits", follows),
    )


def first_layer(rooms: Rooms, successor: Tensor) -> list[HeadPlan]:
    """Seven plans; two shuffles of the true heads are added when they are compiled."""
    tokens, places = torch.eye(rooms.vocab), torch.eye(rooms.context)
    return [
        offset_head("previous_token", 1, rooms, target="previous"),
        equal_token_head("duplicate_token", rooms, ("position", "copy_at", places)),
        offset_head("two_back", 2, rooms, target="unread"),
        offset_head("four_back", 4, rooms, target="unread"),
        equal_token_head("equal_tokens_copying_nothing", rooms, ("token", "unread", tokens)),
        bigram_head(rooms, successor),
        resting_head(rooms),
    ]


def second_layer(rooms: Rooms) -> list[HeadPlan]:
    """Seven plans; two shuffles of the true heads are added when they are compiled."""
    tokens = torch.eye(rooms.vocab)
    return [
        after_copy_head("induction", rooms, target="logits", logit=COPY_LOGIT),
        pointer_head(rooms),
        after_copy_head("after_copy_copying_nothing", rooms, target="unread", logit=COPY_LOGIT),
        offset_head("three_back", 3, rooms, target="unread"),
        offset_head("one_back_copying_nothing", 1, rooms, target="unread"),
        equal_token_head("equal_tokens_copying_nothing", rooms, ("token", "unread", tokens)),
        resting_head(rooms),
    ]


def two_layer(*, seed: int = 0, sharpness: float = 12.0, vocab: int = 40, context: int = 64) -> Planted:
    """Two layers of nine heads in random order; `sharpness` is the score of a match, before the softmax."""
    return assemble(2, seed=seed, sharpness=sharpness, rooms=Rooms(vocab, context))


def one_layer(*, seed: int = 0, sharpness: float = 12.0, vocab: int = 40, context: int = 64) -> Planted:
    """The first of the two layers alone: it can look back, but no head can be an induction head."""
    return assemble(1, seed=seed, sharpness=sharpness, rooms=Rooms(vocab, context))


def assemble(layers: int, *, seed: int, sharpness: float, rooms: Rooms) -> Planted:
    """Compile the plans, shuffle their order, rotate the residual stream, and write down the truth."""
    generator = torch.Generator().manual_seed(seed)
    successor = torch.randperm(rooms.vocab - 1, generator=generator) + 1
    successor = torch.cat([torch.tensor([0]), successor])
    config = ToyConfig(
        vocab_size=rooms.vocab,
        n_ctx=rooms.context,
        d_model=rooms.d_model,
        d_head=rooms.d_head,
        n_heads=HEADS,
        n_layers=layers,
        positions="learned",
        layer_norm=False,
        attention_scale=1.0,
    )
    module = ToyForCausalLM(config)
    rotation = random_rotation(rooms.d_model, generator)
    truth = []
    for layer, plans in enumerate([first_layer(rooms, successor), second_layer(rooms)][:layers]):
        heads = [(plan.kind, plan.mechanism, compile_head(plan, rooms, sharpness)) for plan in plans]
        for kind, _, weights in heads[:2]:
            heads.append((f"shuffled_{kind}", "the same entries in random places", shuffled(weights, rooms, generator)))
        heads = [heads[at] for at in torch.randperm(HEADS, generator=generator).tolist()]
        write_layer(module.get_submodule(f"blocks.{layer}.attn"), [weights for _, _, weights in heads], rotation)
        truth += described([(kind, mechanism) for kind, mechanism, _ in heads], layer)
    with torch.no_grad():
        module.embed.weight.copy_(rooms.matrix("token").T @ rotation)
        module.pos_embed.weight.copy_(rooms.matrix("position").T @ rotation)
        module.unembed.weight.copy_(rooms.matrix("logits").T @ rotation)
    useful = ("previous_token", "duplicate_token", "induction", "current_token")
    needs_two = ("previous_token", "duplicate_token") if layers == 1 else ()
    matters = tuple((h.layer, h.head) for h in truth if h.kind in useful and h.kind not in needs_two)
    model = wrap(module, name=f"planted-{layers}l-{seed}")
    return Planted(model, Truth(tuple(truth), matters), tuple(successor.tolist()))


@torch.no_grad()
def write_layer(attention: torch.nn.Module, heads: list[dict[str, Tensor]], rotation: Tensor) -> None:
    """Put compiled heads into an attention module whose residual stream is rotated."""
    for name, weight in (("q_proj", "W_Q"), ("k_proj", "W_K"), ("v_proj", "W_V")):
        joint = torch.cat([rotation.T @ head[weight] for head in heads], dim=1)
        attention.get_parameter(f"{name}.weight").copy_(joint.T)
    joint = torch.cat([head["W_O"] @ rotation for head in heads], dim=0)
    attention.get_parameter("o_proj.weight").copy_(joint.T)
