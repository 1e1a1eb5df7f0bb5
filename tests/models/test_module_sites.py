"""Sites of any module by its path, on modules small enough to work out by hand."""

from collections import namedtuple

import pytest
import torch
from torch import nn
from transformers.modeling_outputs import BaseModelOutput

import cutaway
from cutaway.errors.models import (
    AbsentWeightError,
    GradientError,
    NoTensorError,
    PromptError,
    RepeatedModuleError,
    UnknownSiteError,
)
from cutaway.models import Mean, Replace, Scale, Zero
from tests.conformance.families import build


class Twice(nn.Module):
    """relu(relu(x - 1) - 1), with one ReLU used twice."""

    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.relu(x - 1) - 1)


class InPlace(nn.Module):
    """Writes over what the identity gave it."""

    def __init__(self):
        super().__init__()
        self.same, self.last = nn.Identity(), nn.Identity()

    def forward(self, x):
        y = self.same(x * 1)
        y += 100
        return self.last(y)


X = torch.tensor([[0.0, 1.0, 2.0, 4.0]])


def test_each_call_of_a_module_is_a_site_of_its_own():
    model = cutaway.load(Twice())
    trace = model.run(X, read=["module:relu#1", "module:relu#2:in"])
    torch.testing.assert_close(trace["module:relu#1"], torch.tensor([[0.0, 0.0, 1.0, 3.0]]))
    torch.testing.assert_close(trace["module:relu#2:in"], torch.tensor([[-1.0, -1.0, 0.0, 2.0]]))
    edited = model.run(X, edit=Scale("module:relu#1", 2.0))
    torch.testing.assert_close(edited.logits, torch.tensor([[0.0, 0.0, 1.0, 5.0]]))


def test_a_module_called_twice_must_be_told_apart():
    with pytest.raises(RepeatedModuleError, match="module:relu#2"):
        cutaway.load(Twice()).run(X, read="module:relu")


def test_what_the_model_goes_on_to_write_over_is_kept_as_it_was():
    trace = cutaway.load(InPlace()).run(X, read=["module:same", "module:last"])
    torch.testing.assert_close(trace["module:same"], X)
    torch.testing.assert_close(trace["module:last"], X + 100)


def test_entries_of_a_nested_output():
    lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True)
    model, x = cutaway.load(nn.ModuleDict({"lstm": lstm})["lstm"]), torch.randn(2, 5, 3)
    output, (hidden, cell) = lstm(x)
    trace = model.run(x, read=["module:", "module::out.1.0", "module::out.1.1"])
    torch.testing.assert_close(trace["module:"], output.detach())
    torch.testing.assert_close(trace["module::out.1.0"], hidden.detach())
    torch.testing.assert_close(trace["module::out.1.1"], cell.detach())


def test_an_edit_of_a_module_holds_in_a_transformer_too():
    model, tokens = build("llama"), torch.tensor([[1, 2, 3]])
    by_site = model.run(tokens, edit=Zero("mlp_out.1")).logits
    by_path = model.run(tokens, edit=Zero("module:model.layers.1.mlp")).logits
    torch.testing.assert_close(by_path, by_site, rtol=0, atol=0)


def test_rows_of_a_module_site_can_be_edited_alone():
    model = cutaway.load(nn.Sequential(nn.Linear(2, 2), nn.ReLU()))
    x = torch.randn(3, 2)
    edited = model.run(x, edit=Replace("module:0", -1.0, row=1)).logits
    assert edited[1].tolist() == [0.0, 0.0]
    torch.testing.assert_close(edited[[0, 2]], model.module(x)[[0, 2]].detach())


@pytest.mark.parametrize(
    "asked", ["module:model.layers.1.mpl", "module:model.layers.1.mlp:on", "module:model.layers.1.mlp#0"]
)
def test_a_module_that_is_not_there_names_the_nearest(asked):
    with pytest.raises(UnknownSiteError, match=r"nearest: module:model\.layers\.1\.mlp"):
        build("llama").run(torch.tensor([[1, 2, 3]]), read=asked)


def test_several_inputs_in_order_or_by_name():
    class Sum(nn.Module):
        def forward(self, left, right):
            return left + 2 * right

    model, one = cutaway.load(Sum()), torch.ones(1, 1)
    assert float(model.run([one, 3 * one]).logits) == 7
    assert float(model.run({"right": one, "left": 3 * one}).logits) == 5


class Sum(nn.Module):
    """a + 10 b, of two inputs."""

    def forward(self, a, b):
        return a + 10 * b


class Calls(nn.Module):
    """Calls a sum by position, and one by name."""

    def __init__(self):
        super().__init__()
        self.placed, self.named = Sum(), Sum()

    def forward(self, x):
        return self.placed(x, x + 1) + self.named(a=x, b=x + 2)


class Gives(nn.Module):
    """Passes x on inside whatever `wrap` makes of it."""

    def __init__(self, wrap):
        super().__init__()
        self.part = Wraps(wrap)

    def forward(self, x):
        return self.part(x)


class Wraps(nn.Module):
    def __init__(self, wrap):
        super().__init__()
        self.wrap = wrap

    def forward(self, x):
        return self.wrap(x)


Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize("part", ["placed", "named"])
def test_every_input_of_a_module_is_a_site(part):
    added = {"placed": 1, "named": 2}[part]
    model = cutaway.load(Calls())
    trace = model.run(X, read=[f"module:{part}:in", f"module:{part}:in.0", f"module:{part}:in.1"])
    for first in (f"module:{part}:in", f"module:{part}:in.0"):
        torch.testing.assert_close(trace[first], X)
    torch.testing.assert_close(trace[f"module:{part}:in.1"], X + added)
    edited = model.run(X, edit=Zero(f"module:{part}:in.1"))
    torch.testing.assert_close(edited.logits, Calls()(X) - 10 * (X + added))


@pytest.mark.parametrize(
    "wrap",
    [lambda x: (x, x + 1), lambda x: [x, x + 1], lambda x: Pair(x, x + 1), lambda x: {"a": x, "b": x + 1}],
    ids=["tuple", "list", "named tuple", "dict"],
)
def test_an_entry_of_an_output_is_edited_and_the_output_keeps_its_type(wrap):
    model = cutaway.load(Gives(wrap))
    trace = model.run(X, read=["module:part", "module:part:out.1"], edit=Scale("module:part:out.1", 2.0))
    torch.testing.assert_close(trace["module:part"], X)
    torch.testing.assert_close(trace["module:part:out.1"], 2 * (X + 1))
    output, plain = trace.output, wrap(X)
    assert type(output) is type(plain)
    left, right = output.values() if isinstance(output, dict) else output
    torch.testing.assert_close(left, X)
    torch.testing.assert_close(right, 2 * (X + 1))


@pytest.mark.parametrize(
    ("wrap", "site", "fault"),
    [
        (lambda x: x, "module:part:out.0", "one tensor"),
        (lambda x: (x,), "module:part:out.2", "1 entries"),
        (lambda x: (None, x), "module:part", "NoneType"),
        (lambda x: (x,), "module:part:in.1", "1 entries"),
    ],
)
def test_an_entry_that_is_no_tensor_is_refused_by_name(wrap, site, fault):
    with pytest.raises(NoTensorError, match=rf"{site}.*{fault}"):
        cutaway.load(Gives(wrap)).run(X, read=site)


def test_the_mean_at_a_module_is_over_rows_alone():
    model, images = cutaway.load(nn.Sequential(nn.Identity())), torch.arange(24.0).view(2, 3, 2, 2)
    edited = model.run(images, edit=Mean("module:0", images))
    by_hand = (images[0] + images[1]) / 2
    torch.testing.assert_close(edited.logits, by_hand.expand(2, -1, -1, -1))


def test_a_module_under_two_names_answers_to_both():
    shared = nn.ReLU()
    model = cutaway.load(nn.Sequential(shared, nn.Linear(4, 4), shared))
    trace = model.run(X, read=["module:2#1", "module:0#2"])
    torch.testing.assert_close(trace["module:2#1"], X.relu())
    torch.testing.assert_close(trace["module:0#2"], trace.logits)


def test_a_mask_for_a_module_that_nobody_described_is_refused():
    with pytest.raises(PromptError, match="how it takes a mask is not known"):
        cutaway.load(nn.Linear(4, 4)).run(X, mask=torch.ones(1, 4, dtype=torch.long))


def test_arguments_by_name_may_hold_what_is_no_tensor():
    class Optional(nn.Module):
        def forward(self, x, scale=None, double=False):
            return x * (2 if double else 1)

    given = {"x": X, "scale": None, "double": True}
    torch.testing.assert_close(cutaway.load(Optional()).run(given).logits, 2 * X)


def test_the_gradient_at_an_input_of_integers_is_refused():
    model = cutaway.load(nn.Sequential(nn.Embedding(3, 2)))
    with pytest.raises(GradientError, match="module:0:in cannot have one"):
        model.run(torch.tensor([1]), read="module:0:in", gradient_of=lambda out: out.sum(-1))


def test_logits_in_a_dict_are_found_and_a_metric_reads_classes():
    model = cutaway.load(Gives(lambda x: {"logits": 3 * x}))
    trace = model.run(X, read="module:part:in", gradient_of=cutaway.logit_difference(3, 1))
    torch.testing.assert_close(trace.score, torch.tensor([9.0]))  # 3 * 4 - 3 * 1
    torch.testing.assert_close(trace.grad["module:part:in"], torch.tensor([[0.0, -3.0, 0.0, 3.0]]))


def test_weights_by_convention_are_absent_where_there_are_no_layers():
    with pytest.raises(AbsentWeightError, match="only the sites of its modules"):
        _ = cutaway.load(nn.Linear(2, 2)).W_Q


def test_a_second_call_is_an_error_also_where_the_model_would_stop_early():
    with pytest.raises(RepeatedModuleError):
        cutaway.load(Twice()).run(X, read="module:relu", logits=False)


def test_a_module_seen_to_be_called_once_lets_the_next_pass_stop_there():
    module = nn.Sequential(nn.Identity(), nn.ReLU())
    seen = []
    module[1].register_forward_hook(lambda *_: seen.append(1))
    model = cutaway.load(module)
    for passes in (1, 1):  # the first pass goes to the end, the second does not
        model.run(X, read="module:0", logits=False)
        assert len(seen) == passes


@pytest.mark.parametrize("edited", ["module:1:in", "module:1:in.0", "module:0"])
def test_two_names_of_one_tensor_show_what_was_edited(edited):
    model = cutaway.load(nn.Sequential(nn.Identity(), nn.Identity()))
    trace = model.run(X, read=["module:0", "module:1:in", "module:1:in.0"], edit=Zero(edited))
    assert not trace["module:1:in"].any()
    assert not trace["module:1:in.0"].any()


def test_a_named_site_shows_an_edit_made_at_its_module():
    model, tokens = build("llama"), torch.tensor([[1, 2, 3]])
    at = "module:model.layers.1.self_attn.o_proj:in"
    trace = model.run(tokens, read=["z.1", at], edit=Zero(at))
    assert not trace["z.1"].any()


def test_a_record_that_somebody_else_holds_is_not_written_into():
    record = BaseModelOutput(last_hidden_state=X)
    model = cutaway.load(Gives(lambda _: record))
    assert not model.run(X, read="module:part", edit=Zero("module:part"))["module:part"].any()
    torch.testing.assert_close(record.last_hidden_state, X)


def test_advice_about_entries_can_be_typed():
    with pytest.raises(NoTensorError, match=r"counted from 0: module:part:out\.1, module:part:in\.1"):
        cutaway.load(Gives(lambda x: (x,))).run(X, read="module:part:out.2")
