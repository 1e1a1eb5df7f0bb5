"""Running a model: what is left behind, what is refused, and what is restored."""

import threading

import pytest
import torch

from cutaway.errors.models import (
    AbsentSiteError,
    EditError,
    PromptError,
    SilentEditError,
    SiteNotReadError,
    UnknownSiteError,
)
from cutaway.models import Replace, Site, Zero
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.tap import output_of
from cutaway.models.attention_tap import borrow, give_back
from cutaway.models.model import Model
from tests.conformance.families import VOCAB, build

TOKENS = torch.tensor([[0, 5, 9, 5]])


def hooks(model):
    return sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in model.module.modules())


def test_name_without_layer_reads_every_layer():
    trace = build("gpt2").run(TOKENS, read=["pattern"])
    assert list(trace) == ["pattern.0", "pattern.1", "pattern.2"]


def test_site_that_was_not_read_is_refused_with_the_call_that_reads_it():
    trace = build("gpt2").run(TOKENS, read=["z.0"])
    with pytest.raises(SiteNotReadError, match=r"read=\['pattern'\]"):
        trace["pattern.1"]


def test_a_trace_is_asked_like_any_mapping():
    trace = build("gpt2").run(TOKENS, read=["z.0"])
    assert ("z.0" in trace, "z.1" in trace, "logits" in trace) == (True, False, True)
    assert trace.get("z.1") is None
    assert trace.get("logits") is trace["logits"] is trace.logits
    with pytest.raises(SiteNotReadError, match=r"^this trace holds no 'z.1'.\n  it holds: z.0\n"):
        trace["z.1"]


def test_logits_are_not_in_a_trace_that_stopped_before_them():
    trace = build("gpt2").run(TOKENS, read=["z.0"], logits=False)
    assert "logits" not in trace
    assert trace.get("logits") is None


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "mask", [torch.full((1, 4), 0.5), torch.full((1, 4), -1), TOKENS + 1, torch.tensor([[1.0, float("nan"), 1.0, 1.0]])]
)
def test_a_mask_of_other_numbers_than_0_and_1_is_refused(mask):
    with pytest.raises(PromptError, match="other numbers than 0 and 1"):
        build("gpt2").run(TOKENS, mask=mask)


@pytest.mark.usefixtures("unchecked")
def test_a_mask_may_be_of_booleans_or_floats():
    model, mask = build("gpt2"), torch.tensor([[0, 1, 1, 1]])
    expected = model.run(TOKENS, mask=mask).logits
    for same in (mask.bool(), mask.float()):
        torch.testing.assert_close(model.run(TOKENS, mask=same).logits, expected)


def test_logits_of_a_run_that_stopped_early_are_refused():
    trace = build("gpt2").run(TOKENS, read=["z.0"], logits=False)
    with pytest.raises(SiteNotReadError, match="logits"):
        _ = trace.logits


@pytest.mark.parametrize(("asked", "error"), [("resid_pst", UnknownSiteError), ("z.9", UnknownSiteError)])
def test_unknown_sites_are_refused(asked, error):
    with pytest.raises(error, match=r"nearest: .*\n.*cutaway sites gpt2"):
        build("gpt2").run(TOKENS, read=[asked])


def test_absent_site_is_refused_with_its_reason():
    with pytest.raises(AbsentSiteError, match="attention only"):
        build("toy-attention-only-learned").run(TOKENS, read=["mlp_out"])


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (torch.zeros(1, 33, dtype=torch.long), "longer than its context of 32"),
        (torch.tensor([[VOCAB]]), f"outside its vocabulary of {VOCAB}"),
        (torch.tensor([[-1]]), "outside its vocabulary"),
        (torch.zeros(1, 0, dtype=torch.long), "shape"),
        (torch.zeros(3, dtype=torch.long), "shape"),
    ],
)
def test_tokens_a_model_cannot_read_are_refused(tokens, words):
    with pytest.raises(PromptError, match=words):
        build("gpt2").run(tokens)


def test_text_without_a_tokenizer_is_refused():
    from cutaway.errors.models import NoTokenizerError

    with pytest.raises(NoTokenizerError, match="save_pretrained"):
        build("gpt2").tokens(["hello"])


def test_error_inside_a_run_leaves_no_hook_and_the_old_attention():
    model = build("llama")
    before = hooks(model), model.module.config._attn_implementation
    with pytest.raises(Exception, match="does not fit"):
        model.run(TOKENS, read=["pattern"], edit=[Replace("z.1", torch.zeros(7))])
    assert (hooks(model), model.module.config._attn_implementation) == before
    model.run(TOKENS, read=["pattern"], logits=False)
    assert (hooks(model), model.module.config._attn_implementation) == before


def test_site_the_model_never_reaches_is_an_error_not_a_silence():
    model = build("gpt2")
    layout = Layout(**(vars(model.layout) | {"taps": {Site("embed"): output_of("transformer.drop.nothing")}}))
    model.module.transformer.drop.add_module("nothing", torch.nn.Identity())
    broken = Model(name="broken", module=model.module, layout=layout)
    with pytest.raises(SilentEditError, match="embed"):
        broken.run(TOKENS, read=["embed"])


def test_edits_of_different_heads_commute():
    model = build("qwen3")
    one, other = Zero("z.0", head=0), Replace("z.1", 0.5, head=3)
    torch.testing.assert_close(model.run(TOKENS, edit=[one, other]).logits, model.run(TOKENS, edit=[other, one]).logits)


def test_two_threads_read_two_models_without_noticing_each_other():
    models = [build("gpt2"), build("llama")]
    alone = [model.run(TOKENS, read=["pattern"])["pattern.2"] for model in models]
    seen: dict[int, list[torch.Tensor]] = {0: [], 1: []}

    def work(which):
        for _ in range(20):
            seen[which].append(models[which].run(TOKENS, read=["pattern"])["pattern.2"])

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for which in (0, 1):
        assert len(seen[which]) == 20
        for pattern in seen[which]:
            torch.testing.assert_close(pattern, alone[which], rtol=0, atol=0)


def test_first_token_outside_the_vocabulary_is_no_first_token():
    model = build("gpt2")
    assert model.bos == 0
    model.module.config.bos_token_id = 50_256
    assert model.bos is None


def test_one_name_or_one_edit_needs_no_list():
    model = build("gpt2")
    alone = model.run(TOKENS, read="z.0", edit=Zero("z.1", head=0))
    torch.testing.assert_close(alone["z.0"], model.run(TOKENS, read=["z.0"])["z.0"])
    torch.testing.assert_close(alone.logits, model.run(TOKENS, edit=[Zero("z.1", head=0)]).logits)


def test_name_without_layer_in_a_trace_is_told_to_say_which():
    with pytest.raises(SiteNotReadError, match=r"trace\['pattern\.0'\]"):
        build("gpt2").run(TOKENS, read=["pattern"])["pattern"]


@pytest.mark.parametrize("tokens", [[[1, 2]], ["hi"], torch.rand(1, 3)])
@pytest.mark.usefixtures("unchecked")
def test_what_is_not_a_tensor_of_integers_is_refused(tokens):
    with pytest.raises(PromptError, match="tensor of integers"):
        build("gpt2").run(tokens)


def test_one_text_where_a_list_belongs_is_refused_rather_than_read_by_letters():
    import cutaway

    with pytest.raises(PromptError, match=r"model\.tokens\(\[text\]\)"):
        cutaway.load("attn-only-1l").tokens("hello there")


def test_model_and_trace_say_what_they_are_in_one_line():
    model = build("gpt2")
    assert repr(model) == "Model('gpt2', 3 layers x 4 heads, d_model 32)"
    assert repr(model.run(TOKENS, read=["z.0"])) == "Trace(z.0, logits)"


def test_two_threads_share_one_model_without_mixing_their_activations():
    model, inputs = build("gpt2"), [torch.tensor([[0, 5, 9, 5]]), torch.tensor([[7, 1, 2, 3]])]
    alone = [model.run(tokens, read=["resid_post.1"])["resid_post.1"] for tokens in inputs]
    wrong = []

    def work(which):
        for _ in range(50):
            found = model.run(inputs[which], read=["resid_post.1", "pattern.0"])["resid_post.1"]
            if not torch.allclose(found, alone[which], atol=1e-5):
                wrong.append(which)

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_stopping_early_still_makes_an_edit_that_comes_after_the_last_read():
    trace = build("gpt2").run(TOKENS, read=["z.0"], edit=[Zero("z.1")], logits=False)
    assert "z.0" in trace


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("edit", ["z.1", [3]])
def test_what_is_no_edit_is_refused(edit):
    with pytest.raises(EditError, match="it is no edit"):
        build("gpt2").run(torch.tensor([[1, 2]]), edit=edit)


def test_models_that_share_a_config_leave_it_as_it_was_whoever_ends_first():
    model = build("llama")
    config = model.module.config
    before = config._attn_implementation
    borrow([config])
    borrow([config])
    give_back([config])
    assert config._attn_implementation == "cutaway"
    give_back([config])
    assert config._attn_implementation == before
