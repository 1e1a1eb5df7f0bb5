"""Path patching: one path, through MLPs by runs with attention frozen, and effects that add up where all is linear."""

import pytest
import torch

from cutaway.errors.graph import NoSlotError
from cutaway.errors.sweep import NoGapError
from cutaway.models import Edit, Replace
from cutaway.models.answers import Answers
from cutaway.models.graph import Cut, Edge, Graph
from cutaway.models.graph.says import said_on
from cutaway.models.pairs import Pairs
from cutaway.techniques.patching.path import patch_paths
from tests.models.graph.models import MODELS, toy


def pairs() -> Pairs:
    clean, corrupted = torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))
    at = torch.full((3, 1), 6)
    return Pairs(
        clean, corrupted, Answers(at, torch.tensor([3, 4, 5])[:, None, None], torch.tensor([9, 8, 7])[:, None, None])
    )


@torch.no_grad()
@pytest.mark.parametrize("name", ["attention only", "gpt2", "parallel"])
@pytest.mark.parametrize(("receiver", "slot"), [("2.1", "k"), ("2.0", "v"), ("logits", "logits")])
def test_the_direct_path_is_the_edge(name, receiver, slot):
    model = MODELS[name]()
    graph, some = Graph.of(model), pairs()
    found = patch_paths(model, some, receiver=receiver, slot=slot)
    cut = Cut(graph, some.clean, said_on(graph, some.corrupted))
    edges = [Edge(node.name, receiver, slot) for node in found.senders]
    expected = cut.scores(torch.stack([~graph.chosen([edge]) for edge in edges]), some.metric)
    torch.testing.assert_close(found.scores, expected, rtol=1e-3, atol=1e-3)
    assert float((found.scores - found.base).abs().max()) > 1e-2


@torch.no_grad()
@pytest.mark.parametrize("name", ["gpt2", "rotary with MLPs"])
def test_through_mlps_is_the_run_with_all_other_heads_frozen(name):
    # as Wang et al. do it: patch the sender, hold every other head's output at its clean value, let MLPs go
    model, some = MODELS[name](), pairs()
    found = patch_paths(model, some, through_mlps=True)
    clean, corrupted = (model.run(one, read=["z"]) for one in (some.clean, some.corrupted))
    for number, node in enumerate(found.senders):
        if node.kind != "head":
            continue
        edits: list[Edit] = []
        for layer in range(3):
            whole = clean[f"z.{layer}"].clone()
            if layer == node.layer:
                whole[:, :, node.head] = corrupted[f"z.{layer}"][:, :, node.head]
            edits.append(Replace(f"z.{layer}", whole))
        expected = some.metric(model.run(some.clean, edit=edits).logits)
        torch.testing.assert_close(found.scores[number], expected, rtol=1e-3, atol=1e-3)


@torch.no_grad()
def test_effects_on_the_logits_add_up_to_the_whole_where_nothing_is_normed():
    # all that reaches the logits is a sum, and the logits are linear in it: the parts' effects are the prompts' gap
    model = toy(0.2, layer_norm=False)
    found = patch_paths(model, pairs())
    total = (found.scores - found.base).sum(dim=0)
    torch.testing.assert_close(total, found.other - found.base, rtol=1e-5, atol=1e-5)


def test_denoising_runs_the_corrupted_prompt():
    model, some = MODELS["gpt2"](), pairs()
    found = patch_paths(model, some, direction="denoising")
    torch.testing.assert_close(found.base, some.metric(model.run(some.corrupted).logits), rtol=1e-4, atol=1e-4)
    assert float(found.frame["share"].abs().max()) > 0
    assert set(found.frame["direction"]) == {"denoising"}


def test_a_slot_that_is_not_there_and_prompts_that_do_not_differ_are_errors():
    model, some = MODELS["gpt2"](), pairs()
    with pytest.raises(NoSlotError, match=r"'1\.0' has no slot 'in'; it has q, k, v"):
        patch_paths(model, some, receiver="1.0", slot="in")
    with pytest.raises(NoGapError):
        patch_paths(model, Pairs(some.clean, some.clean, some.answers))
