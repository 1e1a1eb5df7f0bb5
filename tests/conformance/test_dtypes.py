"""Every family in bfloat16 and float16 against its own plain module, and against float32 copies of the same weights.

What is only looked at must not change, to the bit. What is computed in another order, or in another precision, may
differ by rounding: tolerances are in eps, the step of the precision at 1 (2^-7 in bfloat16, 2^-10 in float16), of the
largest number compared. A rounding moves a number by at most half an eps of itself; the three layers of a small model
round what they carry some sixty times, and sixty such steps at random add up to four eps. Random weights let the layers
stretch that, and a softmax stretches it again for what depends on scores.
"""

import copy
from dataclasses import dataclass
from functools import cached_property

import pytest
import torch
from torch import Tensor

from cutaway.errors.models import EditError
from cutaway.models import Add, Mean, Model, Replace, Resample, wrap
from cutaway.models.accumulators import Covariance, Moments
from tests.conformance import encoders, families

DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])
IN_ATTENTION = {"scores", "pattern", "q_rot", "k_rot"}
ROUTED = ("mixtral", "gpt_oss", "deepseek")

OUTPUT, ANY_SITE = 16, 32  # eps of the largest number; twice the worst that was seen
ALIKE = {"bfloat16": 0.95, "float16": 0.99}  # cosine of gradients; a ReLU at zero may open in one precision alone


def at_precision(given, dtype):
    return {name: value.to(dtype) if value.is_floating_point() else value for name, value in given.items()}


@dataclass
class Case:
    """One small model in 16 bits, and its input."""

    name: str
    kind: str
    low: Model
    given: dict[str, Tensor]

    @property
    def dtype(self):
        return DTYPES[self.kind]

    def eps(self, found):
        """What two results differ by: the largest difference, in eps of the largest number.

        With routed experts, the difference that three quarters of the numbers stay below: rounding decides a near
        tie between two experts, and those tokens then have other numbers in either precision.
        """
        new, old = (value.double().flatten() for value in found)
        return float((new - old).abs().quantile(0.75 if self.name.startswith(ROUTED) else 1.0) / old.abs().max()) / (
            torch.finfo(self.dtype).eps
        )

    def plain(self, module=None, **asked):
        """What a module returns by itself."""
        options = {"use_cache": False} if self.name in families.BUILDERS else {}
        return (self.low.module if module is None else module)(**self.given, **options, **asked)

    @cached_property
    def expected(self):
        with torch.no_grad():
            return encoders.answer(self.plain())

    @cached_property
    def read(self):
        return self.low.run(self.given, read=self.low.sites)

    @cached_property
    def wide(self):
        """The same weights in float32."""
        return wrap(copy.deepcopy(self.low.module).float(), name=self.name)

    @property
    def wide_given(self):
        return at_precision(self.given, torch.float32)


EVERY = [(name, kind) for name in [*sorted(families.BUILDERS), *sorted(encoders.BUILDERS)] for kind in DTYPES]


@pytest.fixture(scope="module", params=EVERY, ids=lambda pair: "-in-".join(pair))
def case(request):
    name, kind = request.param
    small = (families if name in families.BUILDERS else encoders).build(name)
    low = wrap(small.module.to(DTYPES[kind]), name=name)
    given = {"input_ids": TOKENS} if name in families.BUILDERS else at_precision(encoders.given(low), DTYPES[kind])
    made = Case(name, kind, low, given)
    try:
        _ = made.expected
    except RuntimeError as fault:
        pytest.skip(f"torch cannot run the plain module in {kind} here: {fault}")
    return made


def test_values_have_the_precision_of_the_module_and_are_what_plain_hooks_see(case):
    outside = [site for site in case.low.sites if site.name not in IN_ATTENTION]
    trace = case.low.run(case.given, read=outside)
    assert {trace[site].dtype for site in outside} == {case.dtype}
    edges = [site for site in outside if case.low.taps[site].whole]
    assert len(edges) > case.low.shape.n_layers
    seen, handles = {}, []
    for site in edges:
        tap = case.low.taps[site]
        part = case.low.module.get_submodule(tap.path)

        def entering(_, args, kwargs, site=site):
            seen.setdefault(site, (args[0] if args else next(iter(kwargs.values()))).clone())

        def leaving(_, args, output, site=site):
            seen.setdefault(site, (output if isinstance(output, Tensor) else output[0]).clone())

        handles.append(
            part.register_forward_pre_hook(entering, with_kwargs=True)
            if tap.when == "before"
            else part.register_forward_hook(leaving)
        )
    with torch.no_grad():
        case.plain()
    for handle in handles:
        handle.remove()
    for site in edges:
        assert torch.equal(trace[site], seen[site]), site


def test_reading_outside_attention_leaves_the_output_to_the_bit(case):
    outside = [site for site in case.low.sites if site.name not in IN_ATTENTION]
    found = encoders.answer(case.low.run(case.given, read=outside).output)
    assert found.dtype == case.expected.dtype
    assert torch.equal(found, case.expected)


def test_reading_inside_attention_agrees_with_the_kernel_the_model_was_loaded_with(case):
    assert case.eps((encoders.answer(case.read.output), case.expected)) <= OUTPUT


def test_patterns_are_the_models_own_and_their_rows_sum_to_one(case):
    """In float32 where its eager attention works them out so. The entries of a row are rounded, each by at most half an
    eps of itself, and so is the sum that they were divided by: a few eps of their own precision in all."""
    for site in case.low.sites:
        if site.name == "pattern":
            pattern = case.read[site]
            assert pattern.dtype in (case.dtype, torch.float32)
            rows = pattern.double().sum(-1)
            torch.testing.assert_close(rows, torch.ones_like(rows), rtol=0, atol=4 * torch.finfo(pattern.dtype).eps)


def test_patterns_rounded_to_the_precision_are_what_eager_attention_hands_out(case):
    if case.low.layout.softmax != "interface" or set(case.low.layout.shapes) != {""}:
        return  # those with a softmax of their own hand out another or none; two stacks have two lists
    module = copy.deepcopy(case.low.module)
    module.set_attn_implementation("eager")
    with torch.no_grad():
        handed = getattr(case.plain(module, output_attentions=True), "attentions", None) or ()
    for layer, expected in enumerate(handed):
        found = case.read[f"pattern.{layer}"].to(case.dtype)[..., : expected.shape[-1]]  # without the sink
        assert torch.equal(found, expected), layer


def test_putting_back_what_was_read_changes_nothing(case):
    """Each kind of site alone, in a middle layer. A norm's divisor is put back by multiplying, and that rounds."""
    kinds = {}
    for site in case.low.sites:
        kinds.setdefault((site.group, site.name), []).append(site)
    for sites in kinds.values():
        site = sites[len(sites) // 2]
        plain = case.low.run(case.given, read=[site])
        again = case.low.run(case.given, edit=Replace(site, plain[site]))
        found, expected = encoders.answer(again.output), encoders.answer(plain.output)
        if site.name.endswith("_scale"):
            assert case.eps((found, expected)) <= OUTPUT, site
        else:
            assert torch.equal(found, expected), site


def test_values_are_those_of_the_same_weights_in_float32(case):
    trace = case.wide.run(case.wide_given, read=case.wide.sites)
    assert case.eps((case.expected, encoders.answer(trace.output))) <= OUTPUT
    for site in case.low.sites:
        found, expected = case.read[site].double(), trace[site].double()
        if site.name == "scores":  # what is hidden from a query has the lowest number of either precision
            seen = trace[str(site).replace("scores", "pattern")][..., : found.shape[-1]] > 0
            found, expected = found[seen], expected[seen]
        assert case.eps((found, expected)) <= ANY_SITE, site


def goes_back(case):
    """Whether torch can take a gradient of the plain module in this precision."""
    try:
        torch.autograd.grad(encoders.answer(case.plain()).float().sum(), next(case.low.module.parameters()))
    except RuntimeError as fault:
        pytest.skip(f"torch cannot go back through the plain module in {case.kind} here: {fault}")


def test_gradients_have_the_precision_of_their_site_and_the_direction_that_float32_gives(case):
    if case.low.layout.logits(case.read.output) is None:
        return  # without a head there is nothing to measure

    def lead(logits):
        each = logits.float().flatten(1)
        return each[:, -1] - each[:, -2]

    goes_back(case)
    sites = [site for site in case.low.sites if site.name != "logits"]
    found = case.low.run(case.given, read=sites, gradient_of=lead)
    expected = case.wide.run(case.wide_given, read=sites, gradient_of=lead)
    for site in sites:
        slope, true = found.grad[site], expected.grad[site].double().flatten()
        assert slope.dtype == found[site].dtype, site
        assert slope.isfinite().all(), site
        alike = torch.nn.functional.cosine_similarity(slope.double().flatten(), true, dim=0)
        if not case.name.startswith(ROUTED):  # where another expert was chosen, the gradient is that expert's
            assert alike >= ALIKE[case.kind], site


@pytest.mark.parametrize("kind", DTYPES)
def test_a_scan_adds_up_what_16_bits_could_not_hold(kind):
    """Two hundred values near 40,000, whose sum and squares float16 cannot hold; by hand from the embedding."""
    small = families.build("gpt2")
    with torch.no_grad():
        small.module.transformer.wte.weight.mul_(100).add_(40_000)
    low = wrap(small.module.to(DTYPES[kind]), name="gpt2")
    tokens = torch.arange(8).repeat(25, 1)
    found = low.scan([tokens], read="embed", into=[Moments(), Covariance()])
    rows = low.W_E.detach().double()[:8]
    moments, covariance = found.at("embed")
    assert moments.mean.dtype == covariance.covariance.dtype == torch.float64
    torch.testing.assert_close(moments.mean, rows.mean(0))
    torch.testing.assert_close(moments.variance, rows.var(0, unbiased=False))
    torch.testing.assert_close(covariance.covariance, torch.cov(rows.T, correction=0))


TOO_LARGE = torch.full((2, 8, 32), 70_000.0)  # float16 ends at 65,504


@pytest.mark.parametrize(
    "edit",
    [
        Replace("resid_pre.1", TOO_LARGE),
        Replace("resid_pre.1", 70_000.0, position=2),
        Add("resid_pre.1", TOO_LARGE[0, 0], position=[2, 3]),
        Mean("resid_pre.1", TOO_LARGE),
        Resample("resid_pre.1", TOO_LARGE),
    ],
    ids=lambda edit: type(edit).__name__,
)
def test_a_value_that_float16_cannot_hold_is_refused_and_bfloat16_takes_it(edit):
    low, wide = (wrap(families.build("gpt2").module.to(dtype), name="gpt2") for dtype in (torch.half, torch.bfloat16))
    with pytest.raises(EditError, match=r"too large for the float16 of 'resid_pre\.1'"):
        low.run(TOKENS, edit=edit)
    found = wide.run(TOKENS, edit=edit, read=["resid_pre.1"])["resid_pre.1"]
    torch.testing.assert_close(found[:, 2].float(), TOO_LARGE[:, 2], rtol=2.0**-7, atol=0)


def test_infinity_is_no_such_value():
    """A key hidden from every later query."""
    low = wrap(families.build("gpt2").module.half(), name="gpt2")
    hidden = torch.zeros(8, 8)
    hidden[1:, 0] = float("-inf")
    pattern = low.run(TOKENS, edit=Add("scores.1", hidden), read=["pattern.1"])["pattern.1"]
    assert not pattern[:, :, 1:, 0].any()
    torch.testing.assert_close(pattern.float().sum(-1), torch.ones(2, 4, 8), rtol=0, atol=2.0**-10)


def test_a_value_in_another_precision_is_rounded_to_that_of_the_site():
    low = wrap(families.build("gpt2").module.bfloat16(), name="gpt2")
    value = torch.full((2, 8, 32), 1 + 2.0**-7 + 2.0**-9)  # rounds down to 1 + 2^-7
    trace = low.run(TOKENS, edit=Replace("resid_pre.1", value), read=["resid_pre.1"])
    assert torch.equal(trace["resid_pre.1"], torch.full((2, 8, 32), 1 + 2.0**-7, dtype=torch.bfloat16))
