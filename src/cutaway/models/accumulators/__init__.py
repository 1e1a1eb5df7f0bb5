"""What a scan keeps of the activations it streams past: results in flat memory, that merge."""

from cutaway.models.accumulators.base import Accumulator, Seen
from cutaway.models.accumulators.covariance import Covariance
from cutaway.models.accumulators.histogram import Histogram
from cutaway.models.accumulators.moments import Moments
from cutaway.models.accumulators.parquet_sink import ParquetSink
from cutaway.models.accumulators.quantiles import Quantiles
from cutaway.models.accumulators.safetensors_sink import SafetensorsSink
from cutaway.models.accumulators.sink import Sink
from cutaway.models.accumulators.top_k import TopK

__all__ = [
    "Accumulator",
    "Covariance",
    "Histogram",
    "Moments",
    "ParquetSink",
    "Quantiles",
    "SafetensorsSink",
    "Seen",
    "Sink",
    "TopK",
]
