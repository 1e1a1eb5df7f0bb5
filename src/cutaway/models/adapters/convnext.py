"""ConvNeXt: a convolution over each channel, then an MLP at every place, whose neurons are the last axis.

mlp_out is what the block adds to its stream, after its scale. The last norm sees the mean over all places.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.convolution import block_paths, convolutional, on_map
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import root
from cutaway.models.anatomy.tap import Tap

FAMILIES = ("convnext",)
PLACES = ("batch", "height", "width")


def layout(module: Any) -> Layout:
    """The layout of a `ConvNextForImageClassification` or a `ConvNextModel`."""
    at = root(module)

    def inside(path: str) -> Mapping[str, Tap]:
        norm = f"{path}.layernorm"
        return {
            "ln2_scale": replace(tap.norm_scale(norm, module.get_submodule(norm)), axes=(*PLACES, "one")),
            "mlp_pre": replace(tap.output_of(f"{path}.pwconv1"), axes=(*PLACES, "channel")),
            "mlp_post": replace(tap.input_of(f"{path}.pwconv2"), axes=(*PLACES, "channel")),
            "mlp_out": on_map(tap.output_of(f"{path}.drop_path")),
        }

    return convolutional(
        module,
        stem=f"{at}embeddings",
        blocks=block_paths(module, f"{at}encoder.stages"),
        inside=inside,
        mlp=("pwconv1", "pwconv2"),
        final_norm=f"{at}layernorm",
        classifier="classifier",
    )
