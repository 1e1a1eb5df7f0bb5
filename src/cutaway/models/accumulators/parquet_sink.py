"""Activations as Parquet: for pandas, DuckDB and whatever else reads tables."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cutaway.models.accumulators.base import NO_TOKEN, Samples, widened
from cutaway.models.accumulators.sink import Sink


class ParquetSink(Sink):
    """Parts with the columns `row position token values`; `values` is a list of fixed size, the features flat.

    Half precision is written as float32, for few readers know it; `token` is null where a batch came without tokens.
    The schema's metadata has the shape of the features, as JSON, under `feature_shape`.
    """

    SUFFIX = ".parquet"

    def _write(self, path: Path, samples: Samples) -> None:
        values = pa.array(widened(samples.values).flatten().numpy())
        token = samples.token.numpy()
        columns = {
            "row": pa.array(samples.row.numpy()),
            "position": pa.array(samples.position.numpy()),
            "token": pa.array(token, mask=token == NO_TOKEN),
            "values": pa.FixedSizeListArray.from_arrays(values, samples.values.shape[1]),
        }
        table = pa.table(columns, metadata={"feature_shape": json.dumps(self.feature_shape)})
        pq.write_table(table, path)
