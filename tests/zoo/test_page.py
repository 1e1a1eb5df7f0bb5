"""The page of the zoo shows every model that ships, with the numbers of its card, and loads nothing."""

import re

import pytest

from cutaway.zoo import page
from cutaway.zoo.card import HEADLINES
from cutaway.zoo.page import FIGURES, language_course, tables_of, task_course
from cutaway.zoo.shipped import card_of
from cutaway.zoo.table import shipped_cards


@pytest.fixture(scope="module")
def cards():
    return list(shipped_cards())


def test_every_model_has_a_course_and_a_row(cards):
    tables = tables_of(cards)
    models = {card["address"].split("@")[0] for card in cards}
    language = {f"{row.family}-{row.layers}" for row in tables["language"].itertuples()}
    assert language | set(tables["tasks"]["model"]) == models
    rows = [*tables["language models"]["model"], *tables["models of tasks"]["model"]]
    assert sorted(rows) == sorted(card["address"] for card in cards)
    assert {header.table for header in FIGURES} == set(tables)


def test_a_course_ends_at_the_curve_s_end_of_the_first_seed_inside_the_band_of_all(cards):
    found = tables_of(cards)["language"]
    two = found[(found.family == "attn-only") & (found.layers == "2l")].sort_values("step")
    curves = [card_of(name)["curve"] for name in ("attn-only-2l", "attn-only-2l@seed=1", "attn-only-2l@seed=2")]
    ends = [curve[-1]["generated_loss_nats"] for curve in curves]
    last = two.iloc[-1]
    assert last["generated_loss_nats"] == ends[0]
    assert (last["generated_loss_nats_low"], last["generated_loss_nats_high"]) == (min(ends), max(ends))
    assert two["induction"].iloc[-1] == curves[0][-1]["induction_layer_1"]
    alone = two[two["step"] == 448].iloc[0]  # only the first seed was looked at there
    assert alone[["induction_low", "induction_high"]].isna().all()
    assert 0 < alone["induction"] < 1


def test_courses_leave_out_the_start_which_an_axis_of_equal_factors_has_no_place_for():
    card = {
        "address": "attn-only-3l-dropout@seed=2",
        "curve": [
            {"step": step, "generated_loss_nats": 7.0, "in_context_nats": 0.0, "induction_layer_0": 0.1}
            | {"induction_layer_1": 0.4}
            for step in (0, 500)
        ],
    }
    assert list(language_course(card)) == [
        {"family": "attn-only", "layers": "3l-dropout", "seed": 2, "step": 500, "generated_loss_nats": 7.0}
        | {"induction": 0.4, "in_context_nats": 0.0}
    ]


def test_what_a_task_is_judged_by_is_what_its_card_is(cards):
    for card in cards:
        measures = [name for name in HEADLINES[1:] if name in card["measured"]]
        if not measures:
            continue
        course = list(task_course(card))
        assert course[-1]["share_right"] == card["curve"][-1][measures[0]]


def test_a_zoo_without_models_has_a_page_without_figures(monkeypatch):
    monkeypatch.setattr(page, "shipped_cards", lambda: iter(()))
    text = page.zoo_page()
    assert "0 models" in text
    assert "<figure" not in text


def test_the_page_asks_no_host_and_names_every_model(cards):
    text = page.zoo_page()
    assert not re.search(r"""(?:src|href)=["']https?://""", text)
    assert "default-src 'none'" in text
    for card in cards:
        assert f">{card['address']}<" in text
