"""Tasks of numbers and of forms: answers worked by hand, and what each corruption leaves alone."""

import re
from random import Random

import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.lexicon.names import NAMES
from cutaway.tasks.lexicon.surnames import SURNAMES
from cutaway.tasks.prompt import Words
from cutaway.tasks.words import (
    acronyms,
    docstring,
    email_from_snippet,
    gendered_pronoun,
    greater_than,
    name_to_email,
    numbered_lists,
    sequence_continuation,
    two_digit_addition,
)
from tests.tasks import tokenizers

ROWS = 200
PAGE = '''def fetch(self, load, size, files, last):
    """Do the work in one go.

    :param load: what to begin with
    :param size: how much to keep
    :param'''


def texts(module, corruption):
    """Clean and corrupted texts."""
    return [(one.text, other.text) for one, other in module.TASK.prompts(rows=ROWS, corruption=corruption)]


def differing(one, other):
    """The words of two texts that differ, place by place."""
    pairs = zip(re.findall(r"\w+|\W", one), re.findall(r"\w+|\W", other), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("module", "text", "answers"),
    [
        (greater_than, "The war lasted from the year 1797 to the year 17", ("98", "99")),
        (greater_than, "The war ended in the year 1703 and began in the year 17", ("01", "02")),
        (docstring, PAGE, (" files",)),
        (docstring, PAGE.replace("param size", "param width"), ()),
        (acronyms, "The Chief Executive Officer (C.E.", ("O",)),
        (acronyms, "The Acrobatic Circus Group (A.C.G.) and the Ringmaster Friendship Union (R.F.", ("U",)),
        (acronyms, "The Chief Executive Officer (C.X.", ()),
        (name_to_email, "Write to Katy Johnson <", ("katy_johnson",)),
        (
            email_from_snippet,
            "Name: Emma Smith, Email: last name dot first name k @ gmail. Address:",
            (" smith.emmak@gmail.com",),
        ),
        (
            email_from_snippet,
            "Name: Emma Smith, Email: first name q dash last name @ yahoo. Address:",
            (" emmaq-smith@yahoo.com",),
        ),
        (email_from_snippet, "For Mark Price: last name plus first name @ zoho =", (" price+mark@zoho.com",)),
        (sequence_continuation, "In order: Saturday, Sunday, Monday,", (" Tuesday",)),
        (sequence_continuation, "In order: October, November, December,", (" January",)),
        (sequence_continuation, "In order: nine, ten, eleven,", (" twelve",)),
        (sequence_continuation, "In order: X, Y, Z,", ()),
        (sequence_continuation, "In order: 3, 5, 7,", ()),
        (numbered_lists, "1. apples\n2. pears\n", ("3",)),
        (numbered_lists, "In the box:\n(4) rope\n(5) soap\n(6) tea\n(", ("7",)),
        (numbered_lists, "2. apples\n1. pears\n", ()),
        (two_digit_addition, "17 + 25 =", (" 42",)),
        (two_digit_addition, "19 + 20 = 39\n97 + 29 =", (" 126",)),
        (gendered_pronoun, "Well, Anna is a doctor and everybody knows that", (" she",)),
        (gendered_pronoun, "So John is a really great friend, isn't", (" he",)),
        (gendered_pronoun, "So Alex is a really great friend, isn't", ()),
    ],
)
def test_answer_is_the_one_worked_by_hand(module, text, answers):
    assert module.TASK.solve(text) == answers


def test_years_are_parted_by_the_one_that_is_said():
    for one, _ in greater_than.TASK.prompts(rows=ROWS):
        said = int(re.findall(r"17(\d\d)", one.text)[0])
        assert 2 <= said <= 98
        assert sorted(map(int, one.right)) == list(range(said + 1, 100))
        assert sorted(map(int, one.wrong)) == list(range(1, said + 1))


def test_model_without_a_preference_scores_the_numbers_of_later_and_of_other_years():
    model = tokenizers.stand_in("gpt2")
    pairs = greater_than.TASK.pairs(model, rows=16)
    d_vocab = model.shape.d_vocab
    scores = pairs.metric(torch.zeros(16, pairs.clean.shape[1], d_vocab))
    said = torch.tensor([float(re.findall(r"17(\d\d)", text)[0]) for text in pairs.frame["clean"]])
    torch.testing.assert_close(scores, (99 - 2 * said) / d_vocab)


@pytest.mark.parametrize("corruption", ["earliest-year", "other-year"])
def test_only_the_year_is_another_one(corruption):
    for one, other in texts(greater_than, corruption):
        ((before, after),) = differing(one, other)
        assert before[:2] == after[:2] == "17"
        assert after == "1701" or corruption != "earliest-year"


def test_turning_round_keeps_every_word_and_the_place_of_the_year():
    for one, other in texts(greater_than, "turned-round"):
        assert sorted(one.split()) == sorted(other.split())
        assert [at for at, word in enumerate(one.split()) if word.startswith("17")] == [
            at for at, word in enumerate(other.split()) if word.startswith("17")
        ]


def test_docstring_rivals_are_the_other_arguments():
    for one, _ in docstring.TASK.prompts(rows=ROWS):
        listed = re.search(r"\((?:self|cls), (.*)\):", one.text).group(1).split(", ")
        assert {f" {name}" for name in listed} == {*one.right, *one.wrong}
        assert len(one.wrong) == len(listed) - 1


@pytest.mark.parametrize(("corruption", "kept"), [("random-doc", 0), ("random-def", 1), ("random-answer", 1)])
def test_only_the_named_part_of_a_docstring_changes(corruption, kept):
    for one, other in texts(docstring, corruption):
        before, after = one.split('"""'), other.split('"""')
        assert before[kept] == after[kept]
        assert before[1 - kept] != after[1 - kept]
        if corruption == "random-answer":
            assert len(differing(one, other)) == 1


def test_random_names_are_in_neither_part_of_the_clean_docstring():
    for corruption in ("random-doc", "random-def", "random-answer"):
        for one, other in texts(docstring, corruption):
            assert not {new for _, new in differing(one, other)} & set(re.findall(r"\w+", one.split('"""')[0]))


def test_traded_arguments_keep_the_names_and_the_documented_ones():
    for one, other in texts(docstring, "traded"):
        assert sorted(re.findall(r"\w+", one)) == sorted(re.findall(r"\w+", other))
        assert one.split('"""')[1] == other.split('"""')[1]


def test_initials_of_a_title_differ_so_that_one_guess_in_three_is_right():
    for one, other in acronyms.TASK.prompts(rows=ROWS):
        assert len({*one.right, *one.wrong}) == 3
        assert len({*other.right, *other.wrong}) == 3


def test_each_acronym_corruption_leaves_alone_what_it_is_blind_to():
    for one, other in texts(acronyms, "other-last"):
        assert len(differing(one, other)) == 1
        assert one[-5:] == other[-5:]
    for one, other in texts(acronyms, "other-letters"):
        assert one[:-5] == other[:-5]
        assert not {one[-4], one[-2]} & {other[-4], other[-2]}
    for one, other in texts(acronyms, "traded"):
        assert sorted(one.rsplit("(", 1)[0].split()) == sorted(other.rsplit("(", 1)[0].split())


def test_guess_of_an_address_is_any_person_in_either_order():
    text = "Instead of Mary Stone, you may now call John Hill <"
    said = {name_to_email.TASK.guess(text, Random(seed)) for seed in range(60)}
    assert said == {"mary_stone", "stone_mary", "john_hill", "hill_john"}


def test_no_family_name_is_a_first_name_so_that_order_always_shows():
    assert not set(NAMES) & set(SURNAMES)
    assert len(set(SURNAMES)) == len(SURNAMES)


def test_each_name_corruption_changes_one_name_or_their_order():
    for corruption, place in (("other-first", 0), ("other-last", 1)):
        for one, other in name_to_email.TASK.prompts(rows=ROWS, corruption=corruption):
            assert len(differing(one.text, other.text)) == 1
            before, after = one.right[0].split("_"), other.right[0].split("_")
            assert before[1 - place] == after[1 - place]
            assert before[place] != after[place]
    for one, other in name_to_email.TASK.prompts(rows=ROWS, corruption="traded"):
        assert one.right[0].split("_")[::-1] == other.right[0].split("_")


@pytest.mark.parametrize(
    ("corruption", "same"),
    [("other-joint", r"^ |[a-z]+|@.*"), ("other-person", r"[-.+_*#](?=.*@)|@.*"), ("other-site", r"^.*@")],
)
def test_address_keeps_what_the_corruption_is_blind_to(corruption, same):
    for one, other in email_from_snippet.TASK.prompts(rows=ROWS, corruption=corruption):
        assert re.findall(same, one.right[0]) == re.findall(same, other.right[0])
        assert one.right != other.right


def test_other_order_says_the_same_words():
    for one, other in texts(email_from_snippet, "other-order"):
        assert sorted(re.findall(r"\w+", one)) == sorted(re.findall(r"\w+", other))
        assert {pair for pair in differing(one, other)} == {("first", "last"), ("last", "first")}


def test_shuffled_sequence_keeps_its_members_and_the_last_of_them():
    for one, other in sequence_continuation.TASK.prompts(rows=ROWS, corruption="shuffled"):
        before, after = sequence_continuation.said(one), sequence_continuation.said(other)
        assert sorted(before) == sorted(after)
        assert before[-1] == after[-1]
        assert before != after


def test_other_last_member_is_the_only_one_that_changes():
    for one, other in sequence_continuation.TASK.prompts(rows=ROWS, corruption="other-last"):
        before, after = sequence_continuation.said(one), sequence_continuation.said(other)
        assert before[:-1] == after[:-1]
        assert f" {after[-1]}" != one.right[0]


def test_rows_of_an_order_have_no_gap_where_words_do_not_fit():
    starts = sequence_continuation.starts
    assert starts("day", ("Monday", "Tuesday", "Wednesday", "Friday"), 3) == (0,)
    assert starts("day", ("Saturday", "Sunday", "Monday"), 3) == (5,)
    assert starts("letter", ("Y", "Z", "A"), 2) == (24,)


def test_orders_that_do_not_fit_are_refused():
    words = Words(("In order: {m0}, {m1},",), {kind: ("?",) for kind in sequence_continuation.ORDERS})
    with pytest.raises(TaskArgumentError, match=r"3 in a row.*\n.*score='sequence'"):
        sequence_continuation.TASK.draw(Random(0), words)


def test_list_corruptions_change_numbers_or_things_and_not_both():
    for one, other in texts(numbered_lists, "other-start"):
        steps = {int(after) - int(before) for before, after in differing(one, other)}
        assert len(steps) == 1
    for one, other in texts(numbered_lists, "shuffled"):
        changed = differing(one, other)
        assert sorted(before for before, _ in changed) == sorted(after for _, after in changed)
        assert all(before.isdigit() for before, _ in changed)
    for one, other in texts(numbered_lists, "other-items"):
        assert re.findall(r"\d", one) == re.findall(r"\d", other)
        assert not any(new in one.split() for _, new in differing(one, other))


def test_sums_of_both_prompts_are_as_the_corruption_says():
    def operands(prompt):
        return two_digit_addition.operands(prompt)

    for one, other in two_digit_addition.TASK.prompts(rows=ROWS, corruption="other-tens"):
        (a, b), (c, d) = operands(one), operands(other)
        assert (a % 10, b) == (c % 10, d)
        assert a != c
        assert other.right == (f" {c + b}",)
    for one, other in two_digit_addition.TASK.prompts(rows=ROWS, corruption="traded"):
        assert operands(one) == operands(other)[::-1]
        assert one.right == other.right
    for one, other in two_digit_addition.TASK.prompts(rows=ROWS, corruption="other-first"):
        assert operands(one)[1] == operands(other)[1]
        assert len(differing(one.text, other.text)) == 1


def test_examples_before_a_sum_are_right():
    for one, _ in two_digit_addition.TASK.prompts(rows=ROWS):
        for a, b, total in re.findall(r"(\d+) (?:\+|and) (\d+) (?:=|make|equals) (\d+)", one.text):
            assert int(a) + int(b) == int(total)


def test_held_out_numbers_end_in_many_digits():
    held_out = two_digit_addition.TASK.words("test")["number"]
    assert len({number[-1] for number in held_out}) >= 6


def test_names_of_either_gender_are_in_no_clean_prompt():
    for one, other in texts(gendered_pronoun, "either-gender"):
        ((name, neither),) = differing(one, other)
        assert name not in gendered_pronoun.EITHER
        assert neither in gendered_pronoun.EITHER


def test_other_name_keeps_the_pronoun_and_other_gender_trades_it():
    for one, other in gendered_pronoun.TASK.prompts(rows=ROWS, corruption="other-name"):
        assert (one.right, one.wrong) == (other.right, other.wrong)
        assert len(differing(one.text, other.text)) == 1
    for one, other in gendered_pronoun.TASK.prompts(rows=ROWS, corruption="other-gender"):
        assert (one.right, one.wrong) == (other.wrong, other.right)
        assert len(differing(one.text, other.text)) == 1


def test_names_of_one_gender_alone_are_refused():
    model = tokenizers.stand_in("gpt2")
    with pytest.raises(TaskArgumentError, match=r"two names or more for 'man'.*\n.*John"):
        gendered_pronoun.TASK.pairs(model, rows=8, words={"name": ["Mary", "Anna", "Sarah", "Emma"]})
