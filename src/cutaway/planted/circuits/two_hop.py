"""Two hops: pairs stand in the context, and two layers of lookups follow them from a start, one hop each.

A previous-token head writes the first of each pair at its second. A lookup finds the pair by what it holds and takes
the second. The second lookup asks for what the first one found, so that it must come a layer later.

Chains of lookups by composition: Sanford et al. 2024, arXiv:2402.09268.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Look, Move, Space
from cutaway.planted.heads import duplicate, offset
from cutaway.planted.looks import equal, rest, scaled, shift
from cutaway.planted.planted import Corrupted, Planted, told

VOCAB, PAIRS = 20, 5
LENGTH = 2 + 2 * PAIRS  # the first token, the pairs, the start
ANSWER = 5.0  # logits


def chains(exchange: str, rows: int, seed: int) -> Pairs:
    """Two chains of two pairs and one pair alone, in random order; the last token starts a chain, right is its end.

    Wrong is the end of the other chain, or a new token. On the corrupted prompt the last token starts the other chain
    (`exchange` "start"), or the chains have exchanged their middles in the first pairs ("link"), or the chain ends
    in the new token ("end").
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([torch.randperm(VOCAB - 1, generator=generator)[:9] + 1 for _ in range(rows)])
    start, middle, end, start_2, middle_2, end_2, lone, lone_2, new = drawn.T
    pairs = torch.stack([start, middle, middle, end, start_2, middle_2, middle_2, end_2, lone, lone_2], dim=1)
    order = torch.stack([torch.randperm(PAIRS, generator=generator) for _ in range(rows)])

    def prompt(pairs: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        shuffled = pairs.view(rows, PAIRS, 2).gather(1, order[:, :, None].expand(-1, -1, 2)).flatten(1)
        return torch.cat([torch.zeros(rows, 1, dtype=torch.long), shuffled, last[:, None]], dim=1)

    clean, other, asked = prompt(pairs, start), pairs.clone(), start
    if exchange == "start":
        asked = start_2
    elif exchange == "link":
        other[:, 1], other[:, 5] = middle_2, middle
    else:
        other[:, 3] = new
    wrong = new if exchange == "end" else end_2
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, prompt(other, asked), Answers(at, end[:, None, None], wrong[:, None, None]))


def two_hop(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A head that ties pairs together and a lookup for each hop; beside them lookups that write nowhere."""

    def lookup(name: str, asks: str, target: str, gain: float, role: str, *, matters: bool = True) -> Head:
        looks = (equal(asks, "first"), rest(0.1))
        does = f"looks at the pair whose first is in '{asks}'; carries its second to '{target}'"
        return Head(name, looks, (Move("token", target, scaled(gain)),), role, does, matters=matters)

    # from the second of each pair only, and four times as sharp as what is soft, so that no first leaks elsewhere
    within_pair = Look("position", "position", lambda n, _: 4 * shift(n, 1) * (torch.arange(n) % 2 == 0)[:, None])
    one_back = "looks from the second of a pair at its first; carries the token to 'first'"
    circuit = Circuit(
        name="two-hop",
        vocab=VOCAB,
        context=LENGTH,
        sharpness=sharpness,
        spaces=(Space("first", VOCAB), Space("middle", VOCAB), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    Head("pairs", (within_pair, rest(2.0)), (Move("token", "first"),), "previous_token", one_back),
                    offset("two back", 2, "unread", role="two_back", matters=False),
                    duplicate("same token", "token", "unread", role="equal_tokens_copying_nothing", matters=False),
                )
            ),
            Layer(
                heads=(
                    lookup("first hop", "token", "middle", 1.0, "lookup"),
                    lookup("first hop nowhere", "token", "unread", 1.0, "lookup_copying_nothing", matters=False),
                )
            ),
            Layer(
                heads=(
                    lookup("second hop", "middle", "logits", ANSWER, "second_lookup"),
                    lookup("one hop", "token", "unread", ANSWER, "lookup_copying_nothing", matters=False),
                    lookup("second hop nowhere", "middle", "unread", 1.0, "lookup_copying_nothing", matters=False),
                )
            ),
        ),
    )
    firsts, asked = ("pairs", Edge("embed", "pairs", "v")), Edge("embed", "first hop", "q")
    middles, ends = Edge("embed", "first hop", "v"), Edge("embed", "second hop", "v")
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-start", partial(chains, "start"), same=(*firsts, middles, ends)),
        Corrupted("other-link", partial(chains, "link"), same=(*firsts, asked, ends)),
        Corrupted("other-end", partial(chains, "end"), same=(*firsts, asked, middles, "first hop")),
    )


CIRCUITS = {"two-hop": two_hop}
