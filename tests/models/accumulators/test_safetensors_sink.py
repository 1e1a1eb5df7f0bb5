"""SafetensorsSink: the tensors that other readers meet."""

import pytest
import torch
from safetensors.torch import load_file

from cutaway.models.accumulators import SafetensorsSink, Seen


def written(folder, values, token=None):
    index = torch.arange(len(values))
    sink = SafetensorsSink(folder)
    sink.add(Seen(values, row=index + 5, position=index, token=token))
    sink.close()
    return load_file(sink.parts[0])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_tensors_by_hand_in_the_precision_they_came_in(tmp_path, dtype):
    values = torch.tensor([[[1.0, 2.0]], [[0.1, torch.nan]]]).to(dtype)
    part = written(tmp_path, values, token=torch.tensor([8, 9]))
    assert {name: tensor.tolist() for name, tensor in part.items() if name != "values"} == {
        "row": [5, 6],
        "position": [0, 1],
        "token": [8, 9],
    }
    torch.testing.assert_close(part["values"], values, rtol=0, atol=0, equal_nan=True)


def test_token_is_minus_one_where_there_was_none(tmp_path):
    assert written(tmp_path, torch.zeros(2, 3))["token"].tolist() == [-1, -1]
