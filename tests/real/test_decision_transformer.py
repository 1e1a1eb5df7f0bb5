"""A real pretrained decision transformer through `module:` sites: its play, reads, edits and gradients."""

import numpy as np
import pytest
import torch

import cutaway
from cutaway.models import Apply, Scale, Zero
from tests.real import decision_transformer as dt

pytestmark = pytest.mark.skipif(not dt.MODEL.exists(), reason=f"no pretrained model at {dt.MODEL}")

ATTENTION, MLP = "module:transformer.blocks.0.attn", "module:transformer.blocks.0.mlp"


@pytest.fixture(scope="module")
def model():
    return cutaway.load(dt.build())


@pytest.fixture
def given():
    """The first views of eight rooms, two in each direction, at eight different times."""
    games = [dt.Game(seed) for seed in range(8)]
    for number, game in enumerate(games):
        game.facing, game.steps = number % 4, 3 * number
    return dt.inputs(games, wish=1)


def without_first_head(z):
    return z * torch.tensor([0.0, 1.0]).view(2, 1, 1)


def logits_by_hand(given, *, heads, mlp=True):
    """The equations of the network at its last position, on the file's arrays in double precision."""
    w = {name.removeprefix("transformer.blocks.0."): array.astype(float) for name, array in dt.arrays().items()}
    states, rtgs, times = (given[name].numpy() for name in ("states", "rtgs", "timesteps"))
    tokens = np.stack((rtgs @ w["reward_embedding.0.weight"].T, states @ w["state_embedding.weight"].T), axis=1)
    tokens = tokens + w["time_embedding.weight"][times] + w["transformer.pos_embed.W_pos"]
    x = tokens[:, 1] + w["attn.b_O"]
    for head in heads:
        q, k, v = (
            part @ w[f"attn.W_{name}"][head] + w[f"attn.b_{name}"][head]
            for part, name in zip((tokens[:, 1], tokens, tokens), "QKV", strict=True)
        )
        odds = np.exp(np.einsum("bd,bpd->bp", q, k) / 8)  # the root of 64, the size of a head
        x += np.einsum("bp,bpd->bd", odds / odds.sum(1, keepdims=True), v) @ w["attn.W_O"][head]
    if mlp:
        x = x + np.maximum(x @ w["mlp.W_in"] + w["mlp.b_in"], 0) @ w["mlp.W_out"] + w["mlp.b_out"]
    return torch.from_numpy(x @ w["action_predictor.weight"].T + w["action_predictor.bias"]).float()


@pytest.mark.parametrize(("wish", "least", "most"), [(1, 0.5, 1.0), (0, -0.5, 0.5), (-1, -1.0, -0.9)])
def test_games_end_with_the_return_that_was_wished_for(model, wish, least, most):
    """The mean return of 32 games: 1 less a little for a goal soon reached, -1 for walking into a wall or a ball.

    Reference: Bloom & Colognese 2023, "Decision Transformer Interpretability"; Chen et al. 2021, arXiv:2106.01345.
    """
    games = [dt.Game(seed) for seed in range(32)]
    while playing := [game for game in games if game.reward is None]:
        actions = model.run(dt.inputs(playing, wish)).logits.argmax(-1)
        for game, action in zip(playing, actions.tolist(), strict=True):
            game.step(action)
    assert least <= np.mean([game.reward for game in games]) <= most


@pytest.mark.parametrize(
    ("edit", "left"),
    [
        ((), {"heads": (0, 1)}),
        (Apply(f"{ATTENTION}.z", without_first_head), {"heads": (1,)}),
        (Zero(f"{ATTENTION}.z"), {"heads": ()}),
        (Zero(MLP), {"heads": (0, 1), "mlp": False}),
    ],
    ids=["all", "one head", "no head", "no mlp"],
)
def test_logits_are_those_of_the_equations_with_what_an_edit_leaves(model, given, edit, left):
    torch.testing.assert_close(model.run(given, edit=edit).logits, logits_by_hand(given, **left))


def test_every_part_that_runs_reads_as_a_hook_sees_it_and_the_logits_stay(model, given):
    """Fourteen: the whole, four that embed, the transformer and its seven parts, the predictor of actions."""
    tensors, seen, handles = list(given.values()), {}, []

    def keep_as(site):
        return lambda _, args, output: seen.update({site: output, f"{site}:in": args[0]})

    with torch.no_grad():
        untouched = model.module(*tensors)
        for name, part in model.module.named_modules():
            handles.append(part.register_forward_hook(keep_as(f"module:{name}")))
        model.module(*tensors)
    for handle in handles:
        handle.remove()
    trace = model.run(tensors, read=seen)
    assert len(trace) == 2 * 14
    for site, value in seen.items():
        assert torch.equal(trace[site], value), site
    assert torch.equal(trace.logits, untouched)


def test_the_first_token_attends_to_itself_alone(model, given):
    pattern = model.run(given, read=f"{ATTENTION}.pattern")[f"{ATTENTION}.pattern"]
    assert pattern.shape == (8, 2, 2, 2)  # batch, head, query, key
    assert pattern[:, :, 0].unique(dim=0).tolist() == [[[1.0, 0.0], [1.0, 0.0]]]
    torch.testing.assert_close(pattern.sum(-1), torch.ones(8, 2, 2))


def test_turning_the_embedded_wish_round_is_wishing_for_the_opposite(model, given):
    """The wish is embedded without a bias, so that minus the embedding is the embedding of minus the wish."""
    turned = model.run(given, edit=Scale("module:reward_embedding", -1.0)).logits
    assert torch.equal(turned, model.run({**given, "rtgs": -given["rtgs"]}).logits)
    assert not torch.equal(turned.argmax(-1), model.run(given).logits.argmax(-1))


def test_gradient_at_the_last_addition_is_the_row_of_the_predictor(model, given):
    """Logits are linear in what the MLP adds at the second token, and blind to what it adds at the first."""
    trace = model.run(given, read=MLP, gradient_of=lambda logits: logits[:, dt.FORWARD])
    row = model.module.action_predictor.weight.detach()[dt.FORWARD]
    torch.testing.assert_close(trace.grad[MLP], torch.stack((torch.zeros_like(row), row)).expand(8, -1, -1))


def test_gradient_at_the_view_is_that_of_autograd_by_hand(model, given):
    site = "module:state_embedding:in"
    trace = model.run(given, read=site, gradient_of=lambda logits: logits[:, dt.LEFT])
    states = given["states"].clone().requires_grad_()
    (slope,) = torch.autograd.grad(model.module(**{**given, "states": states})[:, dt.LEFT].sum(), states)
    torch.testing.assert_close(trace.grad[site], slope)
