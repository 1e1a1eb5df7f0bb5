"""Copy suppression: a later head looks where the token that is being predicted stood before, and lowers its logit.

Its query reads the logits that earlier neurons wrote, its key the tokens, and its OV is minus a copy.

McDougall et al. 2023, arXiv:2310.04625.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.heads import REST, duplicate
from cutaway.planted.looks import back, entries, equal, scaled
from cutaway.planted.planted import Corrupted, Planted, random_ids, told
from cutaway.planted.truth import Exceptions

CUES, FIRST, SECOND = range(1, 7), range(7, 13), range(13, 19)  # each cue has a first and a second continuation
FILLERS, VOCAB = range(19, 25), 25
CONTEXT, LENGTH = 12, 10
LIKELY, LESS, LOWERED = 5.0, 3.0, 6.0  # logits: of the two continuations, and what the head takes off


def continuations(exchange: str, rows: int, seed: int) -> Pairs:
    """Fillers and one first continuation, then a cue: right is its likeliest continuation that was not yet said.

    Half the prompts have the cue's own, half another's. On the corrupted prompt it is the other way round (`exchange`
    "said"), or the cue is one whose continuation was not said ("cue").
    """
    generator = torch.Generator().manual_seed(seed)
    cue, other, third = torch.stack([torch.randperm(6, generator=generator)[:3] for _ in range(rows)]).T
    row, is_said = torch.arange(rows), random_ids(rows, seed + 1, below=2) == 1
    clean = random_ids(rows, seed + 2, LENGTH, below=FILLERS.stop, above=FILLERS.start)
    clean[:, 0], clean[:, -1] = 0, CUES.start + cue
    place = random_ids(rows, seed + 3, below=LENGTH - 1, above=1)
    corrupted = clean.clone()
    clean[row, place] = FIRST.start + torch.where(is_said, cue, other)
    if exchange == "said":
        corrupted[row, place] = FIRST.start + torch.where(is_said, other, cue)
    else:
        corrupted[row, place] = clean[row, place]
        corrupted[:, -1] = CUES.start + third
    first, second = FIRST.start + cue, SECOND.start + cue
    right, wrong = torch.where(is_said, second, first), torch.where(is_said, first, second)
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(at, right[:, None, None], wrong[:, None, None]))


def copy_suppression(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """Neurons that predict, the head that suppresses, and heads with its query or its OV alone."""

    def negative(name: str, target: str, role: str, does: str, *, matters: bool) -> Head:
        looks = (equal("logits", "token", 1 / LIKELY), REST)
        does = f"looks where the predicted token stood before; {does}"
        return Head(name, looks, (Move("token", target, scaled(-LOWERED)),), role, does, matters=matters)

    predicting = tuple(
        Neuron({("token", cue): 1.0}, 0.0, {("logits", FIRST[i]): LIKELY, ("logits", SECOND[i]): LESS})
        for i, cue in enumerate(CUES)
    )
    # of cues alone: wherever it is made to look, it lowers no continuation
    minus_cue = Move("token", "logits", entries(*((cue, cue, -LOWERED) for cue in CUES)))
    itself = Head(
        "lowers itself",
        (back(0), REST),
        (minus_cue,),
        "current_token_suppression",
        "looks at itself; lowers the present cue, which nobody predicts",
        matters=False,
    )
    circuit = Circuit(
        name="copy-suppression",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("unread", VOCAB),),
        layers=(
            Layer(
                heads=(duplicate("same token", "token", "unread", role="equal_tokens_copying_nothing", matters=False),),
                neurons=(Neurons("predicts", predicting, "bigram", "raises both continuations, the first one more"),),
            ),
            Layer(
                heads=(
                    negative("suppressor", "logits", "copy_suppression", "lowers it", matters=True),
                    negative("lowers nothing", "unread", "suppression_of_nothing", "writes unread", matters=False),
                    itself,
                ),
            ),
        ),
    )
    said = Edge("embed", "suppressor", "v")
    needed = "the first continuation is said again: the head only ever lowers logits, and still it is needed"
    exceptions: Exceptions = {("suppressor", "zero"): (True, needed)}
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("said-or-not", partial(continuations, "said"), same=("predicts", Edge("embed", "predicts", "in"))),
        Corrupted("other-cue", partial(continuations, "cue"), same=(Edge("embed", "suppressor", "k"), said)),
        exceptions=exceptions,
    )


CIRCUITS = {"copy-suppression": copy_suppression}
