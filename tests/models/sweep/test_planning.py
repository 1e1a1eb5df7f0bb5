"""Plans: what a sweep says it will cost, its parts, its memory, and what an interruption leaves behind."""

from contextlib import contextmanager

import pytest
import torch
import transformers as hf
from torch.utils.flop_counter import FlopCounterMode

from cutaway.models import Apply, Zero, each, log_prob, logit_difference, loss, patches, plan_sweep, sweep, wrap
from cutaway.models.attention_tap import configs
from cutaway.models.sweep.engine import Engine
from tests.conformance.families import build, redraw
from tests.models.sweep.naive import assert_equals_naive
from tests.models.sweep.prompts import LENGTH, pair

TOKENS, OTHERS = pair()
LAST = logit_difference(5, 7)
SIZES = {"num_hidden_layers": 4, "hidden_size": 128, "num_attention_heads": 4}

pytestmark = pytest.mark.usefixtures("trusting")


@pytest.fixture(scope="module")
def gpt2():
    return build("gpt2")


def large(name):
    """A model in which nearly all operations are products with weights; its attention is written out, to be counted."""
    torch.manual_seed(0)
    sizes = {"n_embd": 128, "n_layer": 4, "n_head": 4, "n_positions": 64}
    made = {
        "gpt2": lambda: hf.GPT2LMHeadModel(hf.GPT2Config(vocab_size=61, **sizes)),
        "llama": lambda: hf.LlamaForCausalLM(
            hf.LlamaConfig(vocab_size=61, **SIZES, intermediate_size=384, num_key_value_heads=2)
        ),
    }
    module = made[name]().eval()
    redraw(module, spread=0.1)
    module.config._attn_implementation = "eager"
    return wrap(module, name=name)


@pytest.mark.parametrize("name", ["gpt2", "llama"])
@pytest.mark.parametrize("kind", ["resid_pre", "attn_out", "mlp_out"])
@pytest.mark.parametrize("metric", [LAST, loss(TOKENS)], ids=["last", "loss"])
def test_explained_operations_are_those_that_are_counted(name, kind, metric):
    model = large(name)
    planned = plan_sweep(model, TOKENS, patches(model, OTHERS, kind, per=("layer", "position")), metric)
    promised = planned.explain()
    fresh = plan_sweep(model, TOKENS, planned.edits, metric)
    with FlopCounterMode(display=False) as counted:
        fresh.run()
    assert promised.flops == pytest.approx(counted.get_total_flops(), rel=0.05)
    with FlopCounterMode(display=False) as counted:
        model.run(TOKENS)
    assert promised.naive_flops == pytest.approx(counted.get_total_flops() * len(planned.edits), rel=0.05)
    assert promised.times == promised.naive_flops / promised.flops > 1


def test_explained_runs_are_those_that_are_run(gpt2, monkeypatch):
    planned = plan_sweep(gpt2, TOKENS, patches(gpt2, OTHERS, "resid_pre", per=("layer", "position")), LAST)
    promised = planned.explain()
    rows = sum(12 - shared for shared in (2, 6, 11)) * 3  # of each layer, the positions where the two prompts differ
    assert (promised.asked, promised.needed, promised.whole) == (3 * LENGTH * 3, rows, 0)
    ran = count_batches(monkeypatch)
    planned.run()
    assert (sum(ran), len(ran)) == (rows, promised.batches)


def count_batches(monkeypatch):
    """The rows of every batch that is run from now on."""
    ran, usual = [], Engine.logits

    def logits(engine, batch):
        found = usual(engine, batch)
        ran.append(sum(len(cell.rows) for cell in batch.cells))
        return found

    monkeypatch.setattr(Engine, "logits", logits)
    return ran


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_chunks_are_parts_of_the_whole(gpt2, size):
    edits = patches(gpt2, OTHERS, "z", per=("layer", "position"))
    metrics = [LAST, log_prob(3, position=8)]
    _, whole = assert_equals_naive(gpt2, TOKENS, edits, metrics)
    planned = plan_sweep(gpt2, TOKENS, edits, metrics)
    chunks = planned.chunks(size)
    assert [number for chunk in chunks for number in range(chunk.first, chunk.last)] == list(range(len(edits)))
    parts = [plan_sweep(gpt2, TOKENS, edits, metrics).run_chunk(chunk) for chunk in reversed(chunks)]
    torch.testing.assert_close(torch.cat(parts[::-1]), whole.values, rtol=0, atol=1e-5)


def test_little_memory_means_more_and_smaller_batches(gpt2):
    edits = patches(gpt2, OTHERS, "resid_pre", per=("layer", "position"))
    explained = []
    for memory in (64.0, 0.3, 1e-9):
        planned, _ = assert_equals_naive(gpt2, TOKENS, edits, LAST, memory_mb=memory)
        explained.append(planned.explain())
    many, fewer, least = explained
    assert many.batches < fewer.batches < least.batches
    assert fewer.batch_bytes <= 0.3e6 < many.batch_bytes <= 64e6
    assert many.flops == pytest.approx(least.flops, rel=0.5)


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_batch_that_memory_is_too_small_for_is_halved(gpt2, monkeypatch, most):
    usual, refused = Engine.logits, []

    def logits(engine, batch):
        if len(batch.cells) > most:
            refused.append(len(batch.cells))
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return usual(engine, batch)

    monkeypatch.setattr(Engine, "logits", logits)
    assert_equals_naive(gpt2, TOKENS, patches(gpt2, OTHERS, "z", per=("layer", "head")), LAST)
    assert refused


def test_other_faults_are_not_taken_for_a_lack_of_memory(gpt2):
    def fails(_):
        raise RuntimeError("no such thing")

    with pytest.raises(Exception, match="no such thing"):
        sweep(gpt2, TOKENS, [Apply("z.0", fails, head=head) for head in range(4)], LAST)


class Interrupted:
    """A listener that stops the work after so many ticks; `ticks` counts those of every phase."""

    def __init__(self, after=None):
        self.after, self.ticks, self.totals = after, [], []

    @contextmanager
    def phase(self, _, total):
        self.totals.append(total)
        self.ticks.append(0)

        def tick():
            self.ticks[-1] += 1
            if self.ticks[-1] == self.after:
                raise KeyboardInterrupt

        yield tick


def test_progress_is_told_once_for_every_edit(gpt2):
    edits = patches(gpt2, OTHERS, "resid_pre", per=("layer", "position"))
    listener = Interrupted()
    sweep(gpt2, TOKENS, edits, LAST, progress=listener)
    assert (listener.totals, listener.ticks) == ([len(edits)], [len(edits)])


def edits_run(monkeypatch):
    """The numbers of the edits whose cells are run from now on."""
    seen, usual = [], Engine.logits

    def logits(engine, batch):
        seen.extend(cell.number for cell in batch.cells)
        return usual(engine, batch)

    monkeypatch.setattr(Engine, "logits", logits)
    return seen


@pytest.mark.parametrize("kept", [False, True], ids=["the same sweep", "a new one from the file"])
def test_an_interrupted_sweep_goes_on(gpt2, monkeypatch, tmp_path, kept):
    edits = [Zero("z.1", head=head, position=place) for head in range(2) for place in range(LENGTH)]
    file = tmp_path / "new folder" / "kept.safetensors" if kept else None
    planned = plan_sweep(gpt2, TOKENS, edits, LAST, memory_mb=0.05, kept_in=file)
    with pytest.raises(KeyboardInterrupt):
        planned.run(Interrupted(after=10))
    done = set(planned.state[1].nonzero().flatten().tolist())
    assert len(done) == 10
    again = plan_sweep(gpt2, TOKENS, edits, LAST, memory_mb=0.05, kept_in=file) if kept else planned
    seen, listener = edits_run(monkeypatch), Interrupted()
    swept = again.run(listener)
    assert set(seen) == set(range(len(edits))) - done
    assert listener.ticks == [len(edits)]
    monkeypatch.undo()
    _, whole = assert_equals_naive(gpt2, TOKENS, edits, LAST)
    torch.testing.assert_close(swept.scores, whole.scores, rtol=0, atol=1e-5)


def test_a_finished_sweep_is_not_run_again(gpt2, monkeypatch, tmp_path):
    edits = patches(gpt2, OTHERS, "z", per=("layer", "head"))
    first = sweep(gpt2, TOKENS, edits, [LAST, loss(TOKENS)], kept_in=tmp_path / "kept")
    seen = edits_run(monkeypatch)
    again = sweep(gpt2, TOKENS, edits, [LAST, loss(TOKENS)], kept_in=tmp_path / "kept")
    assert not seen
    assert torch.equal(first.values, again.values)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_prompts_that_are_the_same_need_no_batch(gpt2):
    edits = patches(gpt2, TOKENS.clone(), "resid_mid", per=("layer", "position"))
    planned = plan_sweep(gpt2, TOKENS, edits, [LAST, loss(TOKENS)])
    explained, swept = planned.explain(), planned.run()
    assert (explained.batches, explained.needed) == (0, 0)
    assert torch.equal(swept.values, swept.base_values.expand_as(swept.values))


def left_behind(module):
    """What a sweep might leave on a model: hooks, functions in place of methods, another attention, gradients."""
    parts = list(module.modules())
    hooks = sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in parts)
    stands = [name for name, part in module.named_modules() if "forward" in part.__dict__]
    chosen = [config._attn_implementation for config in configs(module)]
    grads = [name for name, weight in module.named_parameters() if weight.grad is not None]
    return hooks, stands, chosen, grads, {name: value.clone() for name, value in module.state_dict().items()}


@pytest.mark.parametrize("name", ["gpt2", "gemma3", "toy-shortformer-solu"])
@pytest.mark.parametrize("fault", [None, RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("site", ["pattern.1", "z.2", "embed", "ln_final_scale"])
def test_the_model_is_left_as_it_was_found(name, fault, site):
    model = build(name)
    before = left_behind(model.module)

    def function(part):
        if fault is not None:
            raise fault("inside an edit")
        return part * 0.5

    edits = [Zero("z.0", head=1), Apply(site, function), Zero("scores.1", head=0)]
    if fault is None:
        sweep(model, TOKENS, edits, LAST)
    else:
        with pytest.raises(BaseException, match="inside an edit"):
            sweep(model, TOKENS, edits, LAST)
    hooks, stands, chosen, grads, weights = left_behind(model.module)
    assert (hooks, stands, chosen, grads) == before[:4] == (0, [], before[2], [])
    assert all(torch.equal(weights[key], value) for key, value in before[4].items())
    assert_equals_naive(model, TOKENS, [Zero("z.1", head=2)], LAST)


def test_hooks_of_the_user_count_once(gpt2):
    handle = gpt2.module.transformer.h[1].register_forward_hook(lambda _, __, output: shifted(output))
    try:
        assert_equals_naive(gpt2, TOKENS, [Zero("z.0", head=0), Zero("z.2", head=1)], LAST)
    finally:
        handle.remove()


@pytest.mark.parametrize("when", ["before the first block", "after the last block"])
def test_hooks_of_the_user_on_the_outermost_blocks_count_once(gpt2, when):
    blocks = gpt2.module.transformer.h
    if when == "after the last block":
        handle = blocks[-1].register_forward_hook(lambda _, __, output: shifted(output))
    else:
        handle = blocks[0].register_forward_pre_hook(lambda _, given: (shifted(given[0]), *given[1:]))
    try:
        assert_equals_naive(gpt2, TOKENS, [Zero("z.0", head=0), Zero("z.2", head=1)], LAST)
    finally:
        handle.remove()


def shifted(output):
    """The stream with a slope added, alone or at the front of a tuple."""
    slope = torch.linspace(-1, 1, 32)
    return (output[0] + slope, *output[1:]) if isinstance(output, tuple) else output + slope


def test_a_product_of_edits_says_where_each_is(gpt2):
    edits = each(gpt2, "z", Zero, per=("layer", "head"), only={"layer": (0, 2)})
    labels = list(edits.labels)
    assert labels == [{"layer": layer, "head": head} for layer in (0, 2) for head in range(4)]
    found = sweep(gpt2, TOKENS, edits, LAST).scores
    by_hand = sweep(gpt2, TOKENS, [Zero(f"z.{at['layer']}", head=at["head"]) for at in labels], LAST).scores
    assert torch.equal(found, by_hand)
    together = each(gpt2, "z", Zero, per=("head",))
    assert [len(some) for some in together] == [3, 3, 3, 3]
