"""Claims hold on tables that are made to have what is claimed, and fail on tables made to lack it."""

import numpy as np
import pandas as pd
import pytest

from cutaway.lab import Lab, crossed, misfires
from cutaway.lab.menders import SHARES
from cutaway.records import verdict
from cutaway.studies.toy_language_models import bug_fixing_circuits as study
from tests.studies.smoke import run_smoke

N, SEEDS = 1000, (0, 1, 2)
ALONE, NORM, MLP, _ = crossed.KINDS


def said(findings):
    return {finding.key: verdict(study.STUDY.claim(finding.key), finding) for finding in findings}


def squares(alone=0.5, norm=0.01, mlp=0.01, held_norm=0.45, held_mlp=0.05):
    """How often models are wrong on crossed squares, free and held; on straight ones, never."""
    kinds = ((ALONE, alone, alone), (NORM, norm, held_norm), (MLP, mlp, held_mlp))
    rows = []
    for models, free, held in kinds:
        for seed in SEEDS:
            named = {"models": models, "seed": seed, "n": N, "loss_nats": 0.7}
            rows.append(named | {"squares": "crossed", "wrong": round((free + seed / 100) * N), "share_held": held})
            rows.append(named | {"squares": "straight", "wrong": 0, "share_held": 0.0})
    return pd.DataFrame(rows)


def test_attention_alone_has_the_bug_and_mlp_and_norms_mend_it_each_in_its_way():
    assert set(said(study.on_trigrams(squares())).values()) == {"held"}


def test_where_all_have_it_nothing_is_mended_and_where_none_has_it_there_is_no_bug():
    all_have = said(study.on_trigrams(squares(norm=0.48, mlp=0.48)))
    assert (all_have["norms-mend-it"], all_have["an-mlp-mends-it"]) == ("failed", "failed")
    assert said(study.on_trigrams(squares(alone=0.02)))["attention-alone-has-the-bug"] == "failed"


def test_neurons_that_need_attention_to_ask_do_not_mend_it_by_themselves_and_norms_might():
    found = said(study.on_trigrams(squares(held_norm=0.02, held_mlp=0.5)))
    assert (found["neurons-do-it-with-an-mlp"], found["attention-does-it-with-norms"]) == ("failed", "failed")


def test_one_seed_that_is_not_mended_spoils_all_of_them():
    table = squares()
    table.loc[(table["models"] == MLP) & (table["seed"] == 1) & (table["squares"] == "crossed"), "wrong"] = 480
    assert said(study.on_trigrams(table))["an-mlp-mends-it"] == "failed"


def out(prompts, chosen, others, free=0.02, **named):
    """What is wrong without the chosen tenth of units and without ten sets of others."""
    rows = []
    for seed in SEEDS:
        shares = [("none", 0.0, free), ("chosen", SHARES[0], chosen + seed / 100), ("chosen", SHARES[1], 1.0)]
        shares += [("others", SHARES[0], others + number / 1000) for number in range(10)]
        rows += [{"prompts": prompts, "seed": seed, "out": name, "share": at, "wrong": x} for name, at, x in shares]
    return pd.DataFrame(rows).assign(**named)


def test_few_neurons_bring_a_trigram_s_bug_back_and_no_others_may_do_as_much():
    def found(*shares):
        return said([study.on_trigram_neurons(squares(), out("crossed", *shares))])["few-neurons-mend-a-trigram"]

    assert found(0.45, 0.03) == "held"
    assert found(0.05, 0.03) == "failed"
    assert found(0.45, 0.46) == "undecided"


def questions(two=0.4, three=0.05, mlps=0.05, beside=0.05):
    """How often models are wrong, and run on, where they may be and beside it."""
    rows = []
    for models, share in ((study.TWO, two), (study.THREE, three), (study.MLPS, mlps)):
        for bug, (other, *_) in study.BUGS.items():
            for seed in SEEDS:
                named = {"models": models, "seed": seed, "n": N}
                for kind, rate in ((bug, share), (other, beside)):
                    count = round((rate + seed / 100) * N)
                    hard = "easy" if kind == study.ONE else "hard"
                    rows.append(named | {"kind": kind, "rows": hard, "wrong": count, "misfires": count})
    return pd.DataFrame(rows)


def test_two_layers_have_each_bug_and_a_third_or_mlps_mend_it():
    found = said(study.on_strings(questions()))
    assert len(found) == 9
    assert set(found.values()) == {"held"}


def test_who_has_no_bug_or_mends_none_is_told():
    without = said(study.on_strings(questions(two=0.02)))
    assert {without[has] for _, _, has, *_ in study.BUGS.values()} == {"failed"}
    alike = said(study.on_strings(questions(three=0.38, mlps=0.42)))
    assert {alike[key] for _, _, _, *mends in study.BUGS.values() for key in mends} == {"failed"}


def test_wrong_beside_the_bug_as_often_is_no_bug():
    found = said(study.on_strings(questions(beside=0.4)))
    assert {found[has] for _, _, has, *_ in study.BUGS.values()} == {"undecided"}


def test_neurons_that_stop_and_neurons_that_read_are_told_from_neurons_that_do_everything():
    def found(stops, reads, alike):
        close = out(study.CLOSE, stops, 0.04, bug=study.CLOSE, models=study.MLPS)
        words = [
            out(kind, share, 0.04, bug=study.SPELLED, models=study.MLPS)
            for kind, share in ((study.SPELLED, reads), (study.ALIKE, alike))
        ]
        return said(study.on_string_neurons(questions(), pd.concat([close, *words])))

    assert found(0.4, 0.4, 0.04) == {"few-neurons-stop": "held", "few-neurons-read-other-spellings": "held"}
    assert found(0.05, 0.4, 0.4) == {"few-neurons-stop": "failed", "few-neurons-read-other-spellings": "failed"}


def test_neurons_by_hand_are_found_and_from_the_other_end_of_the_order_they_are_not(monkeypatch):
    assert said([study.on_planted(Lab())]) == {"neurons-by-hand-are-found": "held"}
    ranked = study.order
    monkeypatch.setattr(study, "order", lambda *given: ranked(*given)[::-1])
    assert said([study.on_planted(Lab())]) == {"neurons-by-hand-are-found": "failed"}


def test_one_model_of_each_kind_is_grown_and_its_tables_have_what_the_study_reads():
    grown = crossed.grow(crossed.Skipper(MLP, 100, 2, 8, 64, 10))
    assert set(grown) == {"course", "squares", "out"}
    assert set(grown["out"]["out"]) == {"none", "chosen", "others"}
    read = misfires.grow(misfires.Reader(3, False, 100, 2, 4, 64, 10))
    assert set(read["out"]["bug"]) == {study.SPELLED, study.CLOSE}
    assert np.isclose(
        read["questions"].query("rows == 'hard'")["n"].sum(),
        read["questions"].query("rows == 'easy'")["n"].sum(),
        rtol=0.2,
    )


@pytest.mark.slow
def test_whole_study_answers_every_claim_and_draws_every_figure_at_its_smallest(tmp_path):
    run_smoke(study.STUDY, tmp_path)
