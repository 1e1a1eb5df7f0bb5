"""Interventions on networks of numbered layers: exact by hand, and a truth that is false does not pass."""

from dataclasses import replace

import pytest
import torch

from cutaway.errors.planted import UntrueError
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted import Edge, Part, Planted, check, circuit, verify
from cutaway.planted.planted import Corrupted
from cutaway.planted.stack import Weights, told_stack
from cutaway.planted.stack_interventions import StackInterventions

CLEAN, CORRUPTED = torch.tensor([[2.0, 1.0], [1.0, 3.0]]), torch.tensor([[0.0, 4.0], [5.0, 1.0]])


def pairs(rows=2, seed=0):
    answers = Answers(torch.zeros(2, 1, dtype=torch.long), torch.zeros(2, 1, 1).long(), torch.ones(2, 1, 1).long())
    return Pairs(CLEAN, CORRUPTED, answers)


@pytest.fixture(scope="module")
def small() -> Planted:
    """Hidden: relu(2 a + b - 1) and relu(b - a); the metric is 3 times the first less the second."""
    names = [("a", 0, 0), ("b", 0, 1), ("sum", 1, 0), ("gap", 1, 1)]
    return told_stack(
        "small",
        [
            Weights(torch.tensor([[2.0, 1.0], [-1.0, 1.0]]), torch.tensor([-1.0, 0.0])),
            Weights(torch.tensor([[3.0, 0.0], [0.0, 1.0]]), torch.zeros(2)),
        ],
        [Part(name, "units", layer, (index,), name, "", carries=True) for name, layer, index in names],
        Corrupted("other", pairs),
    )


def effect(small, *subjects, ablation="zero"):
    return StackInterventions(small.model, small.truth, pairs()).effects([list(subjects)], ablation)[0].tolist()


def test_ablated_parts_and_edges_move_the_metric_by_what_is_worked_out_by_hand(small):
    # clean: sum 4 and 4, gap 0 and 2, so the metric is 12 and 10
    assert effect(small, "sum") == [-12.0, -12.0]
    assert effect(small, Edge("a", "sum", "in")) == [-12.0, -6.0]  # sum becomes relu(0) and relu(2)
    assert effect(small, Edge("a", "gap", "in")) == [-1.0, -1.0]  # gap becomes 1 and 3
    assert effect(small, "a") == [-13.0, -7.0]
    assert effect(small, Edge("a", "sum", "in"), Edge("b", "sum", "in")) == [-12.0, -12.0]
    assert effect(small, Edge("a", "sum", "in"), ablation="other") == [-12.0, 24.0]  # relu(0) and relu(12)
    assert effect(small, "sum", ablation="mean") == [0.0, 0.0]
    assert effect(small, "gap", ablation="mean") == [-1.0, 1.0]


def test_edges_are_where_weights_lead(small):
    assert {str(edge) for edge in small.truth.edges} == {
        "a -> sum", "b -> sum", "a -> gap", "b -> gap", "sum -> logits", "gap -> logits"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["curves", "gridworld", "boolean-mlp"])
def test_ablating_a_part_equals_ablating_all_its_edges(name):
    planted = circuit(name)
    first = planted.corruptions[0]
    at_work = StackInterventions(planted.model, planted.truth, first.pairs(16, 0))
    for part in planted.truth.parts:
        out = [edge for edge in planted.truth.edges if edge.sender == part.name]
        if not out:
            continue
        for ablation in ("zero", "mean", first.name):
            whole, edges = at_work.effects([[part.name], out], ablation)
            torch.testing.assert_close(whole, edges, rtol=1e-4, atol=1e-3)


def test_every_statement_turned_round_is_caught():
    planted = circuit("boolean-mlp")
    turned = tuple(replace(one, moves=not one.moves) for one in planted.truth.statements)
    false = replace(planted, truth=replace(planted.truth, statements=turned))
    assert not bool(verify(false)["holds"].any())
    with pytest.raises(UntrueError):
        check(false)


def test_twin_has_the_same_weights_in_other_places():
    planted = circuit("curves")
    twin = planted.twin(seed=1).module
    for mine, theirs in zip(planted.model.module.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(mine.flatten().sort().values, theirs.flatten().sort().values)
    assert any(
        not torch.equal(*both) for both in zip(planted.model.module.parameters(), twin.parameters(), strict=True)
    )
