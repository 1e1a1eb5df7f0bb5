"""Tasks in words, with tokenizers that leave whole exactly the words they are told to."""

from random import Random

import pytest
import torch
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from cutaway.errors.models import NoTokenizerError
from cutaway.errors.tasks import (
    MisfitPromptsError,
    SplitAnswerError,
    TaskArgumentError,
    TooFewWordsError,
    UnknownWordListError,
)
from cutaway.models import wrap
from cutaway.models.answers import NONE
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.tasks.encode import Encoded, Encoder
from cutaway.tasks.prompt import Lexicon, Prompt
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask
from cutaway.tasks.words.ioi import TASK as IOI
from cutaway.tasks.words.ioi import swap_actor

FOUR = ("Mary", "John", "Laura", "Paul")


def cutting(*whole):
    """A tokenizer of single characters that leaves whole what it is told to, wherever that stands."""
    letters = sorted({chr(code) for code in range(32, 127)} | {"\n"})
    pieces, merges = dict.fromkeys(letters), []
    for word in whole:
        for end in range(2, len(word) + 1):
            merges.append((word[: end - 1], word[end - 1]))
            pieces[word[:end]] = None
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=list(dict.fromkeys(merges))))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


def reader(*whole, tokenizer=True):
    """An untrained model with that tokenizer."""
    cut = cutting(*whole)
    config = ToyConfig(vocab_size=len(cut), n_ctx=256, d_model=8, d_head=4, n_heads=2, n_layers=1, bos_token_id=None)
    return wrap(ToyForCausalLM(config).eval(), name="by letters", tokenizer=cut if tokenizer else None)


def letters(text, model):
    return [model.tokenizer.convert_tokens_to_ids(letter) for letter in text]


def saying(things, templates=("I see {thing},",), answers=(" yes", " no"), least=4):
    """A task that is answered by yes, about a thing that a corruption exchanges."""

    def draw(rng, words):
        return Prompt(rng.choice(words.templates), {"thing": rng.choice(words["thing"])}, answers[:1], answers[1:])

    def another(prompt, rng, words):
        thing = words.another(rng, "thing", prompt.slots["thing"])
        return prompt.with_slots(answers[1:], answers[:1], thing=thing)

    return WordedTask(
        name="saying",
        says="Say yes.",
        asks="Nothing.",
        chance=0.5,
        train_templates=templates,
        test_templates=templates[:1],
        lexicons={"thing": Lexicon(tuple(things), closed=True, least=least)},
        draw=draw,
        corruptions=(Corruption("another", "Another thing.", "Whatever reads no thing.", another),),
        solve=lambda text: answers[:1],
        guess=lambda text, rng: answers[-1],
    )


def prompt(text, *right, wrong=()):
    return Prompt(text, {}, right, tuple(wrong))


def test_an_answer_is_cut_as_it_follows_its_prompt():
    model = reader("no", "o,")
    (found,) = Encoder(model.tokenizer).encode([(prompt("go", " no", wrong=[" o,"]), prompt("do"))])
    assert isinstance(found, Encoded)
    assert found.clean == letters("go", model)
    assert found.corrupted == letters("do", model)
    assert found.right == [letters([" ", "no"], model)]
    assert found.wrong == [letters([" ", "o,"], model)]


def test_an_answer_that_melts_into_its_prompt_is_refused_there_and_fine_elsewhere():
    encoder = Encoder(cutting("on"))
    melted, apart = encoder.encode([(prompt("go", "n"), prompt("do")), (prompt("ga", "n"), prompt("da"))])
    assert melted == "'n' melts into the prompt before it"
    assert isinstance(apart, Encoded)
    assert encoder.encode([(prompt("go", "n"), prompt("do"))]) == [melted]  # also when it is remembered


def test_two_prompts_of_unequal_length_are_no_pair():
    (found,) = Encoder(cutting()).encode([(prompt("abc", "d"), prompt("abcd"))])
    assert found == "the two prompts of a pair have 3 and 4 tokens"


def test_single_tokens_are_asked_for_at_the_end_of_each_prompt_and_the_mask_hides_padding():
    model = reader(*(f" {name}" for name in FOUR))
    pairs = IOI.pairs(model, rows=12, corruption="other-actor")
    token = {f" {name}": model.tokenizer.convert_tokens_to_ids(f" {name}") for name in FOUR}
    assert pairs.clean.shape == pairs.corrupted.shape == pairs.mask.shape
    for row, (text, right, wrong) in enumerate(pairs.frame[["clean", "right", "wrong"]].itertuples(index=False)):
        ids = model.tokenizer.encode(text)
        assert pairs.clean[row, : len(ids)].tolist() == ids
        assert pairs.mask[row].tolist() == [1] * len(ids) + [0] * (pairs.clean.shape[1] - len(ids))
        assert pairs.answers.at[row].tolist() == [len(ids) - 1]
        assert pairs.answers.right[row].tolist() == [[token[right[0]]]]
        assert pairs.answers.wrong[row].tolist() == [[token[wrong[0]]]]


def test_whole_answers_stand_in_both_prompts_up_to_their_last_piece():
    model = reader()
    task = saying("abcd")
    pairs = task.pairs(model, rows=1, score="sequence")
    thing = pairs.frame["clean"][0].split()[-1][0]
    other = pairs.frame["corrupted"][0].split()[-1][0]
    assert pairs.clean[0].tolist() == letters(f"I see {thing}, ye", model)
    assert pairs.corrupted[0].tolist() == letters(f"I see {other}, ye", model)
    assert pairs.answers.at.tolist() == [[7, 8, 9, 10]]
    assert pairs.answers.right[0, :, 0].tolist() == letters(" yes", model)
    assert pairs.answers.wrong is None
    assert pairs.answers.is_one


def test_given_words_that_split_are_refused_with_those_that_would_fit():
    model = reader(*(f" {name}" for name in FOUR))
    with pytest.raises(SplitAnswerError) as refused:
        IOI.pairs(model, rows=4, words={"name": ["Mary", "John", "Laura", "Zoe"]})
    assert "'Zoe' is ' ' + 'Z' + 'o' + 'e'" in str(refused.value)
    assert "4 fit: 'Mary', 'John', 'Laura', 'Paul'" in str(refused.value)
    assert "score='sequence'" in str(refused.value)


def test_without_enough_words_that_fit_the_task_is_refused():
    with pytest.raises(SplitAnswerError, match="3 fit: 'Mary', 'John', 'Laura'"):
        IOI.pairs(reader(" Mary", " John", " Laura"), rows=4)


def test_given_words_are_used_and_no_others():
    model = reader(*(f" {name}" for name in ("Zoe", "Kai", "Mo", "Al", *FOUR)))
    pairs = IOI.pairs(model, rows=40, words={"name": ["Zoe", "Kai", "Mo", "Al"]})
    assert {right for (right,) in pairs.frame["right"]} == {" Zoe", " Kai", " Mo", " Al"}


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"names": FOUR}, UnknownWordListError, "its lists: name, place, thing"),
        ({"name": ["Mary", "John", "Laura", "Laura"]}, TooFewWordsError, "at least 4 different words for 'name'"),
        ({"place": []}, TooFewWordsError, "at least 4 different words for 'place', and is given none"),
    ],
)
def test_lists_that_make_no_prompts_are_refused(words, error, says):
    with pytest.raises(error, match=says):
        IOI.pairs(reader(*(f" {name}" for name in FOUR)), rows=4, words=words)


def test_words_are_as_many_tokens_as_each_other_where_whole_answers_are_scored():
    pairs = IOI.pairs(reader(), rows=40, score="sequence", words={"name": ["Mary", "John", "Paul", "Jane"]})
    assert pairs.answers.right.shape == (40, 5, 1)
    with pytest.raises(SplitAnswerError, match=r"to be 5 tokens each(.|\n)*'Zoe' is"):
        IOI.pairs(reader(), rows=4, score="sequence", words={"name": ["Mary", "John", "Paul", "Jane", "Zoe"]})
    with pytest.raises(SplitAnswerError) as refused:  # most are one token, so that all must be
        IOI.pairs(
            reader(" Mary", " John", " Paul"), rows=4, score="sequence", words={"name": [*FOUR[:2], "Paul", "Zoe"]}
        )
    assert "score='sequence'" not in str(refused.value)


def test_prompts_that_do_not_fit_are_drawn_again_and_counted():
    task, rows = saying(["a", "b", "c", "d", "e", "f", "gg"]), 40  # 'gg' makes a pair unequal: two pairs in seven
    pairs = task.pairs(reader(" yes", " no"), rows=rows)
    assert not any("gg" in text for column in ("clean", "corrupted") for text in pairs.frame[column])
    misfits = ["gg" in one.text + other.text for one, other in task.prompts(rows=2 * rows)]
    assert rows - sum(misfits[:rows]) < rows <= 2 * rows - sum(misfits)  # so that two rounds were needed, and enough
    assert pairs.redrawn == sum(misfits)


def test_a_task_of_which_most_prompts_do_not_fit_is_refused_with_the_reason():
    with pytest.raises(MisfitPromptsError, match=r"100 % of its prompts(.|\n)*for example: 'I see "):
        saying(["a", "bb", "ccc", "dddd"]).pairs(reader(), rows=8)


def test_prompts_of_one_length_need_no_mask_and_are_refused_where_there_are_too_few():
    ending = tuple("x" * size + " {thing}," for size in range(1, 121))
    task = saying("abcd", templates=ending)
    model = reader(" yes", " no")
    pairs = task.pairs(model, rows=8, same_length=True)
    assert pairs.mask is None
    assert len({len(text) for text in pairs.frame["clean"]}) == 1
    assert task.pairs(model, rows=8).mask is not None
    with pytest.raises(TaskArgumentError, match="no 60 of 2400 prompts have one length"):  # 20 of each, more or less
        task.pairs(model, rows=60, same_length=True)


def test_every_corruption_of_a_seed_spoils_the_same_prompts():
    clean = [[one for one, _ in IOI.prompts(rows=20, seed=3, corruption=change.name)] for change in IOI.corruptions]
    assert all(prompts == clean[0] for prompts in clean)


def test_corruptions_are_as_random_as_the_prompts():
    drawn = IOI.prompts(rows=300, seed=3, corruption="third-actor")
    assert len({other.slots["actor"] for _, other in drawn}) > 60  # of 102 names


def test_swapping_who_acts_exchanges_the_answers():
    one = Prompt(
        "{first} {second} {actor}", {"first": "Mary", "second": "John", "actor": "John"}, (" Mary",), (" John",)
    )
    other = swap_actor(one, Random(0), IOI.words())
    assert (other.text, other.right, other.wrong) == ("Mary John Mary", (" John",), (" Mary",))


def test_perfect_control_has_the_right_answer_and_the_null_the_wrong_one_that_it_guesses():
    model, task = reader(" yes", " no"), saying("abcd")
    pairs = task.pairs(model, rows=3)
    perfect, null = (task.spoken(pairs, control, d_vocab=model.shape.d_vocab) for control in ("perfect", "null"))
    torch.testing.assert_close(pairs.metric(perfect), torch.full((3,), 20.0))
    torch.testing.assert_close(pairs.metric(null), torch.full((3,), -20.0))
    assert pairs.accuracy(perfect).tolist() == [1.0] * 3
    assert pairs.accuracy(null).tolist() == [0.0] * 3


def test_answers_of_several_right_words_are_sets():
    model = reader(" yes", " aye", " no")
    task = saying("abcd", answers=(" yes", " no"))
    both = WordedTask(**{**vars(task), "draw": lambda rng, words: prompt("I see a,", " yes", " aye", wrong=[" no"])})
    both = WordedTask(**{**vars(both), "corruptions": (Corruption("none", "None.", "All.", lambda one, *_: one),)})
    pairs = both.pairs(model, rows=1)
    tokens = [model.tokenizer.convert_tokens_to_ids(word) for word in (" yes", " aye", " no")]
    assert pairs.answers.right.tolist() == [[tokens[:2]]]
    assert pairs.answers.wrong.tolist() == [[tokens[2:]]]
    assert pairs.metric.unit == "probability"
    assert NONE not in pairs.answers.right


def test_bad_arguments_say_what_to_type(unchecked):
    model = reader(*(f" {name}" for name in FOUR))
    for asked in ({"rows": 0}, {"rows": 4, "score": "letters"}):
        with pytest.raises(TaskArgumentError, match="score 'token' or 'sequence'"):
            IOI.pairs(model, **asked)
    with pytest.raises(TaskArgumentError, match="one of: train, test, any"):
        IOI.pairs(model, rows=4, split="dev")
    with pytest.raises(NoTokenizerError):
        IOI.pairs(reader(tokenizer=False), rows=4)
