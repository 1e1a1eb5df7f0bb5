"""Sites of any module by its path, on modules small enough to work out by hand."""

import pytest
import torch
from torch import nn

import cutaway
from cutaway.errors.models import RepeatedModuleError, UnknownSiteError
from cutaway.models import Replace, Scale, Zero
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
