"""Mean ablation: against the definition written out, and on heads whose worth is known."""

import pytest
import torch

from cutaway.errors.ablation import NoUnitsError
from cutaway.models import Zero
from cutaway.planted import two_layer
from cutaway.tasks.symbols import repeated_tokens
from cutaway.techniques.ablation.mean import mean_ablate_each, mean_z
from tests.conformance.families import build

TOKENS = torch.randint(1, 61, (20, 12), generator=torch.Generator().manual_seed(0))


def test_effect_equals_the_definition_written_out():
    model = build("gpt2")
    counted = torch.zeros_like(TOKENS, dtype=torch.bool)
    counted[:, 5:] = True
    found = mean_ablate_each(model, TOKENS, counted=counted, heads=[(1, 2)])

    weight = model.module.transformer.h[1].attn.c_proj
    mean = model.run(TOKENS, read=["z.1"])["z.1"][:, :, 2].mean(dim=(0, 1))
    handle = weight.register_forward_pre_hook(
        lambda _, args: (torch.cat([args[0][..., :16], mean.expand(*args[0].shape[:2], 8), args[0][..., 24:]], -1),)
    )
    with torch.no_grad():
        ablated = model.module(TOKENS).logits.log_softmax(-1)
        handle.remove()
        plain = model.module(TOKENS).logits.log_softmax(-1)
    rows = []
    for row in range(20):
        lost = [plain[row, at - 1, TOKENS[row, at]] - ablated[row, at - 1, TOKENS[row, at]] for at in range(5, 12)]
        rows.append(torch.stack(lost).mean())
    rows = torch.stack(rows).double()
    torch.testing.assert_close(found.mean[0], rows.mean(), rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(found.stderr[0], rows.std() / 20**0.5, rtol=1e-3, atol=1e-6)


def test_head_whose_output_is_always_its_mean_has_no_effect():
    model = build("gpt2")
    silent = model.module.transformer.h[0].attn.c_attn
    with torch.no_grad():
        silent.weight[:, 64 + 8 : 64 + 16] = 0.0  # values of head 1
    effects = mean_ablate_each(model, TOKENS, counted=torch.ones_like(TOKENS, dtype=torch.bool), heads=[(0, 1)])
    torch.testing.assert_close(effects.mean, torch.zeros(1, dtype=torch.float64), atol=1e-6, rtol=0)


def test_planted_circuit_costs_and_decoys_do_not():
    planted = two_layer(seed=0, vocab=20, context=32)
    repeats = repeated_tokens.sample(rows=16, length=32, vocab=20, seed=0, periods=(9, 10), offsets=(1, 2))
    effects = mean_ablate_each(planted.model, repeats.tokens, counted=repeats.repeated)
    cost = dict(zip(effects.heads, effects.mean.tolist(), strict=True))
    for head in planted.truth.heads:
        if head.role in ("previous_token", "duplicate_token", "induction"):
            assert cost[head.layer, head.head] > 0.1, head
        elif head.is_decoy and head.role != "current_token":  # which raises the usual successor, used or not
            assert abs(cost[head.layer, head.head]) < 1e-4, head


def test_mean_ablation_is_not_zero_ablation():
    model = build("gpt2")
    counted = torch.ones_like(TOKENS, dtype=torch.bool)
    found = mean_ablate_each(model, TOKENS, counted=counted, heads=[(0, 0)]).mean[0]
    zeroed = repeated_tokens.next_token_loss(model.run(TOKENS, edit=[Zero("z.0", head=0)]).logits, TOKENS)
    plain = repeated_tokens.next_token_loss(model.run(TOKENS).logits, TOKENS)
    assert abs(float((zeroed - plain).mean()) - float(found)) > 1e-4


def test_no_heads_are_not_all_heads():
    with pytest.raises(NoUnitsError, match="every_head"):
        mean_ablate_each(build("gpt2"), TOKENS, counted=torch.ones_like(TOKENS, dtype=torch.bool), heads=[])


def test_sums_over_more_than_16_bits_hold():
    model = build("gpt2")
    with torch.no_grad():
        for block in model.module.transformer.h:
            block.attn.c_attn.bias[64:] = 2000.0  # values: of 240 tokens their sum is 480,000
    model.module.half()
    for z in mean_z(model, TOKENS):
        assert z.dtype == torch.float16
        torch.testing.assert_close(z.float(), torch.full((4, 8), 2000.0), rtol=5e-3, atol=0)
