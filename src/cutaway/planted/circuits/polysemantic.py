"""Neurons that stand for several features at once, and more features than there are dimensions.

Elhage et al. 2022, "Toy Models of Superposition", arXiv:2209.10652; Gurnee et al. 2023, arXiv:2305.01610.
"""

from collections.abc import Sequence
from functools import partial
from math import exp

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Axis, Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.heads import REST
from cutaway.planted.looks import back, entries
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

CONTEXT = 12
DIGITS, FRUIT, PLAIN = range(1, 6), range(6, 11), range(11, 17)  # two kinds of tokens that mean something, and the rest
DIGIT, FRUIT_NAMED, NEITHER, ASK = 17, 18, 19, 20  # the three answers, and the token that asks
OVER = 0.4  # of a feature at full strength, at which a neuron that reads it begins to fire
GAIN, DEFAULT = 16.0, 4.0  # logits for each unit over the threshold; of the answer that is right of neither

FEATURES, DISTRACTORS, DIMS = 16, 8, 16  # 24 features in 16 dimensions
FAINT = 0.1  # how strongly a distractor is written beside a feature
CLEAR = 0.35  # the threshold over which no other feature's interference reaches
LOGIT = 8.0
LENGTH = 8


def kinds(exchange: str, rows: int, seed: int, *, length: int = 9) -> Pairs:
    """Is the token before the last a digit, a fruit or neither? Both occur elsewhere too.

    On the corrupted prompt there is neither instead of something and something instead of neither (`exchange`
    "something"), or a digit instead of a fruit and the other way round.
    """
    which = random_ids(rows, seed, below=3) if exchange == "something" else random_ids(rows, seed, below=2)
    something = torch.where(which == 2, random_ids(rows, seed + 1, below=2), 2)
    other = something if exchange == "something" else 1 - which
    drawn = [random_ids(rows, seed + 2 + n, below=k.stop, above=k.start) for n, k in enumerate((DIGITS, FRUIT, PLAIN))]
    tokens, row = torch.stack(drawn, dim=1), torch.arange(rows)
    clean = random_ids(rows, seed + 5, length, below=PLAIN.stop, above=1)
    clean[:, 0], clean[:, -1] = 0, ASK
    corrupted = clean.clone()
    clean[:, -2], corrupted[:, -2] = tokens[row, which], tokens[row, other]
    wrong = torch.stack([(which + 1) % 3, (which + 2) % 3], dim=1)
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, DIGIT + which[:, None, None], DIGIT + wrong[:, None]))


def two_meanings() -> tuple[Neurons, ...]:
    """One neuron for both kinds, one for each that takes back the other's answer, a constant, and two decoys."""
    digit, fruit = ("features", 0), ("features", 1)

    def group(
        name: str, reads: Sequence[Axis], writes: dict[Axis, float], does: str, *, matters: bool = True
    ) -> Neurons:
        neuron = Neuron(dict.fromkeys(reads, 1.0), OVER, writes)
        return Neurons(name, (neuron,), does=does, matters=matters)

    named, unread = (("logits", DIGIT), ("logits", FRUIT_NAMED)), (("unread", DIGIT), ("unread", FRUIT_NAMED))
    always = Neuron({}, -1.0, {("logits", NEITHER): DEFAULT})
    return (
        group(
            "either", (digit, fruit), dict.fromkeys(named, GAIN), "fires on digits and on fruit; raises both answers"
        ),
        group("digits", (digit,), {named[1]: -GAIN}, "fires on digits; lowers the answer for fruit"),
        group("fruit", (fruit,), {named[0]: -GAIN}, "fires on fruit; lowers the answer for digits"),
        Neurons("by default", (always,), does="is always on; raises the answer that is right of neither"),
        group(
            "either unread", (digit, fruit), dict.fromkeys(unread, GAIN), "fires on digits and on fruit", matters=False
        ),
        group("digits unread", (digit,), {unread[1]: -GAIN}, "fires on digits alone", matters=False),
    )


def polysemantic(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """One neuron fires on digits and on fruit and speaks for both; two others take back what was not meant."""
    table = entries(*((token, 0, 1.0) for token in DIGITS), *((token, 1, 1.0) for token in FRUIT))
    does = "looks one back; carries whether it is a digit or a fruit"
    move = Move("token", "features", table)
    vocab = ASK + 1
    circuit = Circuit(
        name="polysemantic",
        vocab=vocab,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("features", 2), Space("unread", vocab)),
        layers=(
            Layer(
                heads=(Head("previous", (back(1), REST), (move,), role="previous_token", does=does),),
                neurons=two_meanings(),
            ),
        ),
    )
    alike = ("either", "by default", Edge("previous", "either", "in"))  # a digit or a fruit, it is all one to it
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("something-or-nothing", partial(kinds, "something"), same=("by default",)),
        Corrupted("digit-or-fruit", partial(kinds, "digit"), same=alike),
    )


def features_and_distractors(exchange: str, rows: int, seed: int) -> Pairs:
    """The token before the last has a feature and the one before it a distractor; on the corrupted prompt one differs.

    The answer is the token with the feature, on both prompts where it is the distractor that differs.
    """
    feature, distractor = random_ids(rows, seed, below=FEATURES), random_ids(rows, seed + 1, below=DISTRACTORS)
    other = (feature + random_ids(rows, seed + 2, below=FEATURES, above=1)) % FEATURES
    clean = torch.full((rows, LENGTH), FEATURES + DISTRACTORS + 1)
    clean[:, 0] = 0
    clean[:, -3], clean[:, -2] = 1 + FEATURES + distractor, 1 + feature
    corrupted = clean.clone()
    if exchange == "feature":
        corrupted[:, -2] = 1 + other
    else:
        shift = random_ids(rows, seed + 3, below=DISTRACTORS, above=1)
        corrupted[:, -3] = 1 + FEATURES + (distractor + shift) % DISTRACTORS
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(at, (1 + feature)[:, None, None], (1 + other)[:, None, None]))


def crowded(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """More features than dimensions: neurons read each along its own direction, and a little of all others.

    A decoy writes features that nobody reads into the same dimensions. The logit of the right answer is LOGIT for each
    unit over the threshold of: the feature's strength, plus at most FAINT times that times the largest cosine. What is
    stated to do nothing therefore moves the score by at most twice that, where one distractor takes another's place:
    the tolerance is that as a share of the least score.
    """

    def head(name: str, by: int, tokens: range, gain: float, *, matters: bool) -> Head:
        table = entries(*((token, token - 1, gain) for token in tokens))
        role, does = (
            ("feature_writer", "writes the feature of the token before")
            if matters
            else ("distractor_writer", "writes features that nobody reads, in the dimensions of those that are read")
        )
        return Head(name, (back(by), REST), (Move("token", "features", table),), role, does, matters=matters)

    readers = tuple(Neuron({("features", n): 1.0}, CLEAR, {("logits", 1 + n): LOGIT}) for n in range(FEATURES))
    unheard = tuple(Neuron({("features", n): 1.0}, CLEAR, {("unread", 1 + n): LOGIT}) for n in range(FEATURES))
    vocab = FEATURES + DISTRACTORS + 2
    circuit = Circuit(
        name="crowded",
        vocab=vocab,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("features", FEATURES + DISTRACTORS, dims=DIMS), Space("unread", vocab)),
        layers=(
            Layer(
                heads=(
                    head("feature writer", 1, range(1, 1 + FEATURES), 1.0, matters=True),
                    head("distractor writer", 2, range(1 + FEATURES, vocab - 1), FAINT, matters=False),
                ),
                neurons=(
                    Neurons("readers", readers, "feature_reader", "neuron n fires on feature n, over the interference"),
                    Neurons("unheard", unheard, "reader_writing_nothing", "fires like the readers", matters=False),
                ),
            ),
        ),
    )
    compiled = compile_circuit(circuit, seed=seed)
    axes = compiled.stream.directions["features"]
    cosine = float((axes @ axes.T - torch.eye(len(axes))).abs().max())
    assert cosine * (1 + FAINT) < CLEAR, "another feature's interference would reach the threshold"
    attended = exp(sharpness) / (exp(sharpness) + exp(sharpness / 2) + LENGTH - 2)  # a match, the rest, all others
    noise = FAINT * attended * cosine
    return told(
        compiled,
        Corrupted("other-feature", partial(features_and_distractors, "feature")),
        Corrupted(
            "other-distractor",
            partial(features_and_distractors, "distractor"),
            same=("feature writer", "readers", Edge("embed", "feature writer", "v")),
        ),
        tolerance=2 * noise / (attended - CLEAR - noise),
    )


CIRCUITS = {"polysemantic": polysemantic, "crowded": crowded}
