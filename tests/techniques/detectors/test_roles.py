"""Roles in tasks, on planted circuits: every head that has one is found, no look-alike is, and chance finds none."""

from dataclasses import replace

import pytest
import torch

import cutaway
from cutaway.errors import CutawayError
from cutaway.errors.composition import NotStraightError
from cutaway.errors.models import AbsentSiteError
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit
from cutaway.techniques.detectors.roles import ask_roles as asking
from cutaway.techniques.detectors.roles.ask_roles import ask_roles
from cutaway.techniques.detectors.roles.asked import Asked
from cutaway.techniques.detectors.roles.role import ROLES
from cutaway.techniques.detectors.roles.score_roles import score_roles
from tests.conformance.families import build
from tests.conformance.unknown_families import UNKNOWN, built

IOI = [role for role in ROLES if role.tasks[0][0] == "ioi"]
FACTS = [role for role in ROLES if role.name == "fact_mover"]


def names(planted, places):
    return {part.name for part in planted.truth.parts if part.kind == "head" and (part.layer, part.head) in places}


def of_role(planted, role):
    return {part.name for part in planted.truth.parts if part.role == role}


@pytest.fixture(scope="module", params=[(0, 12.0), (1, 12.0), (0, 4.0)], ids=str)
def ioi(request):
    seed, sharpness = request.param
    planted = circuit("ioi", seed=seed, sharpness=sharpness)
    return planted, score_roles(planted.model, planted.sample(48, seed, "other-actor"), IOI)


def test_every_head_of_the_planted_circuit_is_found_and_no_decoy_with_its_pattern(ioi):
    planted, found = ioi
    for scores in found:
        assert names(planted, scores.found) == of_role(planted, scores.role.name), scores


def test_scores_are_attention_times_what_reaches_the_logits(ioi):
    """By hand: a mover's z, its output weights and the unembedding of right less wrong; the circuit has no norm."""
    planted, found = ioi
    pairs, mover, model = planted.sample(48, 0, "other-actor"), planted.truth.part("mover 1"), planted.model
    scores = score_roles(model, pairs, IOI[:1])[0]
    trace = model.run(pairs.clean, read=["z", "pattern"])
    row = torch.arange(48)
    right, wrong = (side[:, 0, 0] for side in (pairs.answers.right, pairs.answers.wrong))
    written = trace[f"z.{mover.layer}"][:, -1, mover.head] @ model.weight("W_O", mover.layer)[mover.head]
    direct = ((model.W_U.T[right] - model.W_U.T[wrong]) * written).sum(dim=1)
    places = (pairs.clean == right[:, None]).float().argmax(dim=1)
    looks = trace[f"pattern.{mover.layer}"][row, mover.head, -1, places]
    expected = float((direct * looks).mean().detach())
    assert float(scores.own[mover.layer, mover.head].mean()) == pytest.approx(expected, rel=1e-4)
    assert found[0].own.shape == scores.own.shape


def test_the_control_is_the_score_with_right_answer_and_rival_exchanged(ioi):
    planted, _ = ioi
    pairs = planted.sample(48, 0, "other-actor")
    answers = pairs.answers
    swapped = replace(pairs, answers=Answers(answers.at, answers.wrong, answers.right))
    for role in IOI[:2]:
        own, other = (score_roles(planted.model, some, [role])[0] for some in (pairs, swapped))
        torch.testing.assert_close(own.control, other.own)


def test_heads_of_shuffled_twins_have_no_role():
    planted = circuit("ioi")
    pairs = planted.sample(48, 0, "other-actor")
    found = [score_roles(planted.twin(seed=seed), pairs, IOI[:2]) for seed in range(20)]
    assert sum(bool(scores.found) for both in found for scores in both) <= 4  # of 40, each wrong one time in twenty


def test_a_mean_goes_on_saying_that_a_name_was_moved_so_that_backups_stay_silent():
    planted = circuit("ioi")
    pairs = planted.sample(48, 0, "other-actor")
    backup = next(role for role in IOI if role.does == "stands_in")
    (gone,), (mean,) = (
        score_roles(planted.model, pairs, [backup], knock_out=how) for how in ("zero", "mean-per-position")
    )
    assert len(gone.found) == 2
    assert mean.found == []


def test_fact_movers_are_found_and_not_the_head_that_moves_facts_to_nowhere():
    planted = circuit("fact-recall")
    (scores,) = score_roles(planted.model, planted.sample(64, 0, "other-subject"), FACTS)
    assert names(planted, scores.found) == of_role(planted, "fact_mover")
    assert scores.frame.query("has_role")["looks"].between(0.4, 0.6).all()  # each is asked half the time


def test_two_layers_solve_it_without_a_name_mover_and_then_nothing_stands_in_for_one():
    model = cutaway.load("ioi-2l")
    asked = ask_roles(model)
    assert set(asked.scores) == {role.name for role in IOI}
    assert all(not scores.found for scores in asked.scores.values())
    assert asked.scores["backup_name_mover"].own.isnan().all()
    assert "no tokenizer" in asked.unasked["fact_mover"]


def test_a_model_that_does_not_do_the_task_is_not_asked():
    asked = ask_roles(cutaway.load("attn-only-2l"), IOI)
    assert not asked.scores
    assert "right on" in asked.unasked["name_mover"]
    assert list(asked.frame.columns)[:3] == ["layer", "head", "role"]


def test_where_right_and_rival_were_said_by_hand():
    tokens = torch.tensor([[0, 5, 7, 5, 9]])
    corrupted = torch.tensor([[0, 5, 7, 7, 9]])
    asked = Asked(Pairs(tokens, corrupted, Answers(torch.tensor([[4]]), torch.tensor([[[7]]]), torch.tensor([[[5]]]))))

    def places(looks, control=False):
        return asked.marked(looks, control=control)[0].nonzero().flatten().tolist()

    assert places("right") == [2]
    assert places("right", control=True) == [1, 3]
    assert places("rival_last") == [3]
    assert places("rival_last", control=True) == [2]
    assert places("changed") == [3]


def test_without_a_named_rival_another_prompts_answer_is_one():
    at, right = torch.full((3, 1), 1), torch.tensor([4, 4, 6])
    asked = Asked(Pairs(torch.zeros(3, 2).long(), torch.zeros(3, 2).long(), Answers(at, right[:, None, None])))
    assert asked.rival.tolist() == [6, 6, 4]
    alike = Asked(Pairs(torch.zeros(2, 2).long(), torch.zeros(2, 2).long(), Answers(at[:2], right[:2, None, None])))
    assert not alike.usable.any()


def test_too_few_different_answers_are_refused():
    planted = circuit("ioi")
    with pytest.raises(CutawayError, match=r"4 prompts .* need 8"):
        score_roles(planted.model, planted.sample(4, 0), IOI[:1])


def test_heads_that_share_keys_steer_nobody_and_say_why():
    """Path patching needs a query of each head's own keys; what needs none is still scored."""
    scores = score_roles(build("llama"), random_pairs(), IOI[:3])
    assert [one.own.shape[:2] for one in scores] == [(3, 4)] * 3


def random_pairs(rows=16):
    tokens = torch.randint(1, 61, (rows, 6), generator=torch.Generator().manual_seed(0))
    answers = Answers(torch.full((rows, 1), 5), tokens[:, 1, None, None], tokens[:, 2, None, None])
    return Pairs(tokens, tokens.roll(1, 0), answers)


def unasked(model, monkeypatch):
    """Why each role could not be asked for, if the model did the tasks."""
    monkeypatch.setattr(asking, "fitting", lambda *_, **__: (random_pairs(), ""))
    asked = ask_roles(model, ROLES)
    assert not asked.scores
    return [asked.unasked[role.name].partition(":")[0] for role in ROLES]


NOT_STRAIGHT = {
    "gemma2": "'attn_out.0' is not z times W_O",
    "olmo2": "'attn_out.0' is not z times W_O",
    "opt-norm-after": "'resid_post.0' is not what enters the layer plus attn_out.0 and mlp_out.0",
}


@pytest.mark.parametrize("family", sorted(NOT_STRAIGHT))
def test_where_a_norm_stands_behind_heads_nothing_is_said_of_what_they_add(family, monkeypatch):
    model = build(family)
    for role in IOI:
        with pytest.raises(NotStraightError, match="norm"):
            score_roles(model, random_pairs(), [role])
    assert set(unasked(model, monkeypatch)) == {f"in model '{family}' {NOT_STRAIGHT[family]}"}


def test_where_it_is_unknown_what_heads_add_that_is_said(monkeypatch):
    """Granite multiplies what both halves add; its attn_out is no site."""
    model = cutaway.load(built(UNKNOWN["granite"]()))
    with pytest.raises(AbsentSiteError, match="attn_out"):
        score_roles(model, random_pairs(), IOI[:1])
    assert all("cannot offer 'attn_out'" in why for why in unasked(model, monkeypatch))


def test_a_sink_is_no_token_that_a_head_looks_at():
    model, pairs = build("gpt_oss"), random_pairs()
    (scores,) = score_roles(model, pairs, IOI[:1])
    pattern = model.run(pairs.clean, read=["pattern.1"])["pattern.1"]
    assert pattern.shape[-1] == 7  # six tokens and the sink
    usable = Asked(pairs).usable
    right = (pairs.clean == pairs.clean[:, 1:2]) & (torch.arange(6) < 5)
    looks = (pattern[:, :, 5, :6] * right[:, None]).sum(dim=-1)[usable].mean(dim=0)
    torch.testing.assert_close(scores.looks[1].float(), looks)


def test_what_differs_is_held_against_as_much_of_what_does_not():
    """A head that moves facts from wherever it looks is no fact mover if it looks at all tokens alike."""
    tokens = torch.tensor([[0, 5, 7, 5, 9]])
    answers = Answers(torch.tensor([[4]]), torch.tensor([[[7]]]), torch.tensor([[[5]]]))
    asked = Asked(Pairs(tokens, torch.tensor([[0, 5, 7, 7, 9]]), answers))
    assert asked.marked("changed", control=True)[0].tolist() == [0.25, 0.25, 0.25, 0.0, 0.25]
    planted = circuit("fact-recall")
    (scores,) = score_roles(planted.model, planted.sample(64, 0, "other-subject"), FACTS)
    found = scores.frame.query("has_role")
    assert (found["control"] < 0.2 * found["value"]).all()


def test_an_ablation_that_nobody_knows_is_refused(unchecked):
    planted = circuit("ioi")
    backup = [role for role in IOI if role.does == "stands_in"]
    with pytest.raises(CutawayError, match="nothing"):
        score_roles(planted.model, planted.sample(16, 0), backup, knock_out="nothing")
