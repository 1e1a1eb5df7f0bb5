"""Tasks in symbols, on one whose rows are written by hand: one or two letters, and the same again."""

from math import exp, log

import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError, TaskModelError, UnknownCorruptionError
from cutaway.models import wrap
from cutaway.models.answers import NONE, Answers
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.tasks.symbolic import NOTHING, Rows, SymbolicTask, lengths
from cutaway.tasks.task import Corruption
from cutaway.zoo.load import load

A, B, C, SAME, PAD = 0, 1, 2, 3, 0
TWO_ROWS = Rows(
    torch.tensor([[A, B, SAME, A, B], [C, SAME, C, PAD, PAD]]),
    Answers(torch.tensor([[2, 3], [1, NONE]]), torch.tensor([[[A], [B]], [[C], [NONE]]])),
    mask=torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]),
)
MOVED_ON = Rows(
    torch.tensor([[B, C, SAME, B, C], [A, SAME, A, PAD, PAD]]),
    Answers(torch.tensor([[2, 3], [1, NONE]]), torch.tensor([[[B], [C]], [[A], [NONE]]])),
    mask=TWO_ROWS.mask,
)


def solve(ids):
    return [{one} for one in ids[: ids.index(SAME)]]


COPYING = SymbolicTask(
    name="copying",
    says="Say the letters again.",
    asks="A vocabulary of 4 and a context of 5.",
    chance=0.0,
    symbols=("a", "b", "c", "="),
    length=5,
    draw=lambda rows, generator, split: TWO_ROWS,
    corruptions=(
        Corruption("moved-on", "Every letter is the next one.", "Nothing but the sign.", lambda *_: MOVED_ON),
        Corruption("none", "Nothing is exchanged.", "All.", lambda rows, _: rows, changes_answer=False),
    ),
    solve=solve,
    guess=lambda ids, rng: [A] * ids.index(SAME),
)


def any_size(symbols):
    """Two symbols, and the second comes next; they mean nothing."""
    tokens = torch.tensor([[symbols - 1, symbols - 2, symbols - 2]])
    rows = Rows(tokens, Answers(torch.tensor([[1]]), tokens[:, 2:, None]))
    return SymbolicTask(
        name="again",
        says="Say the last again.",
        asks="Nothing.",
        chance=1 / symbols,
        symbols=tuple(f"t{number}" for number in range(symbols)),
        length=3,
        draw=lambda *_: rows,
        corruptions=(Corruption("none", "Nothing is exchanged.", "All.", lambda rows, _: rows),),
        solve=lambda ids: [{ids[1]}],
        guess=lambda ids, rng: [0],
        sized=any_size,
    )


def untrained(d_vocab=4, n_ctx=5):
    config = ToyConfig(vocab_size=d_vocab, n_ctx=n_ctx, d_model=8, d_head=4, n_heads=2, n_layers=1, bos_token_id=None)
    return wrap(ToyForCausalLM(config).eval(), name="untrained")


@pytest.fixture(scope="module")
def pairs():
    return COPYING.pairs(untrained(), rows=2)


def test_pairs_end_at_their_last_question_and_the_mask_hides_a_shorter_rows_answer(pairs):
    assert pairs.clean.tolist() == [[A, B, SAME, A], [C, SAME, C, PAD]]
    assert pairs.mask.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    assert lengths(pairs) == [4, 2]
    assert pairs.frame["clean"].tolist() == ["a b = a", "c ="]


def test_corrupted_prompts_contain_the_clean_answers_so_far(pairs):
    assert pairs.corrupted.tolist() == [[B, C, SAME, A], [A, SAME, C, PAD]]
    assert pairs.frame["corrupted"].tolist() == ["b c = a", "a ="]


def test_labels_stand_at_the_questions_and_nowhere_else():
    assert TWO_ROWS.labels.tolist() == [
        [NOTHING, NOTHING, A, B, NOTHING],
        [NOTHING, C, NOTHING, NOTHING, NOTHING],
    ]


def test_perfect_control_is_right_and_the_null_only_where_its_guess_is(pairs):
    perfect, null = (COPYING.spoken(pairs, control, d_vocab=4) for control in ("perfect", "null"))
    sure, unsure = -log(1 + 3 * exp(-20)), -20 - log(1 + 3 * exp(-20))
    torch.testing.assert_close(pairs.metric(perfect), torch.tensor([2 * sure, sure]), atol=1e-6, rtol=0)
    assert pairs.accuracy(perfect).tolist() == [1.0, 1.0]
    torch.testing.assert_close(pairs.metric(null), torch.tensor([sure + unsure, unsure]), atol=1e-5, rtol=0)
    assert pairs.accuracy(null).tolist() == [0.0, 0.0]  # 'a a' is not 'a b'


def test_named_ids_stand_for_symbols_in_prompts_and_answers():
    pairs = COPYING.pairs(untrained(d_vocab=50), rows=2, ids=[10, 20, 30, 40])
    assert pairs.clean.tolist() == [[10, 20, 40, 10], [30, 40, 30, 10]]
    assert pairs.corrupted[0].tolist() == [20, 30, 40, 10]
    assert pairs.answers.right.tolist() == [[[10], [20]], [[30], [NONE]]]
    assert pairs.frame["clean"].tolist() == ["a b = a", "c ="]


def test_a_model_of_words_is_asked_by_named_ids_only():
    words = load("attn-only-2l")
    with pytest.raises(TaskModelError, match=r"its tokens are words(.|\n)*ids=\[\.\.\.\]"):
        COPYING.pairs(words, rows=2)
    assert COPYING.pairs(words, rows=2, ids=[7, 8, 9, 10]).clean[0].tolist() == [7, 8, 10, 7]


@pytest.mark.parametrize("size", [2048, 7])
def test_symbols_without_a_meaning_are_as_many_as_the_model_has(size):
    words = load("attn-only-2l")  # of 2048 tokens
    assert any_size(size).pairs(words, rows=1).clean.tolist() == [[2047, 2046]]


@pytest.mark.parametrize(
    ("model", "ids", "says"),
    [
        ({"d_vocab": 3}, None, "its vocabulary of 3 is smaller than the task's 4 symbols"),
        ({"n_ctx": 3}, None, "its context of 3 is shorter than a prompt of 4 symbols"),
        ({"d_vocab": 9}, [1, 2, 3], "ids must name 4 different tokens below 9"),
        ({"d_vocab": 9}, [1, 2, 3, 3], "ids must name 4 different tokens below 9"),
        ({"d_vocab": 9}, [1, 2, 3, 9], "ids must name 4 different tokens below 9"),
    ],
)
def test_a_model_that_cannot_read_the_rows_is_refused(model, ids, says):
    with pytest.raises(TaskModelError, match=says):
        COPYING.pairs(untrained(**model), rows=2, ids=ids)


def test_wrong_arguments_are_refused_with_the_right_ones(unchecked):
    with pytest.raises(TaskArgumentError, match="train, test, any"):
        COPYING.sample(rows=2, split="dev")
    with pytest.raises(TaskArgumentError, match="rows >= 1"):
        COPYING.sample(rows=0)
    with pytest.raises(UnknownCorruptionError, match="nearest: moved-on"):
        COPYING.pairs(untrained(), rows=2, corruption="moved")


def test_examples_show_rows_without_padding_and_every_answer():
    first, second = COPYING.examples(rows=2)
    assert first == {"clean": "a b = a b", "right": "a b", "wrong": "", "corrupted": "b c = b c"}
    assert (second["clean"], second["right"]) == ("c = c", "c")
