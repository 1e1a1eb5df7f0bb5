"""ParquetSink: the columns that other readers meet."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from cutaway.models.accumulators import ParquetSink, Seen


def written(folder, values, token=None):
    index = torch.arange(len(values))
    sink = ParquetSink(folder)
    sink.add(Seen(values, row=index + 5, position=index, token=token))
    sink.close()
    return pq.read_table(sink.parts[0])


def test_columns_by_hand(tmp_path):
    table = written(tmp_path, torch.tensor([[[1.0, 2.0]], [[3.0, torch.inf]]]), token=torch.tensor([8, 9]))
    assert table.to_pylist() == [
        {"row": 5, "position": 0, "token": 8, "values": [1.0, 2.0]},
        {"row": 6, "position": 1, "token": 9, "values": [3.0, torch.inf]},
    ]
    assert table.schema.field("values").type == pa.list_(pa.float32(), 2)
    assert json.loads(table.schema.metadata[b"feature_shape"]) == [1, 2]


def test_token_is_null_where_there_was_none(tmp_path):
    table = written(tmp_path, torch.zeros(2, 3))
    assert table["token"].to_pylist() == [None, None]
    assert table.schema.field("token").type == pa.int64()


@pytest.mark.parametrize(
    ("dtype", "stored"), [(torch.float16, pa.float32()), (torch.bfloat16, pa.float32()), (torch.float64, pa.float64())]
)
def test_half_precision_is_widened_and_double_kept(tmp_path, dtype, stored):
    value = torch.tensor([[0.1]], dtype=dtype)
    table = written(tmp_path, value)
    assert table.schema.field("values").type.value_type == stored
    assert table["values"].to_pylist() == [[value.double().item()]]
