"""Weights of one slot made deaf to earlier heads: what is heard, what is left alone, and what is refused."""

import pytest
import torch
import transformers as hf

from cutaway.errors.composition import NoHeadsBeforeError
from cutaway.models import Zero, wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.techniques.composition.cut_composition import cut_composition
from cutaway.techniques.composition.scores import composition_scores
from tests.conformance.families import build, redraw

TOKENS = torch.randint(20, (3, 10), generator=torch.Generator().manual_seed(0))


def random_model(**shape):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = ToyConfig(vocab_size=20, n_ctx=10, d_model=48, d_head=8, n_heads=2, n_layers=3, **shape)
        module = ToyForCausalLM(config)
        redraw(module)
        for name, weight in module.named_parameters():
            if name.endswith("ln1.bias"):  # it is heard whatever heads write, and divided by nothing
                weight.data.zero_()
    return wrap(module, name="random")


def keys(model, layer, edit=()):
    """What keys are before the last norm's divisor."""
    seen = model.run(TOKENS, read=[f"k.{layer}", f"ln1_scale.{layer}"], edit=edit)
    return seen[f"k.{layer}"] * seen[f"ln1_scale.{layer}"][:, :, None]


def test_keys_no_longer_hear_earlier_heads_and_still_hear_embeddings():
    model = random_model(positions="rotary")
    before = [keys(model, 2), keys(model, 2, [Zero("z.0"), Zero("z.1")])]
    assert not torch.allclose(*before, atol=1e-2)
    cut_composition(model, 2)
    after = [keys(model, 2), keys(model, 2, [Zero("z.0"), Zero("z.1")])]
    torch.testing.assert_close(*after, atol=1e-4, rtol=1e-4)
    assert float(after[0].std(dim=0).mean()) > 0.1


def test_without_norms_the_scores_of_the_slot_are_zero_and_those_of_other_maps_stay():
    model = random_model(layer_norm=False)
    before = composition_scores(model, draws=1).frame
    cut_composition(model, 1, slot="k")
    after = composition_scores(model, draws=1).frame
    cut = (after["slot"] == "k") & (after["layer"] == 1)
    assert after[cut]["value"].max() < 1e-4 < 0.01 < before[cut]["value"].min()
    others = (after["slot"] == "v") | (after["layer"] == 2)
    assert after[others]["value"].tolist() == before[others]["value"].tolist()


def test_a_gain_of_one_more_than_the_weight_is_reckoned_with():
    """Gemma multiplies by 1 + weight; with that folded into the maps, what is left of the scores is zero."""
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "vocab_size": 20, "pad_token_id": None}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = hf.GemmaForCausalLM(
            hf.GemmaConfig(**sizes, num_attention_heads=2, num_key_value_heads=2, head_dim=8, eos_token_id=None)
        ).eval()
        redraw(module)
    model = wrap(module, name="gemma")
    before, after = [], []
    for found in (before, after):
        found += composition_scores(model, slots=("k",), prepare=("fold_layer_norm",), draws=1).value.tolist()
        cut_composition(model, 1, slot="k")
    assert max(after) < 1e-5 < 0.05 < min(before)


@pytest.mark.parametrize("layer", [0, -1, 3])
def test_a_layer_without_earlier_heads_is_refused(layer):
    with pytest.raises(NoHeadsBeforeError, match="1 to 2"):
        cut_composition(random_model(), layer)


def test_where_nothing_else_could_be_heard_it_refuses():
    with pytest.raises(ValueError, match="nothing else could be heard"):
        cut_composition(build("gpt2"), 1)
