"""Activations as safetensors: for training on them, mapped straight into memory."""

from pathlib import Path

from safetensors.torch import save_file

from cutaway.models.accumulators.base import Samples
from cutaway.models.accumulators.sink import Sink


class SafetensorsSink(Sink):
    """Parts with the tensors `values[sample, *feature]`, in the precision they came in, `row`, `position` and `token`.

    `token` is -1 where a batch came without tokens.
    """

    SUFFIX = ".safetensors"

    def _write(self, path: Path, samples: Samples) -> None:
        values = samples.values.reshape(-1, *self.feature_shape)
        labels = {"row": samples.row, "position": samples.position, "token": samples.token}
        save_file({"values": values, **labels}, path)
