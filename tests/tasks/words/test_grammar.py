"""Tasks of grammar, counting, brackets and tags: cases worked by hand, and what each corruption leaves alone."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from random import Random

import pytest

from cutaway.tasks.find import task
from cutaway.tasks.words import (
    capital_after_full_stop,
    closing_brackets,
    counting_objects,
    html_tags,
    method_by_type,
    pronoun_tags,
    subject_verb_agreement,
)

SINGULAR, PLURAL = {" is", " was", " has"}, {" are", " were", " have"}


@pytest.mark.parametrize(
    ("module", "text", "right"),
    [
        (subject_verb_agreement, "The keys near the cabinet by the door", PLURAL),
        (subject_verb_agreement, "The letter that the kings needed", SINGULAR),
        (pronoun_tags, "Well, the queen was late again, wasn't", {" she"}),
        (pronoun_tags, "So the uncle is too slow after all, isn't", {" he"}),
        (pronoun_tags, "Once more the doctors were alone now, weren't", {" they"}),
        (counting_objects, "the dog, the pear, the saw, the plum and the fig. The fruits:", {" three"}),
        (counting_objects, "the dog, the pear, the saw, the plum and the fig. The tools:", {" one"}),
        (closing_brackets, "a = (b[c + {d}, e", {"]"}),
        (closing_brackets, "{a, (b), [c] and d", {"}"}),
        (closing_brackets, "The map <not the key (nor [the box] but the door", {")"}),
        (html_tags, "<div><p>one <b>two</b> three</", {"p"}),
        (html_tags, "<i>one</i><form><code>two</code></", {"form"}),
        (method_by_type, "a = list(x)\nb = dict(y)\nb.", {"items", "keys", "values", "get"}),
        (method_by_type, "a = set(x)\nb = dict(y)\na.", {"add", "union", "difference", "discard"}),
    ],
)
def test_solver_answers_as_a_reader_does(module, text, right):
    assert set(module.solve(text)) == right


def test_an_end_is_followed_by_a_capital_and_a_pause_is_not():
    assert " The" in capital_after_full_stop.solve("He left.")
    assert " the" not in capital_after_full_stop.solve("Did he leave?")
    assert " the" in capital_after_full_stop.solve("He left,")
    assert " The" not in capital_after_full_stop.solve("He left;")


@pytest.mark.parametrize(
    ("name", "corruption", "kept"),
    [
        ("subject-verb-agreement", "other-number", {"other"}),
        ("subject-verb-agreement", "other-attractor", {"subject"}),
        ("pronoun-tags", "same-kind", {"verb", "state"}),
        ("capital-after-full-stop", "other-sort", {"name", "place"}),
        ("counting-objects", "one-more", {"kind", "name"}),
        ("closing-brackets", "other-inner", {"outer", "o", "a", "b", "d", "e", "f"}),
        ("closing-brackets", "other-outer", {"inner", "o", "a", "b", "d", "e", "f"}),
        ("closing-brackets", "other-values", {"inner", "outer", "o"}),
        ("html-tags", "other-inner", {"outer", "done", "one", "other"}),
        ("html-tags", "other-rest", {"inner", "one", "other"}),
        ("method-by-type", "other-type", {"spare", "name", "beside", "one", "other"}),
        ("method-by-type", "other-spare", {"type", "name", "beside", "one", "other"}),
    ],
)
def test_a_corruption_leaves_alone_what_it_is_blind_to(name, corruption, kept):
    for one, other in task(name).prompts(rows=50, corruption=corruption):
        assert one.template == other.template
        assert all(one.slots[slot] == other.slots[slot] for slot in kept)


def test_every_count_of_things_comes_up_and_the_list_is_always_as_long():
    drawn = [one for one, _ in task("counting-objects").prompts(rows=300)]
    assert {one.right for one in drawn} == {(number,) for number in counting_objects.NUMBERS}
    assert {one.text.count("the ") >= counting_objects.LISTED for one in drawn} == {True}


def test_one_thing_less_of_a_single_one_is_one_more():
    prompt = next(one for one, _ in task("counting-objects").prompts(rows=200) if one.right == (" one",))
    words = task("counting-objects").words()
    spoiled = [counting_objects.one_more(prompt, Random(seed), words) for seed in range(20)]
    assert {one.right for one in spoiled} == {(" two",)}


def test_only_methods_that_no_other_type_has_are_right():
    for kind, methods in method_by_type.METHODS_OF.items():
        for other, made in method_by_type.TYPES.items():
            assert all(hasattr(made, method) == (other == kind) for method in methods)


def test_the_subject_decides_and_not_the_noun_beside_it():
    prompt = replace(task("subject-verb-agreement").prompts(rows=1)[0][0], template="The {subject} near the {other}")
    for subject, other, right in (("key", "boxes", SINGULAR), ("keys", "box", PLURAL)):
        answered = subject_verb_agreement.answered(prompt.with_slots((), subject=subject, other=other))
        assert set(answered.right) == right
        assert set(answered.wrong) == (SINGULAR | PLURAL) - right


class OpenTags(HTMLParser):
    """The tags that are open where the text ends, read by the standard library."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_closed_tag_is_the_last_one_that_an_html_parser_finds_open():
    for split in ("train", "test"):
        for pair in task("html-tags").prompts(rows=100, split=split, corruption="traded"):
            for prompt in pair:
                parser = OpenTags()
                parser.feed(prompt.text.removesuffix("</"))
                assert prompt.right == (parser.open[-1],)
                assert len(parser.open) == 2


def test_bracket_left_last_when_pairs_are_struck_out_is_closed():
    pairs = re.compile(r"\([^][(){}<>]*\)|\[[^][(){}<>]*\]|\{[^][(){}<>]*\}|<[^][(){}<>]*>")
    for split in ("train", "test"):
        for both in task("closing-brackets").prompts(rows=100, split=split, corruption="other-inner"):
            for prompt in both:
                left = re.findall(r"[][(){}<>]", pairs.sub("", prompt.text))
                assert len(left) == 2
                assert prompt.right == tuple(")]}>"["([{<".index(left[-1])])


def test_both_numbers_of_a_noun_are_in_the_same_split():
    agreement = task("subject-verb-agreement")
    for split, count in (("train", 80), ("test", 20)):
        nouns = agreement.words(split)["noun"]
        assert len(nouns) == count
        assert {subject_verb_agreement.turned(noun) for noun in nouns} == set(nouns)


def test_every_usable_thing_can_take_the_place_of_another():
    drawn = task("counting-objects").prompts(rows=2000, corruption="other-things")
    fresh = {other.slots[item] for _, other in drawn for item in counting_objects.ITEMS}
    assert fresh == set(counting_objects.THINGS)
