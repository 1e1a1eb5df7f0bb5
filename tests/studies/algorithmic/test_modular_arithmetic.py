"""Every claim holds on networks by hand and fails on an adversary: a memory, other frequencies, neurons in disorder."""

from dataclasses import replace
from operator import attrgetter

import pytest
import torch

from cutaway.errors.fourier import NotArithmeticError
from cutaway.lab import Lab
from cutaway.planted.sum_network import sum_network
from cutaway.records import Control, Finding, verdict
from cutaway.studies.algorithmic import modular_arithmetic as study
from cutaway.techniques.fourier.dissect import dissect
from cutaway.zoo.load import load
from cutaway.zoo.modular import asked_of
from cutaway.zoo.shipped import card_of
from tests.studies.smoke import run_smoke

P = study.P
STRENGTHS = ({3: 1.0, 7: 0.9, 11: 1.1, 20: 1.0, 25: 1.0}, {1: 1.0, 8: 1.1, 15: 0.9, 22: 1.0})
BY_HAND = [
    dissect(sum_network(P, strengths), p=P, scored=torch.ones(P, P, dtype=torch.bool)) for strengths in STRENGTHS
]


@pytest.fixture(scope="module")
def memory():
    """Models that learnt their training pairs by heart."""
    lab = Lab(smoke=True)
    return [one for model in lab.seeds("mod-add-no-decay") for one in study.taken_apart(lab, model)]


@pytest.fixture(scope="module")
def sums():
    lab = Lab(smoke=True)
    return [one for model in lab.seeds("mod-add") for one in study.taken_apart(lab, model)]


def said(finding, key=None):
    return verdict(study.STUDY.claim(key or finding.key), finding)


def with_other_keys(found):
    return [replace(one, keys=one.others, others=one.keys) for one in found]


def test_frequencies_by_hand_are_read_and_hidden_ones_fail_the_claim(monkeypatch):
    found = study.on_planted(Lab())
    assert (found.value, said(found)) == (1.0, "held")

    def with_more(p, strengths):
        return sum_network(p, strengths | {next(f for f in range(1, 27) if f not in strengths): 1.0})

    monkeypatch.setattr(study, "sum_network", with_more)
    assert said(study.on_planted(Lab())) == "failed"


def test_a_network_by_hand_generalises_and_a_memory_does_not(memory):
    null = tuple(one.right.value for one in memory)
    assert said(Finding(study.lowest(BY_HAND, attrgetter("right")), null=null), "sums-generalise") == "held"
    assert said(Finding(study.lowest(memory, attrgetter("right"))), "sums-generalise") == "failed"


def test_few_frequencies_are_enough_by_hand_and_a_memory_has_many(memory):
    few, better = study.on_frequencies(BY_HAND, memory)
    assert (said(few), said(better)) == ("held", "held")
    many, _ = study.on_frequencies(memory, memory)
    assert said(many) == "failed"


def test_kept_to_the_wrong_frequencies_nothing_gets_better(memory):
    _, worse = study.on_frequencies(with_other_keys(BY_HAND), memory)
    assert said(worse) == "failed"


@pytest.mark.parametrize("kind", ["sums", "gelu", "mlp", "differences", "joint"])
def test_without_their_frequencies_networks_know_nothing_and_without_others_everything(kind):
    key = f"{kind}-silenced-is-chance"
    assert said(study.on_silence(BY_HAND), key) == "held"
    assert said(study.on_silence(with_other_keys(BY_HAND)), key) == "failed"


@pytest.mark.parametrize("kind", ["sums", "gelu", "mlp", "differences"])
def test_neurons_by_hand_follow_one_frequency_and_those_of_a_memory_do_not(kind, memory):
    key, null = f"{kind}-neurons-follow-one", tuple(one.follow.value for one in memory)
    assert said(Finding(study.lowest(BY_HAND, study.follow), null=null), key) == "held"
    assert said(Finding(study.lowest(memory, study.follow), null=null), key) == "failed"


def test_that_memories_follow_none_fails_on_a_network_by_hand(memory):
    control = Control("by hand", study.lowest(BY_HAND, study.follow).value)
    key = "memorisers-follow-none"
    assert said(Finding(study.highest(memory, study.follow), control=control), key) == "held"
    assert said(Finding(study.highest(BY_HAND, study.follow), control=control), key) == "failed"


def test_the_published_loss_of_a_memory_is_low_and_its_control_is_not(memory):
    found = study.on_published(memory)
    assert found.value < 1.0
    assert found.control.value > 10.0


def test_a_pizza_by_hand_depends_on_the_distance_and_a_memory_does_not(memory, sums):
    assert said(study.on_distance(BY_HAND, sums)) == "held"
    assert said(study.on_distance(memory, sums)) == "failed"


def test_neurons_of_one_network_serve_both_tasks_and_in_another_order_they_do_not():
    both = [one for network in BY_HAND for one in (network, network)]
    shared, overlap = study.on_joint(Lab(), both, BY_HAND)
    assert (said(shared), overlap.value) == ("held", 1.0)
    orders = [torch.randperm(one.pairs.neurons.shape[-1]) for one in BY_HAND]
    mixed = [
        replace(one, pairs=replace(one.pairs, neurons=one.pairs.neurons[..., order]))
        for one, order in zip(BY_HAND, orders, strict=True)
    ]
    couples = [one for couple in zip(BY_HAND, mixed, strict=True) for one in couple]
    shared, _ = study.on_joint(Lab(), couples, BY_HAND)
    assert said(shared) == "failed"


def test_frequencies_more_are_counted_seed_by_seed_with_their_sign():
    more = [replace(one, keys=(*one.keys, *extra)) for one, extra in zip(BY_HAND, [(2,), (4, 5)], strict=True)]
    assert study.on_gelu(more, BY_HAND).value == 1.5
    assert study.on_gelu(BY_HAND, more).value == -1.5


def test_losses_over_training_are_those_of_the_cards(sums):
    rows = study.over_training(Lab(smoke=True), sums[0])
    curve = {point["step"]: point for point in card_of("mod-add")["curve"]}
    trained = {row["step"]: row["loss_nats"] for row in rows if row["of"] == "trained pairs"}
    assert len(trained) > 2
    for step, loss in trained.items():
        assert loss == pytest.approx(curve[step]["trained_loss_nats"], rel=0.02, abs=2e-6)


def test_models_that_cannot_be_asked_are_refused_before_anything_is_run():
    with pytest.raises(NotArithmeticError, match="taught something else"):
        asked_of("sort", d_vocab=24)
    with pytest.raises(NotArithmeticError, match="too many pairs"):
        asked_of("./gpt2", d_vocab=50257)
    (own,) = asked_of("mine", d_vocab=12)
    assert (own.p, own.ask, own.sign) == (11, 11, 1)
    assert own.unseen.all()


@pytest.mark.slow
def test_whole_study_answers_every_claim_draws_every_figure_and_shows_a_user_s_model(tmp_path):
    guest = sum_network(31, {2: 1.0, 5: 1.0, 12: 1.0})
    again = load("mod-add")  # a model of the study's own, named once more
    done = run_smoke(study.STUDY, tmp_path, guests=[guest, again])
    assert guest.name in done.record.models
    own = done.tables["models"].set_index("model").loc[guest.name]
    assert (own["keys"], own["right"], own["follow_one"]) == (3, 1.0, 1.0)
    assert not any(answer.finding.measured.n == 31 * 31 for answer in done.record.answers)
