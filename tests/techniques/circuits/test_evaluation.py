"""Judging circuits: shares worked out by hand, a backup that completeness finds, truths that must not be mixed."""

from math import log10

import pytest
import torch

from cutaway.errors.circuits import OtherAblationError
from cutaway.models.graph import Edge
from cutaway.planted import Planted, circuit, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.against_truth import against_truth, key_of
from cutaway.techniques.circuits.bootstrapped import bootstrapped
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.completeness import completeness
from cutaway.techniques.circuits.curves import Curve, faithfulness_curve
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.evaluate import evaluate
from cutaway.techniques.circuits.faithfulness import faithfulness
from cutaway.techniques.circuits.minimality import minimality
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import random_edges
from cutaway.techniques.circuits.rival_orders import rival_orders
from cutaway.techniques.circuits.thresholded import thresholded

CLEAN = {"redundancy": 0.0, "noise": 0.0, "softness": 0.0}


def asked(planted: Planted, corruption: str | None = None) -> Question:
    return Question(graph_of(planted), planted.sample(32, 0, corruption))


def whole(planted: Planted) -> Circuit:
    return Circuit(planted.name, planted.truth.circuit | planted.truth.idle)


@pytest.fixture(scope="module")
def drawn() -> Planted:
    return random_circuit(5, layers=2, **CLEAN)


def test_the_true_circuit_is_faithful_and_what_remains_without_it_is_nothing(drawn):
    question = asked(drawn)
    table = faithfulness(whole(drawn), question).set_index(["ablation", "side"])
    for ablation in ("corrupted", "zero", "clean"):
        assert float(table.loc[(ablation, "circuit"), "share"]) == pytest.approx(1, abs=1e-3)
        assert float(table.loc[(ablation, "circuit"), "lowest"]) == pytest.approx(1, abs=1e-3)
        assert float(table.loc[(ablation, "complement"), "share"]) == pytest.approx(0, abs=1e-3)


def test_with_the_logits_cut_off_on_either_side_nothing_is_left():
    # kept: all but what the logits read, and only what the logits read; in both they hear the corrupted prompt
    planted = circuit("previous-token")
    question = asked(planted)
    kept = ~question.graph.chosen([edge for edge in question.graph.edges if edge.receiver == "logits"])
    table = faithfulness(kept, question, ablations=["corrupted"]).set_index("side")
    assert float(table.loc["circuit", "share"]) == pytest.approx(0, abs=1e-4)
    assert float(table.loc["complement", "share"]) == pytest.approx(0, abs=1e-4)
    corrupted = planted.model.run(question.pairs.corrupted).logits
    assert float(table.loc["circuit", "empty"]) == pytest.approx(float(question.metric(corrupted).mean()), abs=1e-3)


def test_completeness_finds_the_backup_that_a_circuit_lacks():
    planted = next(p for p in map(backed, range(60)) if any(part.role == "backup" for part in p.truth.parts))
    question = asked(planted).under("zero")
    full = whole(planted)
    backups = {part.name for part in planted.truth.parts if part.role == "backup"}
    without = Circuit(planted.name, frozenset(e for e in full.edges if not {e.sender, e.receiver} & backups))
    assert completeness(full, question, most=2).worst < 0.02
    found = completeness(without, question, most=2)
    assert found.worst > 0.3
    primaries = {part.name for part in planted.truth.parts if part.role == "primary"}
    assert set(found.removed) & primaries


def backed(seed: int) -> Planted:
    return random_circuit(seed, layers=3, redundancy=0.8, noise=0.0, softness=0.0)


def test_in_a_circuit_without_redundancy_every_edge_loses_something_and_added_ones_nothing(drawn):
    question = asked(drawn)
    true = [edge for edge, moves in drawn.truth.alone("other-answer").items() if isinstance(edge, Edge) and moves]
    extra = [edge for edge in question.graph.edges if edge not in drawn.truth.edges][:3]
    losses = minimality(Circuit(drawn.name, frozenset([*true, *extra])), question)
    inside = [
        (e.sender, e.receiver, e.slot) in {(x.sender, x.receiver, x.slot) for x in true} for e in losses.itertuples()
    ]
    assert float(losses[inside]["loss"].min()) > 0.01
    assert float(losses[[not one for one in inside]]["loss"].abs().max()) < 1e-4


def test_areas_are_those_of_trapezoids():
    curve = Curve("by hand", "size", (0.01, 0.1, 1.0), (0.0, 1.5, 1.0))
    assert curve.cpr() == pytest.approx((0.09 * 0.75 + 0.9 * 1.25) / 0.99)
    assert curve.cmd() == pytest.approx((0.09 * 0.75 + 0.9 * 0.25) / 0.99)
    assert curve.cpr("log") == pytest.approx((0.75 + 1.25) / 2)
    assert log10(curve.sizes[0]) == -2


def test_a_curve_ends_at_the_whole_model_and_signed_ranking_leaves_out_what_hurts():
    planted = circuit("ioi")  # with a negative mover
    question = asked(planted)
    effects = edge_effects(question)
    by_size, by_help = (faithfulness_curve(effects, question, ranking=one) for one in ("size", "help"))
    assert by_size.faithfulness[-1] == pytest.approx(1, abs=1e-4)
    assert float(effects.values.max()) > 0.1  # something hurts
    assert by_help.cpr("log") > by_size.cpr("log") + 0.05


def test_exact_effects_separate_the_true_edges_perfectly_and_random_scores_do_not(drawn):
    question = asked(drawn)
    found = against_truth(edge_effects(question), drawn, ablation="other-answer")
    assert (found.auroc, found.auprc, found.missed) == (1.0, 1.0, 0)
    chance = [
        against_truth(random_edges(question, seed=seed), drawn, ablation="other-answer").auroc for seed in range(40)
    ]
    assert sum(chance) / len(chance) == pytest.approx(0.5, abs=0.05)


def test_with_redundancy_what_is_missed_is_what_the_truth_calls_hidden():
    planted = backed(3)
    question = asked(planted)
    key = key_of(planted, question.graph, ablation="other-answer")
    sizes = edge_effects(question).values.abs()
    carries = question.graph.chosen(planted.truth.circuit)
    assert bool(key.hidden.any())
    assert float(sizes[key.hidden & key.known].max()) < 1e-3
    assert float(sizes[key.moves].min()) > 1e-3
    assert bool((key.hidden[carries & key.known] | key.moves[carries & key.known]).all())


def test_scores_of_one_ablation_are_not_held_against_the_truth_of_another(drawn):
    question = asked(drawn)
    effects = edge_effects(question)
    with pytest.raises(OtherAblationError, match="were made under the ablation 'corrupted'"):
        against_truth(effects, drawn, ablation="zero")
    with pytest.raises(OtherAblationError, match="speaks of"):
        against_truth(EdgeScores(question.graph, "m", "mean", effects.values, 1.0), drawn, ablation="mean")


def test_other_prompts_and_orders_give_the_same_circuit_where_there_is_only_one(drawn):
    question = asked(drawn)
    count = len(whole(drawn).edges)
    again = bootstrapped(question, lambda one: thresholded(edge_effects(one), edges=count // 2), draws=4)
    assert 0 < again.overlap.value <= 1
    orders = rival_orders(question, 1e-3, orders=3)
    assert orders.in_all == orders.in_any == len(orders.circuits[0].edges)
    assert orders.overlap.value == 1


def test_one_call_says_it_all_and_random_circuits_do_not_do_the_task(drawn):
    question = asked(drawn)
    found = evaluate(whole(drawn), question, controls=5)
    assert found.table["ablation"].iloc[0] == "corrupted"
    assert found.random.value < 0.5
    assert found.frame["measure"].iloc[0] == "faithfulness"
    assert float(found.frame["value"].iloc[0]) == pytest.approx(1, abs=1e-3)
    assert bool(torch.isfinite(torch.tensor(found.frame["value"].to_numpy())).all())
