"""Tasks of grammar and of code: answers worked by hand, and what each corruption leaves alone."""

import ast
import builtins
import re
from collections import Counter

import pytest

from cutaway.tasks.words import (
    capital_after_full_stop,
    counting_objects,
    html_tags,
    method_by_type,
    pronoun_tags,
    subject_verb_agreement,
)

ROWS = 300
ONE, MANY = (" is", " was", " has"), (" are", " were", " have")
LIST_METHODS = ("append", "extend", "insert", "sort", "reverse")
SET_METHODS = ("add", "union", "difference", "discard")
FRUITS, ANIMALS = "the pear, the dog, the fig, the fox and the plum", "the pear, the dog, the cat, the fox and the cow"


def texts(module, corruption):
    """Clean and corrupted texts."""
    return [(one.text, other.text) for one, other in module.TASK.prompts(rows=ROWS, corruption=corruption)]


def differing(one, other):
    """The words and signs of two texts that differ, place by place."""
    pairs = zip(re.findall(r"\w+|\W", one), re.findall(r"\w+|\W", other), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]]


def left_open(text, pair):
    """What is still open: pairs that hold nothing open are crossed out until none is left."""
    while (fewer := re.sub(pair, "", text)) != text:
        text = fewer
    return text


def open_tags(text):
    return re.findall(r"<(\w+)>", left_open("".join(re.findall(r"</?\w+>", text)), r"<(\w+)></\1>"))


@pytest.mark.parametrize(
    ("module", "text", "answers"),
    [
        (pronoun_tags, "The boys are very tired, aren't", (" they",)),
        (pronoun_tags, "They told me the queen was late again, wasn't", (" she",)),
        (pronoun_tags, "Well, the uncle is alone now, isn't", (" he",)),
        (pronoun_tags, "To be honest, the women were late again today, weren't", (" they",)),
        (subject_verb_agreement, "The keys behind the table", MANY),
        (subject_verb_agreement, "The key behind the tables", ONE),
        (subject_verb_agreement, "The boxes that the farmer needed", MANY),
        (subject_verb_agreement, "The box that the farmers needed", ONE),
        (counting_objects, f"Ann drew {FRUITS}. The number of fruits in the picture is", (" three",)),
        (counting_objects, f"Ann drew {FRUITS}. The number of animals in the picture is", (" two",)),
        (counting_objects, f"We lost {ANIMALS}. Among them, the fruits number", (" one",)),
        (counting_objects, f"We lost {ANIMALS}. Among them, the animals number", (" four",)),
        (html_tags, "<p><b>bold</", ("b",)),
        (html_tags, "<p><b>bold</b></", ("p",)),
        (html_tags, "<div>\n<em><p>one</p> two</", ("em",)),
        (method_by_type, "x = list(rows)\ny = dict(rows)\nx.", LIST_METHODS),
        (method_by_type, "x = list(rows)\ny = dict(rows)\ny.", ("items", "keys", "values", "get")),
        (method_by_type, "x = list(rows)\ny = set(x)\ny.", SET_METHODS),
    ],
)
def test_solver_finds_the_answer_that_is_worked_by_hand(module, text, answers):
    assert set(module.solve(text)) == set(answers)


@pytest.mark.parametrize(("mark", "is_end"), [(".", True), ("!", True), ("?", True), (",", False), (";", False)])
def test_answers_are_capitalised_after_an_end_and_only_there(mark, is_end):
    found = capital_after_full_stop.solve(f"The house was empty{mark}")
    assert {word.strip().istitle() for word in found} == {is_end}
    assert (" The" if is_end else " the") in found


def test_pairs_of_capitals_differ_in_their_last_character_alone():
    for corruption, stays in (("other-sort", False), ("same-sort", True)):
        for one, other in texts(capital_after_full_stop, corruption):
            assert one[:-1] == other[:-1]
            assert one[-1] != other[-1]
            assert ((one[-1] in ".!?") == (other[-1] in ".!?")) is stays


def test_ends_and_pauses_are_as_frequent_as_each_other():
    ends = sum(one.text[-1] in ".!?" for one, _ in capital_after_full_stop.TASK.prompts(rows=4000))
    assert abs(ends - 2000) < 4 * 4000**0.5 / 2


def test_tags_about_somebody_of_the_same_kind_differ_in_the_noun_alone():
    for one, other in texts(pronoun_tags, "same-kind"):
        assert len(differing(one, other)) == 1
        assert re.findall(r"\b(?:is|are|was|were)\b", one) == re.findall(r"\b(?:is|are|was|were)\b", other)


def test_other_gender_keeps_the_verb_unless_several_people_become_one():
    changes = Counter()
    for one, other in pronoun_tags.TASK.prompts(rows=ROWS, corruption="other-gender"):
        changes[one.right + other.right] += 1
        assert len(differing(one.text, other.text)) == (3 if one.right == (" they",) else 1)
    assert set(changes) == {(" he", " she"), (" she", " he"), (" they", " he"), (" they", " she")}


def test_an_attractor_changes_its_number_and_the_subject_stays():
    for one, other in subject_verb_agreement.TASK.prompts(rows=ROWS, corruption="other-attractor"):
        ((before, after),) = differing(one.text, other.text)
        assert before in (after + "s", after + "es") or after in (before + "s", before + "es")
        assert one.slots["subject"] == other.slots["subject"]
        assert one.right == other.right


def test_subject_and_attractor_agree_in_half_of_the_prompts():
    prompts = [one for one, _ in subject_verb_agreement.TASK.prompts(rows=4000)]
    alike = sum(one.slots["subject"].endswith("s") == one.slots["other"].endswith("s") for one in prompts)
    assert abs(alike - 2000) < 4 * 4000**0.5 / 2 + 4000 / 90  # a noun and its own plural are never together


def test_one_more_exchanges_one_thing_and_moves_the_count_by_one():
    numbers = [" one", " two", " three", " four", " five"]
    for one, other in counting_objects.TASK.prompts(rows=ROWS, corruption="one-more"):
        assert len(differing(one.text, other.text)) == 1
        assert abs(numbers.index(one.right[0]) - numbers.index(other.right[0])) == 1


def test_another_order_keeps_all_words_and_other_things_keep_their_kinds():
    for one, other in texts(counting_objects, "other-order"):
        assert Counter(re.findall(r"\w+", one)) == Counter(re.findall(r"\w+", other))
    for one, other in texts(counting_objects, "other-things"):
        for before, after in differing(one, other):
            assert [before in kind for kind in counting_objects.KINDS.values()] == [
                after in kind for kind in counting_objects.KINDS.values()
            ]


def test_the_answer_closes_the_last_tag_that_crossing_out_leaves_open():
    for one, _ in html_tags.TASK.prompts(rows=ROWS):
        assert open_tags(one.text)[-1] == one.right[0]
        assert not set(one.right) & set(one.wrong)


def test_traded_tags_are_the_same_in_the_other_order_and_other_rest_keeps_the_innermost():
    for one, other in texts(html_tags, "traded"):
        assert open_tags(one) == open_tags(other)[::-1]
        assert Counter(re.findall(r"\w+", one)) == Counter(re.findall(r"\w+", other))
    for one, other in texts(html_tags, "other-rest"):
        assert open_tags(one)[-1] == open_tags(other)[-1]
        assert not set(open_tags(one)[:-1]) & set(open_tags(other))


def test_code_goes_on_as_python_and_only_its_own_type_has_the_right_methods():
    for one, _ in method_by_type.TASK.prompts(rows=ROWS):
        ast.parse(f"{one.text}{one.right[0]}()")
        has = dir(getattr(builtins, one.slots["type"]))
        assert set(one.right) <= set(has)
        assert not set(one.wrong) & set(has)


def test_traded_types_are_the_same_and_another_spare_leaves_the_used_one():
    for one, other in texts(method_by_type, "traded"):
        assert Counter(re.findall(r"\w+", one)) == Counter(re.findall(r"\w+", other))
    for one, other in texts(method_by_type, "other-spare"):
        used = re.findall(r"(\w+)\.$", one)[0]
        made = rf"\b{used} = (\w+)\("
        assert len(differing(one, other)) == 1
        assert re.findall(made, one) == re.findall(made, other)
