"""The study reaches the right verdict where the answer is known, and a wrong subject makes each claim fail."""

from dataclasses import replace

import pandas as pd
import pytest

from cutaway.lab import Lab
from cutaway.models import Model, untrained_twin
from cutaway.planted import one_layer, two_layer
from cutaway.records import verdict
from cutaway.studies.tooling import head_wiki as study
from cutaway.techniques.detectors import planted_scores as scoring
from cutaway.techniques.detectors.null import head_null
from cutaway.techniques.detectors.texts import repeats_for


def named(model, name):
    return Model(name=name, module=model.module, layout=model.layout, tokenizer=model.tokenizer)


def verdicts(findings):
    return {finding.key: verdict(study.STUDY.claim(finding.key), finding) for finding in findings}


ONE = named(one_layer(seed=0, vocab=24, context=128).model, "one")
TWO = named(two_layer(seed=0, vocab=24, context=128).model, "two")


@pytest.fixture(scope="module")
def null():
    return head_null(TWO, repeats_for(TWO, rows=8, seed=0).tokens, seed=0, twins=6)


def test_planted_induction_is_found_and_its_absence_too(null):
    found = verdicts(study.on_trained(Lab(smoke=True), ONE, TWO, null))
    assert found == {"two-layers-have-induction": "held", "one-layer-has-none": "held"}


def test_models_the_wrong_way_round_fail_both_claims(null):
    found = verdicts(study.on_trained(Lab(smoke=True), TWO, ONE, null))
    assert found == {"two-layers-have-induction": "failed", "one-layer-has-none": "failed"}


def test_untrained_models_have_no_induction_and_absence_without_a_control_is_undecided(null):
    untrained = [named(untrained_twin(TWO, seed=seed), f"twin {seed}") for seed in (50, 51)]
    found = verdicts(study.on_trained(Lab(smoke=True), *untrained, null))
    assert found == {"two-layers-have-induction": "failed", "one-layer-has-none": "undecided"}


def test_detectors_with_ablation_find_planted_heads_that_pattern_alone_confuses_with_decoys():
    lab = Lab(smoke=True)
    both, pattern = study.on_planted(lab)
    assert verdicts([both])["planted-heads-are-found"] == "held"
    assert pattern.value < both.value == 1.0
    decoys = lab.tables["planted"].query("truth == 'decoy' and by_pattern > 0.9")
    assert set(decoys["kind"]) >= {"equal_tokens_copying_nothing", "after_copy_copying_nothing"}
    assert decoys["by_both"].max() == 0.0


def test_shuffled_truth_fails_the_claim(monkeypatch):
    def shuffled(planted, **settings):
        table = scoring.planted_scores(planted, **settings)
        return table.assign(
            is_true=table.groupby(["planted", "detector"])["is_true"].transform(
                lambda x: x.sample(frac=1, random_state=1).to_numpy()
            )
        )

    monkeypatch.setattr(study, "planted_scores", shuffled)
    assert verdicts(study.on_planted(Lab(smoke=True)))["planted-heads-are-found"] == "failed"


def test_twins_of_a_planted_model_are_quiet_and_copies_of_it_are_not(monkeypatch):
    lab, small = Lab(smoke=True), two_layer(seed=0, vocab=20, context=32).model
    rows = lab.size(smoke=8, full=64)
    null = head_null(small, repeats_for(small, rows=rows, seed=0).tokens, seed=0, twins=20)
    quiet = study.on_twins(lab, small, null)
    assert quiet.control.value == 100.0
    monkeypatch.setattr(Lab, "untrained_twins", lambda self, model, *, count, first=0: [small] * count)
    assert verdicts([study.on_twins(lab, small, null)]) == {"untrained-twins-are-quiet": "failed"}
    assert lab.tables["twins"]["beyond_null_per_hundred"].min() == 100.0


def test_agreement_with_ablation_is_one_when_worth_follows_score_and_minus_one_when_it_opposes():
    lab = Lab()
    scores = pd.Series(range(10), dtype=float)
    lab.table("effects", pd.DataFrame({"model": "one", "score": scores, "effect_nats": scores**3}))
    assert study.on_ablation(lab, ONE).value == pytest.approx(1.0)
    lab.table("effects", pd.DataFrame({"model": "one", "score": scores, "effect_nats": -scores}))
    assert study.on_ablation(lab, ONE).value == pytest.approx(-1.0)


@pytest.mark.slow
def test_whole_study_answers_every_claim_and_the_smoke_run_is_small():
    import time

    lab, began = Lab(smoke=True), time.process_time()
    findings = study.run(lab)
    assert [finding.key for finding in findings] == [claim.key for claim in study.STUDY.claims]
    for figure in study.STUDY.figures:
        assert len(lab.tables[figure.table]) > 0
    assert time.process_time() - began < 30  # 10 by itself, more with shapes checked beside another process


def test_held_out_twins_are_none_of_those_behind_the_null(monkeypatch):
    asked = []
    real = Lab.untrained_twins

    def spy(self, model, *, count, first=0):
        asked.append((first, count))
        return real(self, model, count=count, first=first)

    monkeypatch.setattr(Lab, "untrained_twins", spy)
    small = two_layer(seed=0, vocab=20, context=32).model
    study.on_twins(Lab(smoke=True), small, head_null(small, repeats_for(small, rows=8, seed=0).tokens, seed=0))
    assert [first >= 20 for first, _ in asked] == [True]


def test_control_of_the_twins_is_measured_too(monkeypatch):
    """With untrained models in the place of the planted ones the control sees nothing, and absence is undecided."""
    lab, small = Lab(smoke=True), two_layer(seed=0, vocab=20, context=32)
    blank = [replace(small, model=untrained_twin(small.model, seed=n)) for n in (70, 71, 72)]
    monkeypatch.setattr(Lab, "planted_two_layer", lambda self, count: blank)
    null = head_null(small.model, repeats_for(small.model, rows=8, seed=0).tokens, seed=0)
    found = study.on_twins(lab, small.model, null)
    assert found.control.value < 50
    assert verdicts([found])["untrained-twins-are-quiet"] != "held"


def test_claim_of_induction_is_judged_against_the_null_of_its_detector(null):
    findings = {finding.key: finding for finding in study.on_trained(Lab(smoke=True), ONE, TWO, null)}
    assert findings["two-layers-have-induction"].null == tuple(null.largest["induction"])


def test_agreement_carries_its_null():
    lab = Lab()
    lab.table("effects", pd.DataFrame({"model": "one", "score": range(12), "effect_nats": range(12)}))
    finding = study.on_ablation(lab, ONE)
    assert len(finding.null) >= 100
    assert finding.null_line < 1.0


def test_best_heads_are_measured_on_prompts_that_the_wiki_did_not_show(monkeypatch, null):
    seeds = []
    real = study.repeats_for
    monkeypatch.setattr(
        study, "repeats_for", lambda model, *, rows, seed: seeds.append(seed) or real(model, rows=rows, seed=seed)
    )
    study.on_trained(Lab(smoke=True, seed=3), ONE, TWO, null)
    assert 3 not in seeds


def test_a_user_s_model_does_not_change_what_a_claim_is_about():
    lab = Lab()
    own = pd.DataFrame({"model": "one", "score": range(12), "effect_nats": range(12)})
    guest = pd.DataFrame({"model": "guest", "score": range(12), "effect_nats": range(12, 0, -1)})
    lab.table("effects", pd.concat([own, guest]))
    finding = study.on_ablation(lab, ONE)
    assert finding.value == pytest.approx(1.0)
    assert finding.measured.n == 12
