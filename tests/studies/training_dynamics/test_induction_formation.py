"""Claims hold on courses that are made to have what is claimed, and fail on courses made to lack it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from cutaway.lab import Lab
from cutaway.lab.copiers import Copier, Grown, grow
from cutaway.planted import two_layer
from cutaway.records import verdict
from cutaway.stats.transitions import power_law, sigmoid
from cutaway.studies.training_dynamics import induction_formation as study
from tests.studies.smoke import run_smoke

STEPS = np.arange(0.0, 401.0, 10.0)


def made(seed, *, layers=2, right=0.99, loss_at=150.0, composed_at=120.0, gradual=False, first=5, wins=5, start=5):
    """A course that was written down: K-composition of one pair rises, then the loss falls."""
    shift = 3.0 * seed
    noise = np.random.default_rng(seed).normal(0, 1e-3, (len(STEPS), 17))
    fall = power_law(STEPS, 4.0, 0.1, 20.0, 1.5) if gradual else sigmoid(STEPS, 4.0, 0.1, loss_at + shift, 8.0)
    rise = power_law(STEPS, 0.1, 0.2, 20.0, 1.5) if gradual else sigmoid(STEPS, 0.1, 0.2, composed_at + shift, 8.0)
    pairs = 0.1 + np.abs(noise[:, :16])
    pairs[:, wins] = rise + noise[:, wins]
    if first != wins:
        pairs[:, first] = np.where(STEPS > 20, 0.13, 0.1)
    pairs[0] = 0.1
    pairs[0, start] = 0.101
    course = pd.DataFrame(
        {"step": STEPS, "right": right * (4.0 - fall) / 3.9, "loss_nats": fall + noise[:, 16], "previous_token": rise}
    ).assign(induction=4.0 - fall)
    return Grown(Copier(layers, seed, 400, 64), course, pairs, np.full(len(STEPS), 0.11))


def said(findings):
    return {finding.key: verdict(study.STUDY.claim(finding.key), finding) for finding in findings}


def several(count=10, **how):
    return [made(seed, **how) for seed in range(count)]


def test_planted_pairs_are_read_and_with_other_heads_named_they_are_not(monkeypatch):
    lab, planted = Lab(), [two_layer(seed=number, vocab=24, context=48) for number in range(13)]
    monkeypatch.setattr(Lab, "planted_two_layer", lambda self, count: planted[:12])
    assert said([study.on_planted(lab)]) == {"planted-pairs-are-read": "held"}
    others = [replace(one, model=other.model) for one, other in pairwise(planted)]
    monkeypatch.setattr(Lab, "planted_two_layer", lambda self, count: others)
    assert said([study.on_planted(lab)]) == {"planted-pairs-are-read": "failed"}


def test_two_layers_copy_and_the_wrong_way_round_they_do_not():
    two, one = several(), several(3, layers=1, right=0.1)
    assert set(said(study.on_copying(two, one, one)).values()) == {"held"}
    assert said(study.on_copying(one, two, two)) == {
        "two-layers-copy": "failed",
        "one-layer-does-not": "failed",
        "without-k-composition-it-does-not": "failed",
    }


def test_what_comes_before_the_loss_leads_and_what_comes_after_does_not():
    assert set(said(study.on_order(Lab(), several())).values()) == {"held", "reported"}
    assert set(said(study.on_order(Lab(), several(composed_at=190.0))).values()) == {"failed", "reported"}


def test_pairs_are_foretold_where_one_leads_throughout_and_not_where_another_comes_first():
    assert set(said(study.on_pairs(Lab(), mixed())).values()) == {"held"}
    lost = said(study.on_pairs(Lab(), mixed(first=1, start=2, composed_at=120.0)))
    assert lost["first-pair-stays-ahead"] == "failed"
    assert lost["start-foretells-the-first"] != "held"
    assert lost["a-tenth-foretells-the-strongest"] != "held"


def mixed(first=0, start=0, composed_at=20.0):
    """Seeds with different winners; the first pair and the one at the start stand so many places beside them."""
    return [
        made(seed, wins=seed, first=(seed + first) % 16, start=(seed + start) % 16, composed_at=composed_at)
        for seed in range(10)
    ]


def test_first_pair_is_the_one_that_stays_above_chance_from_the_earliest_step_on():
    one = made(0, wins=5, first=9)
    assert (one.first, one.strongest, one.leader(0.0)) == (9, 5, 5)
    brief = one.pairs.copy()
    brief[1, 3] = 0.5  # a peak that passes
    assert replace(one, pairs=brief).first == 9
    assert replace(one, pairs=np.full_like(brief, 0.1)).first is None


def test_sudden_changes_are_told_from_gradual_ones():
    one = several(3, layers=1, gradual=True)
    assert set(said(study.on_shape(several(), one)).values()) == {"held"}
    assert set(said(study.on_shape(several(gradual=True), one)).values()) == {"failed"}


def test_keys_that_hear_no_first_layer_never_compose():
    jobs = [Copier(2, 0, 4, 4, every=2, deaf=deaf) for deaf in (True, False)]
    deaf, heard = (Grown.of(job, grow(job)) for job in jobs)
    assert deaf.pairs.max() < 0.03 < 0.07 < heard.pairs.min()
    assert deaf.course["step"].tolist() == [0, 2, 4]


@pytest.mark.slow
def test_whole_study_answers_every_claim_and_draws_every_figure_at_its_smallest(tmp_path):
    run_smoke(study.STUDY, tmp_path)
