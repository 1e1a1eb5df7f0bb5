"""Every named circuit solves its task, sharp and soft, and every statement of its truth holds under intervention."""

import inspect
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from cutaway.errors.planted import DescriptionError, UnknownCircuitError, UntrueError
from cutaway.planted import Planted, check, circuit, named_circuits, verify

SOFT = 5.0
NAMES = sorted(named_circuits())
TAKES_SHARPNESS = [name for name in NAMES if "sharpness" in inspect.signature(named_circuits()[name]).parameters]


@pytest.fixture(scope="module", params=NAMES)
def planted(request) -> Planted:
    return circuit(request.param)


def test_it_solves_its_task_and_its_truth_holds(planted):
    check(planted)


def test_the_soft_variants_solve_it_too_and_their_truth_holds():
    # in a process of its own, where shapes are not checked, which would take most of the time
    lines = [
        "from cutaway.planted import check, circuit",
        f"for name in {TAKES_SHARPNESS}: check(circuit(name, sharpness={SOFT}, seed=1))",
    ]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_truth_speaks_of_every_part_and_edge_under_every_corruption(planted):
    truth = planted.truth
    for corruption in planted.corruptions:
        alone = set(truth.alone(corruption.name))
        assert {part.name for part in truth.parts} <= alone
        assert set(truth.edges) <= alone
    assert any(statement.moves for statement in truth.about("zero"))
    assert any(not statement.moves for statement in truth.statements)


def test_some_part_of_it_is_a_decoy_or_idle_and_none_is_there_twice(planted):
    parts = planted.truth.parts
    places = [(part.kind, part.layer, index) for part in parts for index in part.indices]
    assert len(places) == len(set(places))
    assert any(part.is_decoy for part in parts)
    assert any(part.carries for part in parts)


def test_shuffled_weights_solve_nothing_and_break_the_truth(planted):
    twin = replace(planted, model=planted.twin(seed=0))
    with pytest.raises(UntrueError):
        check(twin)


def test_corrupted_prompts_have_the_same_shape_and_are_not_the_clean_ones(planted):
    for corruption in planted.corruptions:
        pairs = corruption.pairs(32, 3)
        assert pairs.clean.shape == pairs.corrupted.shape
        differs = (pairs.clean != pairs.corrupted).flatten(1).any(dim=1)
        assert bool(differs.all())
        again = corruption.pairs(32, 3)
        assert torch.equal(pairs.clean, again.clean)
        assert torch.equal(pairs.corrupted, again.corrupted)


def test_verification_measures_every_statement():
    planted = circuit("induction")
    table = verify(planted, rows=16)
    assert len(table) == len(planted.truth.statements)
    assert set(table["ablation"]) == set(planted.truth.ablations)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownCircuitError, match="induction"):
        circuit("inducton")


def test_sharpness_is_refused_where_there_is_no_attention():
    with pytest.raises(DescriptionError, match="no attention"):
        circuit("curves", sharpness=5.0)


def test_features_are_the_axes_that_each_neuron_reads():
    truth = circuit("trigram").truth
    for neurons in truth.features.values():
        for axes in neurons:
            assert all(axis < len(truth.directions[space]) for space, axis in axes)
    first = truth.features["trigram"][0]
    assert {space for space, _ in first} == {"previous", "token"}
    part = truth.part("trigram")
    assert len(truth.features["trigram"]) == len(part.indices)
