"""Brute force along one path: it is path patching, and not activation patching."""

import pytest
import torch

from cutaway.models import Replace
from cutaway.models.graph import Graph
from cutaway.techniques.patching.path import patch_paths
from cutaway.techniques.patching.splice import splice
from tests.models.graph.models import MODELS
from tests.techniques.patching.test_path import pairs


@torch.no_grad()
@pytest.mark.parametrize("name", ["attention only", "gpt2"])
@pytest.mark.parametrize(("receiver", "slot"), [("2.1", "q"), ("2.0", "v"), ("logits", "logits")])
def test_brute_force_is_path_patching_and_not_the_head_changed_for_all(name, receiver, slot):
    model, some = MODELS[name](), pairs()
    found = patch_paths(model, some, receiver=receiver, slot=slot)
    said = model.run(some.corrupted, read=["z"])
    node = Graph.of(model).node(receiver)
    compared = 0
    for at, sender in enumerate(found.senders):
        if sender.kind != "head" or sender.layer > 1:
            continue
        exact = splice(model, some, sender, node, slot)
        torch.testing.assert_close(found.scores[at], exact, rtol=1e-3, atol=1e-3)
        edit = Replace(sender.site, said[sender.site][:, :, sender.head], head=sender.head)
        everywhere = some.metric(model.run(some.clean, edit=[edit]).logits)
        assert float((everywhere - exact).abs().max()) > 1e-3
        compared += 1
    assert compared > 2
