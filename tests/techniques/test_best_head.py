"""The best head is chosen on one half of the prompts and measured on the other."""

import pytest
import torch

from cutaway.planted import two_layer
from cutaway.techniques.detectors import best_head as choosing
from cutaway.techniques.detectors.best_head import best_head
from cutaway.techniques.detectors.scores import score_heads

PLANTED = two_layer(seed=0, vocab=20, context=32)
BLOCK = torch.stack([torch.randperm(19, generator=torch.Generator().manual_seed(n))[:14] + 1 for n in range(12)])
TOKENS = torch.cat([torch.zeros(12, 1, dtype=torch.long), BLOCK, BLOCK], dim=1)


def test_planted_induction_head_is_chosen_and_its_score_is_that_of_the_second_half():
    found = best_head(PLANTED.model, TOKENS, "induction")
    assert (found.layer, found.head) in {(head.layer, head.head) for head in PLANTED.truth.playing("induction")} | {
        (head.layer, head.head) for head in PLANTED.truth.heads if head.role == "after_copy_copying_nothing"
    }
    elsewhere = score_heads(PLANTED.model, TOKENS[6:]).of("induction")[found.layer, found.head]
    assert found.score.value == pytest.approx(float(elsewhere))
    assert found.score.n == 6


def test_no_prompt_is_used_for_both(monkeypatch):
    halves = []

    def spy(model, tokens):
        halves.append({tuple(row) for row in tokens.tolist()})
        return score_heads(model, tokens)

    monkeypatch.setattr(choosing, "score_heads", spy)
    best_head(PLANTED.model, TOKENS, "induction")
    assert len(halves) == 2
    assert not halves[0] & halves[1]
