"""A duplicate-token head: has the last token been said before? It says YES or NO, whichever token it was."""

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Layer, Neuron, Neurons, Space
from cutaway.planted.gates import saturating
from cutaway.planted.heads import duplicate, offset
from cutaway.planted.planted import Corrupted, Planted, told

WORDS, CONTEXT, LENGTH = 18, 12, 8
YES, NO = WORDS, WORDS + 1
ENOUGH = 0.25, 0.5  # what must be carried of a token to count as seen: nothing yet, and wholly; leaks stay below


def sample(rows: int, seed: int) -> Pairs:
    """Different tokens, of which the last was said before in every second row; corrupted, it is the other way round."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([torch.randperm(WORDS - 1, generator=generator)[: LENGTH + 1] + 1 for _ in range(rows)])
    once, row = drawn[:, :LENGTH].clone(), torch.arange(rows)
    once[:, 0] = 0
    twice = once.clone()
    twice[row, torch.randint(1, LENGTH - 1, (rows,), generator=generator)] = once[:, -1]
    seen = (row % 2 == 0)[:, None]
    right = torch.where(seen, YES, NO)[..., None]
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(torch.where(seen, twice, once), torch.where(seen, once, twice), Answers(at, right, YES + NO - right))


def duplicate_token(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """The head carries the token it finds; neurons say YES to any, against others that always say NO, less loudly."""
    pairs = (saturating({("seen", word): 1.0}, *ENOUGH, {("logits", YES): 8.0}) for word in range(WORDS))
    seen = tuple(neuron for pair in pairs for neuron in pair)
    always = Neuron({("token", word): 1.0 for word in range(WORDS)}, 0.5, {("logits", NO): 4.0})
    circuit = Circuit(
        name="duplicate-token",
        vocab=WORDS + 2,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("seen", WORDS + 2), Space("unread", WORDS + 2)),
        layers=(
            Layer(
                heads=(
                    duplicate("duplicate", "token", "seen"),
                    duplicate("copies nowhere", "token", "unread", role="equal_tokens_copying_nothing", matters=False),
                    offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
                ),
                neurons=(
                    Neurons("seen", seen, role="reader", does="say YES to any token that was found"),
                    Neurons("always", (always,), role="prior", does="says NO, whatever was found"),
                ),
            ),
        ),
    )
    asked, carried = Edge("embed", "duplicate", "q"), Edge("embed", "duplicate", "v")
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-answer", sample, same=(asked, Edge("embed", "always", "in"), "always")),
        exceptions={(carried, "other-answer"): (False, "whichever token is carried, one was found")},
    )


CIRCUITS = {"duplicate-token": duplicate_token}
