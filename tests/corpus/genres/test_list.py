"""Numbers of lists count up, recipes use what they list, rankings fall, nesting is regular."""

import itertools
import re

from cutaway.corpus.genres.list import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(120)]
LISTS = [block for document in DOCUMENTS for block in document.text.split("\n\n")]


def test_numbered_items_count_from_one():
    found = 0
    for block in LISTS:
        numbers = [int(one) for one in re.findall(r"^(\d+)[.)] ", block, re.M)]
        for before, after in zip([0, *numbers], numbers, strict=False):
            assert after in (before + 1, 1)
            found += 1
    assert found > 300


def test_steps_use_each_ingredient_and_nothing_else():
    found = 0
    for block in LISTS:
        if not re.search(r"^(Ingredients|You need|Take):$", block, re.M):
            continue
        _, ingredients, steps = re.split(
            r"^(?:Ingredients|You need|Take|Steps|Method|How it is done):$", block, flags=re.M
        )
        steps = "\n".join(line for line in steps.split("\n") if not re.search("already|can wait|anything", line))
        names = [line.split()[-1] for line in ingredients.strip().split("\n")]
        assert all(re.search(rf"\b{name}\b", steps) for name in names)
        used = re.findall(r"(?:the|mix the|over the|and the|to the) (\w+)", steps)
        assert set(used) - {"rest"} <= set(names)
        found += 1
    assert found > 15


def test_figures_of_a_ranking_fall():
    found = 0
    for block in LISTS:
        scores = [int(one) for one in re.findall(r"^\d+\. \w+ \((\d+)\)$", block, re.M)]
        if len(scores) > 3:
            assert scores == sorted(scores, reverse=True)
            found += 1
    assert found > 10


def test_items_of_a_shopping_list_belong_to_one_concept():
    found = 0
    for document in DOCUMENTS:
        concept = {start: value for kind, start, _, value in document.spans if kind == "concept"}
        for block in re.finditer(
            r"(?:Shopping list|We need|To buy on \w+|From the market in \w+):?\n(?:.+\n?)+", document.text
        ):
            items = [
                (start, end)
                for kind, start, end, value in document.spans
                if (kind, value) == ("part", "item") and block.start() <= start < block.end()
            ]
            last = [max(place for place in concept if start <= place < end) for start, end in items]
            assert len({concept[place] for place in last}) <= 1
            found += bool(items)
    assert found > 20


def test_nested_bullets_step_in_by_one_width_and_out_by_any():
    found = 0
    for block in LISTS:
        indents = [len(line) - len(line.lstrip()) for line in block.split("\n")[1:]]
        widths = {indent for indent in indents if indent}
        if widths:
            step = min(widths)
            assert all(indent % step == 0 for indent in indents)
            assert all(after - before <= step for before, after in itertools.pairwise(indents))
            found += 1
    assert found > 10
