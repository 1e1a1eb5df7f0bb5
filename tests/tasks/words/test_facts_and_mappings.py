"""Tasks of facts and of mappings: answers worked by hand, and what each corruption leaves alone."""

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.lexicon.dictionary import LANGUAGES, TRANSLATIONS
from cutaway.tasks.lexicon.mappings import FAMILIES
from cutaway.tasks.lexicon.world import COUNTRIES, PEOPLE, TOWNS, TRADES
from cutaway.tasks.words import factual_recall, few_shot_mapping, translation
from cutaway.tasks.words.forms.few_shot import few_shot
from tests.tasks import tokenizers

ROWS = 200
COUNTERFACT = Path(__file__).parents[4] / "shared" / "data" / "tasks" / "counterfact_prompts.jsonl.gz"
STATED = "Mary is a cook from Stone, John is a judge from Fern and Anna is a nurse from Mill. "
LANDS = "The map puts Mill in Nova, Stone in Luna and Fern in Eden. "
FACTS = [
    ("The capital of France is", "Paris", "Rome"),
    ("The capital of Italy is", "Rome", "Oslo"),
    ("The capital of Norway is", "Oslo", "Rome"),
    ("The river of London is called the", "Thames", "Rhine"),
    ("The river of Paris is called the", "Seine", "Thames"),
    ("Everybody likes", "bread", "stones"),
]


def texts(module, corruption):
    """Clean and corrupted texts."""
    return [(one.text, other.text) for one, other in module.TASK.prompts(rows=ROWS, corruption=corruption)]


def differing(one, other):
    """The words of two texts that differ, place by place."""
    pairs = zip(re.findall(r"\w+|\W", one), re.findall(r"\w+|\W", other), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]]


def written(folder, facts, name="facts.jsonl"):
    """A file of facts."""
    lines = [json.dumps(dict(zip(("prompt", "target_true", "target_new"), fact, strict=True))) for fact in facts]
    path = folder / name
    raw = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


@pytest.mark.parametrize(
    ("module", "text", "answers"),
    [
        (factual_recall, STATED + "So John works as a", (" judge",)),
        (factual_recall, STATED + "So Anna goes home to the town of", (" Mill",)),
        (factual_recall, STATED + LANDS + "So Mary lives in the country of", (" Luna",)),
        (factual_recall, LANDS + STATED + "So John lives in the country of", (" Eden",)),
        (factual_recall, STATED + "So Mary lives in the country of", ()),
        (factual_recall, STATED + "So Karen works as a", ()),
        (translation, "English: dog\nFrench: chien\n\nEnglish: cat\nFrench:", (" chat",)),
        (translation, "English: dog\nFrench: chien\n\nEnglish: snow\nGerman:", (" Schnee",)),
        (few_shot_mapping, "- a -> b\n- k -> l\n- x -> y\n- d -> e\n- m ->", (" n",)),
        (few_shot_mapping, "- a -> A\n- k -> K\n- x -> X\n- d -> D\n- m ->", (" M",)),
        (few_shot_mapping, "- a -> K\n- k -> X\n- x -> D\n- d -> A\n- m ->", ()),
        (few_shot_mapping, "- go -> went\n- see -> saw\n- take -> took\n- say -> said\n- fly ->", (" flew",)),
        (
            few_shot_mapping,
            "- Italy -> Rome\n- Spain -> Madrid\n- Iran -> Tehran\n- Japan -> Tokyo\n- Iraq ->",
            (" Baghdad",),
        ),
    ],
)
def test_answer_is_the_one_worked_by_hand(module, text, answers):
    assert module.TASK.solve(text) == answers


def test_stated_facts_are_those_of_the_world_whatever_the_seed():
    for seed in (0, 1):
        for one, _ in factual_recall.TASK.prompts(rows=ROWS, seed=seed):
            for name in (at for at in PEOPLE if f" {at}" in one.text):
                trade, town = PEOPLE[name]
                assert re.search(rf"\b({trade}|{town})\b", one.text)
            (answer,) = one.right
            trade, town = PEOPLE[one.slots["asked"]]
            assert answer.strip() in (trade, town, TOWNS[town])
            assert re.search(rf"\b{answer.strip()}\b", one.text)


def test_no_word_of_the_world_has_two_meanings():
    words = [*PEOPLE, *TOWNS, *TRADES, *COUNTRIES]
    assert len(set(words)) == len(words)
    assert {town for _, town in PEOPLE.values()} == set(TOWNS)


def test_three_people_give_three_answers():
    for one, _ in factual_recall.TASK.prompts(rows=ROWS):
        assert len({*one.right, *one.wrong}) == 3


def test_other_attribute_changes_one_word_and_another_subject_the_last_name():
    for one, other in factual_recall.TASK.prompts(rows=ROWS, corruption="other-attribute"):
        assert differing(one.text, other.text) == [(one.right[0].strip(), other.right[0].strip())]
    for one, other in texts(factual_recall, "other-subject"):
        ((old, new),) = differing(one, other)
        assert {old, new} <= set(PEOPLE)
        assert one[: one.rindex(old)] == other[: other.rindex(new)]


def test_swapped_facts_leave_the_names_and_lands_and_other_order_the_ties():
    for one, other in factual_recall.TASK.prompts(rows=ROWS, corruption="swapped-facts"):
        changed = {old for old, _ in differing(one.text, other.text)}
        assert changed
        assert changed <= {*TRADES, *TOWNS}
        assert Counter(re.findall(r"\w+", one.text)) == Counter(re.findall(r"\w+", other.text))
        assert other.right[0] in one.wrong
    for one, other in factual_recall.TASK.prompts(rows=ROWS, corruption="other-order"):
        assert {old for old, _ in differing(one.text, other.text)} & set(PEOPLE)
        assert one.right == other.right == factual_recall.TASK.solve(other.text)


def test_people_who_are_not_of_the_world_or_share_too_much_are_refused():
    with pytest.raises(TaskArgumentError, match="nobody called 'Zoe'"):
        factual_recall.threes(("Mary", "John", "Zoe", "Anna"), TRADES, "trade")
    with pytest.raises(TaskArgumentError, match="no three of the people"):
        factual_recall.threes(("Mary", "Helen", "Tom", "John"), TRADES, "trade")  # three guards and a sailor


@pytest.mark.parametrize("name", ["facts.jsonl", "facts.jsonl.gz"])
def test_file_of_facts_gives_prompts_with_their_answers(tmp_path, name):
    task = factual_recall.TASK.from_file(written(tmp_path, FACTS, name))
    known = {prompt: (f" {true}", f" {new}") for prompt, true, new in FACTS}
    for change in ("other-subject", "other-question"):
        for one, other in task.prompts(rows=ROWS, corruption=change):
            for prompt in (one, other):
                assert (*prompt.right, *prompt.wrong) == known[prompt.text]
                assert task.solve(prompt.text) == prompt.right
            assert one.right != other.right
            assert (one.text[:9] == other.text[:9]) == (change == "other-subject")
            assert one.text != "Everybody likes"
    assert task.solve("The capital of Spain is") == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{'prompt': 1}", "not JSON"),
        ("[1, 2]", "no object"),
        ('{"prompt": "It is", "target_true": "so"}', "'target_new'"),
        ('{"prompt": " ", "target_true": "so", "target_new": "no"}', "'prompt'"),
        ('{"prompt": "It is", "target_true": 3, "target_new": "no"}', "'target_true'"),
        ('{"prompt": "It is", "target_true": "so", "target_new": "so"}', "both"),
    ],
)
def test_bad_line_of_a_file_is_refused_with_its_number(tmp_path, line, reason):
    path = written(tmp_path, FACTS)
    path.write_text(path.read_text() + "\n\n" + line + "\n")
    with pytest.raises(TaskArgumentError, match=f"line {len(FACTS) + 2} of 'facts.jsonl'.*{reason}"):
        factual_recall.TASK.from_file(path)


def test_file_that_is_missing_or_packed_wrongly_or_too_short_is_refused(tmp_path):
    with pytest.raises(TaskArgumentError, match="there is no file"):
        factual_recall.TASK.from_file(tmp_path / "none.jsonl")
    plain = written(tmp_path, FACTS)
    with pytest.raises(TaskArgumentError, match="cannot be read"):
        factual_recall.TASK.from_file(plain.rename(tmp_path / "plain.jsonl.gz"))
    with pytest.raises(TaskArgumentError, match="fewer than two questions"):
        factual_recall.TASK.from_file(written(tmp_path, FACTS[:3]))


def test_counterfact_prompts_make_pairs_of_one_length():
    if not COUNTERFACT.is_file():
        pytest.skip(f"{COUNTERFACT} is not here")
    task = factual_recall.TASK.from_file(COUNTERFACT)
    assert task.solve("The mother tongue of Danielle Darrieux is") == (" French",)
    pairs = task.pairs(tokenizers.stand_in("gpt2"), rows=64)
    assert pairs.mask is None
    assert pairs.metric.name == "logit_difference"
    assert bool((pairs.clean[:, -1] == pairs.corrupted[:, -1]).all())


def test_no_translation_of_a_word_is_also_another_one():
    for word, row in TRANSLATIONS.items():
        assert len({word, *row}) == 1 + len(LANGUAGES)
        assert not set(row) & set(TRANSLATIONS)
    for column in zip(*TRANSLATIONS.values(), strict=True):
        assert len(set(column)) == len(TRANSLATIONS) >= 60


def test_translation_shows_two_right_examples_of_either_language():
    for one, _ in translation.TASK.prompts(rows=ROWS):
        named = [one.slots[f"language{at}"] for at in range(4)]
        assert sorted(Counter(named).values()) == [2, 2]
        assert one.slots["language"] in named
        assert one.slots["word"] not in [one.slots[f"word{at}"] for at in range(4)]
        for at in range(4):
            assert one.slots[f"answer{at}"] == TRANSLATIONS[one.slots[f"word{at}"]][LANGUAGES.index(named[at])]


def test_only_the_question_of_a_translation_changes():
    for corruption, known in (("other-word", TRANSLATIONS), ("other-language", LANGUAGES)):
        for one, other in texts(translation, corruption):
            ((old, new),) = differing(one, other)
            assert {old, new} <= set(known)
            assert one[: one.rindex(old)] == other[: other.rindex(new)]


def test_crossed_examples_are_all_wrong_and_in_their_own_language():
    for one, other in translation.TASK.prompts(rows=ROWS, corruption="crossed-examples"):
        assert len(differing(one.text, other.text)) == 4
        for at in range(4):
            place = LANGUAGES.index(other.slots[f"language{at}"])
            assert other.slots[f"answer{at}"] in [row[place] for row in TRANSLATIONS.values()]
            assert other.slots[f"answer{at}"] != TRANSLATIONS[other.slots[f"word{at}"]][place]


def test_template_of_examples_ends_before_its_last_answer():
    assert few_shot("{x} is {answer}.", count=2, gap=" ") == "{x0} is {answer0}. {x1} is {answer1}. {x} is"


def test_each_family_has_two_mappings_of_the_same_words_that_never_agree():
    words = [word for one, _ in (family.values() for family in FAMILIES.values()) for word in one]
    assert len(set(words)) == len(words)
    for one, two in (family.values() for family in FAMILIES.values()):
        assert list(one) == list(two)
        assert all(one[word] != two[word] for word in one)
        assert len(set(one.values())) == len(set(two.values())) == len(one)


def test_every_family_fits_single_tokens_in_both_splits():
    for name in ("gpt2", "pythia"):
        model = tokenizers.stand_in(name)
        for split in ("train", "test"):
            pairs = few_shot_mapping.TASK.pairs(model, rows=ROWS, split=split)
            rights = {right[0].strip() for right in pairs.frame["right"]}
            for family, (one, two) in ((family, both.values()) for family, both in FAMILIES.items()):
                assert rights & {*one.values(), *two.values()}, (name, split, family)


def test_other_mapping_leaves_all_words_and_other_query_all_examples():
    for one, other in few_shot_mapping.TASK.prompts(rows=ROWS, corruption="other-mapping"):
        assert len(differing(one.text, other.text)) == 4
        assert other.right == one.wrong
        assert other.wrong == one.right
    for one, other in few_shot_mapping.TASK.prompts(rows=ROWS, corruption="other-query"):
        assert differing(one.text, other.text) == [(one.slots["word"], other.slots["word"])]


def test_shuffled_labels_are_the_same_answers_and_each_stands_with_a_wrong_word():
    for one, other in few_shot_mapping.TASK.prompts(rows=ROWS, corruption="shuffled-labels"):
        assert sorted(re.findall(r"\w+", one.text)) == sorted(re.findall(r"\w+", other.text))
        assert len(differing(one.text, other.text)) == 4
        assert few_shot_mapping.TASK.solve(other.text) == ()
