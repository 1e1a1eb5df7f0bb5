"""Head detectors: their targets by hand, and their scores on patterns that were put in by hand."""

import pytest
import torch

from cutaway.models import Replace
from cutaway.techniques.detectors.detector import all_detectors
from cutaway.techniques.detectors.scores import ScoreSums, score_heads, target_weights
from tests.conformance.families import build

BY_NAME = {detector.name: detector for detector in all_detectors()}
TOKENS = torch.tensor([[9, 4, 5, 4, 5, 5]])


def places(name):
    return [tuple(place) for place in BY_NAME[name].targets(TOKENS)[0].nonzero().tolist()]


def test_targets_by_hand():
    assert places("previous_token") == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]
    assert places("current_token") == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    assert places("first_token") == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    assert places("duplicate_token") == [(3, 1), (4, 2), (5, 2), (5, 4)]
    # after an earlier 4 (place 1) came place 2; after an earlier 5 (places 2, 4) came places 3 and 5; only the past
    assert places("induction") == [(3, 2), (4, 3), (5, 3)]


def test_score_is_mass_on_targets_averaged_over_queries_then_prompts():
    """Two prompts; the head looks at place 0 with 3/4 and at its own place with 1/4, from every query."""
    tokens = torch.tensor([[7, 1, 2, 3], [7, 7, 7, 7]])
    pattern = torch.zeros(2, 1, 4, 4)
    pattern[:, :, :, 0] += 0.75
    pattern += 0.25 * torch.eye(4)
    sums = ScoreSums(all_detectors(), 1, 1)
    sums.add({"pattern.0": pattern}, tokens)
    scores = sums.scores()
    found = {detector.name: float(scores.of(detector.name)) for detector in scores.detectors}
    assert found["current_token"] == pytest.approx(0.25)
    assert found["first_token"] == pytest.approx(0.75)
    assert found["previous_token"] == pytest.approx(0.0)
    # only the second prompt has copies; both its scored queries (2 and 3) see place 0 among their copies
    assert found["duplicate_token"] == pytest.approx(0.75)
    assert scores.prompts.tolist() == [2, 1, 2, 1, 2]
    # query 2 and query 3 of the second prompt both have place 1 or 2 as targets, where the head never looks
    assert found["induction"] == pytest.approx(0.0)


def test_standard_error_is_that_of_the_prompt_means():
    values = torch.tensor([0.1, 0.5, 0.9])
    pattern = values[:, None, None, None] * torch.eye(4).expand(3, 1, 4, 4)
    sums = ScoreSums([BY_NAME["current_token"]], 1, 1)
    for row in range(3):
        sums.add({"pattern.0": pattern[row : row + 1]}, torch.arange(4)[None])
    scores = sums.scores()
    torch.testing.assert_close(scores.mean.flatten(), torch.tensor([0.5], dtype=torch.float64))
    by_hand = values.double().std() / 3**0.5
    torch.testing.assert_close(scores.stderr.flatten(), by_hand[None])


def test_first_two_queries_do_not_count():
    weights, _ = target_weights([BY_NAME["previous_token"]], TOKENS)
    per_query = weights[0, :, 0].reshape(6, 6).sum(-1)
    torch.testing.assert_close(per_query, torch.tensor([0.0, 0.0, 0.25, 0.25, 0.25, 0.25]))


def test_text_without_targets_gives_no_score_rather_than_zero():
    scores = score_heads(build("gpt2"), torch.arange(8)[None], detectors=[BY_NAME["duplicate_token"]])
    assert scores.mean.isnan().all()
    assert scores.prompts.tolist() == [0]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_head_given_the_pattern_of_a_kind_scores_one_on_it_in_any_family(name):
    model = build("qwen3")
    tokens = torch.tensor([[0, 5, 6, 7, 5, 6, 7, 5], [0, 9, 8, 9, 8, 9, 8, 9]])
    targets = BY_NAME[name].targets(tokens).float()
    targets[:, :, 0] += (targets.sum(-1) == 0).float()
    pattern = targets / targets.sum(-1, keepdim=True)
    trace = model.run(tokens, read=["pattern"], edit=[Replace("pattern.1", pattern, head=2)])
    sums = ScoreSums(all_detectors(), 3, 4)
    sums.add(trace, tokens)
    assert float(sums.scores().of(name)[1, 2]) == pytest.approx(1.0, abs=1e-5)


def test_a_sink_is_nobodys_target():
    model, tokens = build("gpt_oss"), torch.randint(1, 61, (4, 7), generator=torch.Generator().manual_seed(0))
    pattern = model.run(tokens, read=["pattern.1"])["pattern.1"]
    assert pattern.shape == (4, 4, 7, 8)
    by_hand = torch.stack([pattern[:, :, query, query - 1] for query in range(2, 7)]).mean(dim=(0, 1))
    torch.testing.assert_close(score_heads(model, tokens).of("previous_token")[1].float(), by_hand)


def test_scores_do_not_depend_on_how_prompts_are_batched(monkeypatch):
    from cutaway.techniques.detectors import scores

    model, tokens = build("gpt2"), torch.randint(0, 61, (9, 16), generator=torch.Generator().manual_seed(0))
    whole = score_heads(model, tokens)
    monkeypatch.setattr(scores, "PATTERN_BYTES", 1)
    one_by_one = score_heads(model, tokens)
    torch.testing.assert_close(whole.mean, one_by_one.mean, equal_nan=True)
    torch.testing.assert_close(whole.stderr, one_by_one.stderr, equal_nan=True, atol=1e-6, rtol=1e-4)


def test_detectors_cite_their_source_and_have_names_of_their_own():
    assert len(BY_NAME) == 5
    assert all(detector.reference for detector in all_detectors())
