"""A short cut that does not hold for an architecture is found on its small copy, switched off, and the numbers stay.

Each model here breaks one thing that sweeps rely on, in a way that cannot be read off its module tree.
"""

import pytest
import torch

from cutaway.models import Zero, log_prob, logit_difference, loss, patches, plan_sweep, wrap
from cutaway.models.sweep import SlowSweepWarning
from cutaway.models.sweep.check import examine
from cutaway.models.sweep.engine import REDUCTIONS
from cutaway.models.toy import ToyBlock, ToyConfig, ToyForCausalLM
from tests.conformance.families import BUILDERS, TOY, build, redraw
from tests.models.sweep.conftest import SWEEP
from tests.models.sweep.naive import assert_equals_naive
from tests.models.sweep.prompts import LENGTH, pair

TOKENS, OTHERS = pair()


class SeesLater(ToyBlock):
    """Attention looks both ways."""

    def forward(self, x, **attention):
        self.attn.is_causal = False
        return super().forward(x, **attention | {"attention_mask": None})


class Counts(ToyBlock):
    """How long the stretch is changes what the block does."""

    def forward(self, x, **attention):
        return super().forward(x, **attention) * (1 + x.shape[1] / 10)


class LooksBack(ToyBlock):
    """Every position is mixed with the one before by other means than attention."""

    def forward(self, x, **attention):
        return super().forward(x, **attention) + x.cumsum(dim=1).tanh()


class MixesRows(ToyBlock):
    """The rows of a batch are not alone."""

    def forward(self, x, **attention):
        return super().forward(x, **attention) + x.mean(dim=0, keepdim=True)


class ReadsTheFirst(ToyBlock):
    """What the first block gave is read again by all later ones, past the stream."""

    shared: dict

    def forward(self, x, **attention):
        out = super().forward(x, **attention)
        if self.attn.layer_idx == 0:
            self.shared["first"] = out
            return out
        return out + 0.5 * self.shared["first"].tanh()


def model_of(block):
    """A toy transformer of other blocks; its class takes a config alone, so that a small copy can be made."""

    class Broken(ToyForCausalLM):
        def __init__(self, config):
            super().__init__(config)
            self.blocks = torch.nn.ModuleList(block(config, layer) for layer in range(config.n_layers))
            shared = {}
            for part in self.blocks:
                part.shared = shared

    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = Broken(ToyConfig(**TOY, d_mlp=24)).eval()
        redraw(module, spread=0.2)
    return wrap(module, name=block.__name__)


@pytest.fixture
def examined(monkeypatch):
    """Verdicts come from a trial that is made now, and are kept for this test alone."""
    found = {}

    def verdict_of(model, *, padded):
        if (id(model), padded) not in found:
            found[id(model), padded] = examine(model, padded=padded)
        return found[id(model), padded]

    monkeypatch.setattr(SWEEP, "verdict_of", verdict_of)
    monkeypatch.setattr(SWEEP, "TOLD", set())


@pytest.mark.slow
@pytest.mark.usefixtures("examined", "unchecked")
@pytest.mark.filterwarnings("ignore::cutaway.models.sweep.sweep.SlowSweepWarning")
@pytest.mark.parametrize(
    ("block", "broken"),
    [
        (SeesLater, "positions"),
        (Counts, "positions"),
        (LooksBack, "positions"),
        (MixesRows, "batching"),
        (ReadsTheFirst, "layers"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_does_not_hold_is_switched_off_with_a_reason(block, broken):
    model = model_of(block)
    edits = [*patches(model, OTHERS, "resid_pre", per=("layer", "position")), Zero("z.1", head=0), Zero("mlp_out.2")]
    metrics = [logit_difference(5, 7), log_prob(3, position=6), loss(TOKENS)]
    planned, _ = assert_equals_naive(model, TOKENS, edits, metrics)
    assert planned.off[broken]
    assert planned.off[broken] in str(planned.explain())


@pytest.mark.slow
@pytest.mark.usefixtures("examined", "unchecked")
def test_a_model_whose_blocks_cannot_be_resumed_is_said_to_be_slow():
    model = model_of(ReadsTheFirst)
    planned = plan_sweep(model, TOKENS, [Zero("z.1", head=0)], logit_difference(5, 7))
    with pytest.warns(SlowSweepWarning, match="model 'ReadsTheFirst' run every edit from the start"):
        explained = planned.explain()
    assert explained.whole == explained.needed == len(TOKENS)
    assert set(explained.off) >= set(REDUCTIONS[:4])


PADDED = ["bloom", "gemma3", "gpt2", "gpt_oss", "llama", "opt"]


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("name", "padded"), [(name, False) for name in BUILDERS] + [(name, True) for name in PADDED])
def test_every_short_cut_holds_for_every_decoder(name, padded):
    assert examine(build(name), padded=padded) == {}


@pytest.mark.usefixtures("trusting")
def test_a_short_cut_that_is_off_changes_no_number(monkeypatch):
    model = build("gpt2")
    edits = [*patches(model, OTHERS, "resid_pre", per=("layer", "position")), Zero("k.1", position=LENGTH - 2)]
    flops = []
    for off in ([], *([name] for name in REDUCTIONS[:4]), ["tokens", "positions"], ["resid_pre"], list(REDUCTIONS[:4])):
        monkeypatch.setattr(SWEEP, "verdict_of", lambda *_, off=off, **__: dict.fromkeys(off, "for a test"))
        monkeypatch.setattr(SWEEP, "TOLD", {"GPT2LMHeadModel"})
        planned, _ = assert_equals_naive(model, TOKENS, edits, logit_difference(5, 7))
        flops.append(planned.explain().flops)
    assert all(more >= flops[0] for more in flops[1:])
    assert flops[-1] > 2 * flops[0]
