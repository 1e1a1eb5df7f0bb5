"""ResNet: the stream between blocks, a sum that has passed a ReLU; embed is what leaves the stem."""

from typing import Any

from cutaway.models.anatomy.convolution import block_paths, convolutional
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import root

FAMILIES = ("resnet",)


def layout(module: Any) -> Layout:
    """The layout of a `ResNetForImageClassification` or a `ResNetModel`."""
    at = root(module)
    return convolutional(
        module,
        stem=f"{at}embedder",
        blocks=block_paths(module, f"{at}encoder.stages"),
        classifier="classifier.1",
    )
