"""While a model writes on with its cache: reads and edits equal those of one pass over the text without a cache."""

import pytest
import torch
import transformers as hf

from cutaway.errors.models import EditError, PromptError, SilentEditError
from cutaway.models import Add, Apply, Replace, Scale, Zero
from tests.conformance.families import BUILDERS, VOCAB, build

PROMPT = torch.tensor([[0, 5, 9, 5, 9, 33], [0, 7, 7, 1, 12, 40]])
NEW = 5


@pytest.fixture(scope="module", params=sorted(BUILDERS))
def model(request):
    return build(request.param)


def test_text_is_what_the_module_itself_writes(model):
    trace = model.generate(PROMPT, max_new_tokens=NEW, read=["resid_post"])
    alone = model.module.generate(
        PROMPT, attention_mask=torch.ones_like(PROMPT), max_new_tokens=NEW, do_sample=False, pad_token_id=0
    )
    assert torch.equal(trace.tokens, alone)


def whole_text(model, tokens, **edits):
    return model.run(tokens[:, :-1], read=[site for site in model.sites if site.name != "pos_embed"], **edits)


def test_every_site_read_while_generating_is_that_of_one_pass_over_the_whole_text(model):
    sites = [site for site in model.sites if site.name not in ("logits", "pos_embed")]
    trace = model.generate(PROMPT, max_new_tokens=NEW, read=sites)
    whole = whole_text(model, trace.tokens)
    for site in sites:
        found, expected = trace[site], whole[site]
        if site.name == "scores":
            seen = whole[f"pattern.{site.layer}"] > 0
            found, expected = found[seen], expected[seen]
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4, msg=lambda text, site=site: f"{site}: {text}")


def test_edits_hold_for_prompt_and_new_tokens_as_in_one_pass(model):
    size = model.shape.d_model
    steer = torch.linspace(-1, 1, size)
    edits = [Add("resid_pre.1", steer), Zero("z.2", head=1), Scale("attn_out.0", 0.5, position=slice(2, 9))]
    trace = model.generate(PROMPT, max_new_tokens=NEW, edit=edits, read=["resid_post"])
    whole = whole_text(model, trace.tokens, edit=edits)
    for layer in range(model.shape.n_layers):
        site = f"resid_post.{layer}"
        torch.testing.assert_close(trace[site], whole[site], rtol=1e-4, atol=1e-4)


def test_an_edit_at_one_position_is_remembered_through_the_cache(model):
    """Position 3 is in the prompt, position 8 is written later; the edited stream reaches later tokens by keys."""
    new = torch.randn(2, model.shape.d_model, generator=torch.Generator().manual_seed(1))
    edits = [Replace("resid_pre.1", new, position=3), Replace("resid_pre.1", new * 0.5, position=8)]
    trace = model.generate(PROMPT, max_new_tokens=NEW, edit=edits, read=["resid_pre.1", "resid_post.2"])
    whole = whole_text(model, trace.tokens, edit=edits)
    torch.testing.assert_close(trace["resid_pre.1"][:, 3], new)
    torch.testing.assert_close(trace["resid_pre.1"][:, 8], new * 0.5)
    torch.testing.assert_close(trace["resid_post.2"], whole["resid_post.2"], rtol=1e-4, atol=1e-4)


def test_keys_edited_after_rotation_stay_edited_for_every_later_token(model):
    if "k_rot" in model.layout.absent:
        return
    edits = [Zero("k_rot.1", position=2)]
    trace = model.generate(PROMPT, max_new_tokens=NEW, edit=edits, read=["pattern.1", "resid_post.2"])
    whole = whole_text(model, trace.tokens, edit=edits)
    torch.testing.assert_close(trace["pattern.1"], whole["pattern.1"], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(trace["resid_post.2"], whole["resid_post.2"], rtol=1e-4, atol=1e-4)


def test_values_for_several_positions_are_spread_over_the_passes():
    model = build("gpt2")
    new = torch.randn(2, 4, model.shape.d_model)
    trace = model.generate(
        PROMPT, max_new_tokens=NEW, edit=Replace("resid_pre.0", new, position=[4, 5, 6, 8]), read="resid_pre.0"
    )
    torch.testing.assert_close(trace["resid_pre.0"][:, [4, 5, 6, 8]], new)


def test_left_padding_gives_the_text_of_the_unpadded_prompt(model):
    short = [0, 5, 9, 5]
    tokens, mask = model.pad([short, PROMPT[1].tolist()], side="left")
    together = model.generate(tokens, mask=mask, max_new_tokens=NEW, read=["resid_post.2"])
    alone = model.generate(torch.tensor([short]), max_new_tokens=NEW, read=["resid_post.2"])
    assert torch.equal(together.tokens[0, 2:], alone.tokens[0])
    torch.testing.assert_close(together["resid_post.2"][0, 2:], alone["resid_post.2"][0], rtol=1e-4, atol=1e-4)


def test_negative_positions_count_from_the_end_of_the_prompt():
    trace = build("llama").generate(
        PROMPT, max_new_tokens=NEW, edit=Zero("resid_pre.0", position=-1), read="resid_pre.0"
    )
    gone = trace["resid_pre.0"].abs().sum(-1) == 0
    assert gone.nonzero().tolist() == [[0, 5], [1, 5]]


def test_an_edit_of_a_position_that_is_never_written_is_an_error():
    with pytest.raises(SilentEditError, match="position=10"):
        build("llama").generate(PROMPT, max_new_tokens=NEW, edit=Zero("resid_pre.0", position=10))


def test_a_function_sees_the_prompt_and_then_one_token_at_a_time():
    seen = []

    def note(part):
        seen.append(part.shape[1])
        return part

    build("gpt2").generate(PROMPT, max_new_tokens=4, edit=Apply("resid_pre.0", note))
    assert seen == [6, 1, 1, 1]


def test_a_value_as_long_as_the_prompt_is_told_to_say_which_positions():
    with pytest.raises(EditError, match="selected part"):
        build("gpt2").generate(PROMPT, max_new_tokens=4, edit=Replace("resid_pre.0", torch.zeros(2, 6, 32)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"max_new_tokens": 0}, "at least one"),
        ({"max_new_tokens": 40}, "context of 32"),
        ({"max_new_tokens": 2, "num_beams": 3}, "beams"),
        ({"max_new_tokens": 2, "mask": torch.tensor([[1, 1, 1, 1, 1, 0]] * 2)}, "side='left'"),
    ],
)
def test_what_cannot_be_written_is_refused(settings, words):
    with pytest.raises(PromptError, match=words):
        build("gpt2").generate(PROMPT, **settings)


def test_token_outside_the_vocabulary_is_refused():
    with pytest.raises(PromptError, match="vocabulary"):
        build("gpt2").generate(torch.tensor([[VOCAB]]), max_new_tokens=2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"use_cache": False}, "use_cache=True"),
        ({"prompt_lookup_num_tokens": 3}, "prompt_lookup_num_tokens"),
        ({"generation_config": hf.GenerationConfig(num_beams=2)}, "beams"),
        ({"guidance_scale": 2.0}, "guidance_scale"),
        ({"return_dict_in_generate": True}, "return_dict_in_generate"),
        ({"attention_mask": torch.ones(1, 3)}, "given twice"),
    ],
)
def test_ways_to_write_whose_passes_read_other_tokens_are_refused(options, words):
    with pytest.raises(PromptError, match=words):
        build("llama").generate(torch.tensor([[1, 2, 3]]), max_new_tokens=2, **options)


def test_beams_that_a_model_brings_with_it_are_refused():
    model = build("llama")
    model.module.generation_config.num_beams = 2
    with pytest.raises(PromptError, match="beams"):
        model.generate(torch.tensor([[1, 2, 3]]), max_new_tokens=2)


@pytest.mark.usefixtures("unchecked")
def test_a_mask_of_another_shape_is_refused_while_writing_too():
    with pytest.raises(PromptError, match=r"mask has shape \(1, 2\)"):
        build("llama").generate(torch.tensor([[1, 2, 3]]), max_new_tokens=2, mask=torch.ones(1, 2, dtype=torch.long))
