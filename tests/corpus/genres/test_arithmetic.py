"""Every result is worked out again from the text."""

import re

from cutaway.corpus.genres.arithmetic import GENRE
from cutaway.corpus.kinds import words

DOCUMENTS = [GENRE.document(seed) for seed in range(150)]
LINES = [line for document in DOCUMENTS for line in document.text.split("\n")]
SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SIZES = {
    ("hours", "minutes"): 60,
    ("kilometres", "metres"): 1000,
    ("minutes", "seconds"): 60,
    ("metres", "centimetres"): 100,
    ("days", "hours"): 24,
    ("kilograms", "grams"): 1000,
    ("weeks", "days"): 7,
    ("years", "months"): 12,
    ("feet", "inches"): 12,
    ("yards", "feet"): 3,
    ("centuries", "years"): 100,
}


def number(text):
    return SMALL.index(text) if text in SMALL else int(text)


def test_both_sides_of_every_equals_sign_without_a_letter_are_equal():
    found = 0
    for numbered in LINES:
        line = re.sub(r"^\d+\) ", "", numbered)
        if re.search(r"\b[a-z] [=+-] ", line):
            continue
        for equation in re.findall(r"(?<![\w)] )(?<!\w)[(\d][\d ()*/+\-]*(?: = [\d ()*/+\-]*\d\)*)+", line):
            sides = [eval(side) for side in re.sub(r"^\d+\) ", "", equation).split("=")]
            assert len(set(sides)) == 1, line
            found += 1
    assert found > 1000


def test_the_letter_has_the_value_that_solves_the_equation():
    pattern = r"(?:(\d) )?([a-z]) ([+-]) (\d+) = (\d+),.*\b\2 = (\d+)\.$"
    solved = [match.groups() for line in LINES if (match := re.search(pattern, line))]
    assert len(solved) > 30
    for times, _, sign, plus, right, value in solved:
        assert int(times or 1) * int(value) + (int(plus) if sign == "+" else -int(plus)) == int(right)


def test_comparisons_and_divisions_are_true():
    found = 0
    for line in LINES:
        for one, sign, two in re.findall(r"(\d+) ([<>]) (\d+)$", line):
            assert (int(one) < int(two)) == (sign == "<")
            found += 1
        for one, how, two, gap in re.findall(r"(\d+) is (less|greater) than (\d+), the difference is (\d+)", line):
            assert (int(two) - int(one)) * (1 if how == "less" else -1) == int(gap) > 0
            found += 1
        for one, no, two in re.findall(r"(\d+) is (not )?divisible by (\d+)", line):
            assert (int(one) % int(two) != 0) == bool(no)
            found += 1
    assert found > 100


def test_units_are_turned_into_units_of_the_right_size():
    found = 0
    for one, first, two, second in re.findall(r"(\d+) ([a-z]+) are (\d+) ([a-z]+)\.", "\n".join(LINES)):
        if (first, second) in SIZES:
            assert int(one) * SIZES[first, second] == int(two)
            found += 1
        elif (second, first) in SIZES:
            assert int(one) == int(two) * SIZES[second, first]
            found += 1
    assert found > 30


def test_carried_sums_come_out():
    sums = re.findall(r"(\d+) \+ (\d+): .*?(?:sum is|that makes) (\d+)\.", "\n".join(LINES))
    assert len(sums) > 20
    assert all(int(one) + int(two) == int(total) for one, two, total in sums)


def test_each_digit_is_added_aloud_with_what_is_carried():
    names = words(f"{' '.join(SMALL)} thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
    found = 0
    for one, two, said in re.findall(r"(\d+) \+ (\d+): (.*);", "\n".join(LINES)):
        carry = 0
        for place, step in enumerate(said.split("; ")):
            digits = [int(one[-1 - place]), int(two[-1 - place]), *([1] if carry else [])]
            carry = sum(digits) // 10
            spoken = f"{' plus '.join(names[digit] for digit in digits)} is {names[sum(digits)]}"
            last = place == len(one) - 1
            assert step == spoken + (f", write {names[sum(digits) % 10]} carry one" if carry and not last else "")
            found += 1
    assert found > 40


def test_stories_add_what_comes_and_take_what_goes():
    checked = 0
    for line in LINES:
        story = re.match(r"(?:\d+\) )?(.*(?:had|counted|were|owned) .*)\. How many.*\? .*?(\d+)\.$", line)
        sentences = story.group(1).split(". ") if story else []
        amounts = [re.findall(rf"\b(?:{'|'.join(SMALL)}|\d+)\b", sentence) for sentence in sentences]
        if any(len(found) != 1 for found in amounts) or not story or "friends" in line or "boxes" in line:
            continue
        signs = [1] + [-1 if " of them" in sentence else 1 for sentence in sentences[1:]]
        total = sum(sign * number(found[0]) for sign, found in zip(signs, amounts, strict=True))
        assert total == int(story.group(2)), line
        checked += 1
    assert checked > 15
