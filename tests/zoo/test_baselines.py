"""The n-grams beside every loss: of the text that the family reads, and measured by what ships."""

import json

import torch

from cutaway.zoo import baselines
from cutaway.zoo.baselines import SHIPPED, measured, shipped
from cutaway.zoo.recipes.language import DATA, SCHEDULE
from tests.zoo.test_data import little  # noqa: F401


def test_what_ships_was_measured_on_the_text_that_the_family_reads():
    text = json.loads(SHIPPED.read_text())["text"]
    assert text["generated"] == DATA.identity()["generated"]
    assert text["rows"] == DATA.read_before(SCHEDULE.steps, rows=SCHEDULE.rows)
    assert shipped()["5-gram"]["generated"] < shipped()["bigram"]["generated"] < shipped()["unigram"]["generated"]


def test_rows_read_are_those_of_all_steps_before():
    for step in (0, 1, 999, 1000, 1001, 3000):
        sizes = (8 * (DATA.wide if at < DATA.settles else 1) for at in range(step))
        assert DATA.read_before(step, rows=8) == sum(sizes)


def test_they_are_measured_by_the_same_function(little, monkeypatch):  # noqa: F811
    monkeypatch.setattr(baselines, "library", lambda *, held_out: torch.arange(1, 500) % 300)
    found = measured(little, rows=10)
    assert found["text"]["rows"] == 10
    assert found["text"]["generated"] == DATA.identity()["generated"]
    losses = found["nats"]
    assert set(losses) == set(baselines.ORDERS)
    assert losses["bigram"]["generated"] < losses["unigram"]["generated"] - 0.5
