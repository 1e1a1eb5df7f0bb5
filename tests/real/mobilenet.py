"""The pretrained MobileNets of the shared data as plain modules, and the photos beside them."""

import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import interpolate, pad

VISION = Path(__file__).parents[3] / "shared" / "data" / "vision"
V1, V2 = VISION / "mobilenet_v1_0.25_128.npz", VISION / "mobilenet_v2_1.0_224.npz"
PHOTOS, LABELS = VISION / "photos_256.npz", VISION / "imagenet_labels_1001.txt"
NOT_LAYERS = ("MobilenetV1", "MobilenetV2", "Relu6", "add_fold", "BiasAdd")


class Same(nn.Module):
    """Zeros around an image as TensorFlow lays them: an odd one goes below and to the right."""

    def __init__(self, kernel, stride):
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x):
        high, wide = (max(self.kernel - (size % self.stride or self.stride), 0) for size in x.shape[-2:])
        return pad(x, (wide // 2, wide - wide // 2, high // 2, high - high // 2))


class Add(nn.Module):
    """A branch and what goes past it, held within what the sum's unsigned byte can stand for."""

    def __init__(self, low, high):
        super().__init__()
        self.clip = nn.Hardtanh(low, high)

    def forward(self, branch, past):
        return self.clip(branch + past)


class MobileNet(nn.Module):
    """The file's operations in order, each a module named after its layer; up to the logits [batch, class]."""

    def __init__(self, path):
        super().__init__()
        with np.load(path) as file:
            graph = json.loads(str(file["__graph__"]))
            (self.start,), self.steps = graph["inputs"], []
            self.side = graph["tensors"][self.start]["shape"][1]
            for operation in graph["ops"][:-1]:  # the last one is the softmax
                (output,) = operation["outputs"]
                inputs = [number for number in operation["inputs"] if f"t{number}" not in file]
                name = layer(graph["tensors"][output]["name"])
                self.add_module(name, part(operation, file))
                self.steps.append((name, inputs, output))

    def forward(self, images):
        seen = {self.start: images}
        for name, inputs, output in self.steps:
            seen[output] = self.get_submodule(name)(*[seen[number] for number in inputs])
        return seen[output]


def layer(name):
    """`expanded_conv_3_expand` of `MobilenetV2/expanded_conv_3/expand/Relu6;...`."""
    return "_".join(word for word in name.split(";")[0].split("/") if word not in NOT_LAYERS)


def part(operation, file):
    """The module of one operation. The bounds of a convolution are its ReLU6 too, where it has one."""
    (output,) = operation["outputs"]
    low, high = ((edge - file[f"t{output}.zp"].item()) * file[f"t{output}.scale"].item() for edge in (0, 255))
    match operation["op"]:
        case "ADD":
            return Add(low, high)
        case "AVERAGE_POOL_2D":
            return nn.AvgPool2d(operation["filter"])
        case "RESHAPE":
            return nn.Flatten()
    weight, bias = (floats(file, number) for number in operation["inputs"][1:])
    by_channel = operation["op"] == "DEPTHWISE_CONV_2D"
    weight = weight.permute((3, 0, 1, 2) if by_channel else (0, 3, 1, 2))
    (out, into, kernel, _), (stride, _) = weight.shape, operation["stride"]
    groups = out if by_channel else 1
    conv = nn.Conv2d(into * groups, out, kernel, stride, groups=groups)
    conv.load_state_dict({"weight": weight, "bias": bias})
    return nn.Sequential(OrderedDict(pad=Same(kernel, stride), conv=conv, clip=nn.Hardtanh(low, high)))


def floats(file, number):
    """A tensor of the file as the numbers that its integers stand for."""
    whole, zero, scale = (file[f"t{number}{ending}"] for ending in ("", ".zp", ".scale"))
    return torch.from_numpy((whole.astype(np.int64) - zero) * scale)


def photos(names, side):
    """Photos as a network of this side reads them, from -1 to 1: [batch, channel, side, side]."""
    with np.load(PHOTOS) as file:
        known = file["names"].tolist()
        pixels = torch.from_numpy(file["images"][[known.index(name) for name in names]]).permute(0, 3, 1, 2)
    return interpolate(pixels.float(), size=(side, side), mode="nearest") / 127.5 - 1


def labels():
    """The first name of every class."""
    return [line.split(",")[0] for line in LABELS.read_text(encoding="utf-8").splitlines()]
