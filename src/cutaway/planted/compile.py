"""From a description to the weights of our toy transformer, and to the parts and edges that are in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Model, wrap
from cutaway.models.graph import Edge
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.planted.description import ANY, Axis, Circuit, Head, Layer
from cutaway.planted.flow import edges_of
from cutaway.planted.rotary import rotary_head
from cutaway.planted.stream import Stream, placed
from cutaway.planted.truth import Part

IDLE = "idle"  # the role of heads and neurons that fill a layer up and have no weights


@dataclass(frozen=True, eq=False)
class Compiled:
    """A model, and what is in it; what is true of a task is for the circuit's author to state."""

    circuit: Circuit
    model: Model
    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    idle: frozenset[Edge]
    stream: Stream

    @property
    def features(self) -> dict[str, tuple[tuple[Axis, ...], ...]]:
        """The axes that every neuron reads, by part."""
        groups = (group for layer in self.circuit.layers for group in layer.neurons)
        return {group.name: tuple(tuple(neuron.reads) for neuron in group.neurons) for group in groups}


def compile_circuit(circuit: Circuit, *, seed: int = 0) -> Compiled:
    """Weights that do what the description says, in a residual stream that is turned at random.

    Heads stand in random order within their layer. Cost: milliseconds.
    Raises: DescriptionError with the line that cannot be compiled.
    """
    edges = edges_of(circuit)
    idle = frozenset(edges) - frozenset(edges_of(circuit, idle=False))
    generator = torch.Generator().manual_seed(seed)
    stream = placed(circuit, generator)
    module = ToyForCausalLM(config_of(circuit, stream))
    parts: list[Part] = []
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.embed.weight.copy_(stream.directions["token"])
        if circuit.has("position"):
            module.pos_embed.weight.copy_(stream.directions["position"])
        module.unembed.weight.copy_(stream.directions["logits"])
        for number, layer in enumerate(circuit.layers):
            parts += write_heads(circuit, stream, module, number, layer, generator)
            parts += write_neurons(circuit, stream, module, number, layer)
        if circuit.noise:
            for parameter in module.parameters():
                parameter += circuit.noise * torch.randn(parameter.shape, generator=generator)
    return Compiled(circuit, wrap(module.eval(), name=circuit.name), tuple(parts), edges, idle, stream)


def config_of(circuit: Circuit, stream: Stream) -> ToyConfig:
    """The shape that holds every layer."""
    return ToyConfig(
        vocab_size=circuit.vocab,
        n_ctx=circuit.context,
        d_model=stream.d_model,
        d_head=max([head_size(circuit, head) for layer in circuit.layers for head in layer.heads] or [1]),
        n_heads=max([len(layer.heads) for layer in circuit.layers] + [1]),
        n_layers=len(circuit.layers),
        d_mlp=max(neurons_in(layer) for layer in circuit.layers),
        activation=circuit.activation,
        positions=circuit.positions,
        layer_norm=False,
        attention_scale=1.0,
    )


def neurons_in(layer: Layer) -> int:
    """How many neurons a layer has."""
    return sum(len(group.neurons) for group in layer.neurons)


def head_size(circuit: Circuit, head: Head) -> int:
    """Dimensions that a head needs: one for each axis it compares keys on, and for each it carries."""
    sizes = circuit.sizes
    if not circuit.has("position"):
        compared = 2 * circuit.context  # pairs of dimensions that turn with position
    else:
        compared = sum(sizes[key] for key in {look.key for look in head.looks})
    return max(compared, sum(sizes[move.source] for move in head.moves), 1)


def write_heads(
    circuit: Circuit, stream: Stream, module: ToyForCausalLM, number: int, layer: Layer, generator: torch.Generator
) -> list[Part]:
    """Put a layer's heads into its attention, in random order."""
    attention, config = module.get_submodule(f"blocks.{number}.attn"), module.config
    shape = (config.n_heads, stream.d_model, config.d_head)
    weights = {name: torch.zeros(shape) for name in ("q_proj", "k_proj", "v_proj", "o_proj")}
    order = torch.randperm(config.n_heads, generator=generator).tolist()
    parts = []
    for place, head in zip(order, layer.heads, strict=False):
        compiled = compile_head(circuit, stream, head, config.d_head)
        if head.shuffled:
            compiled = shuffle(compiled, stream, head, generator)
        for name, weight in compiled.items():
            weights[name][place] = weight
        parts.append(Part(head.name, "head", number, (place,), head.role or head.name, head.does, head.matters))
    parts += [
        Part(f"{IDLE} head {number}.{place}", "head", number, (place,), IDLE, "has no weights", False)
        for place in order[len(layer.heads) :]
    ]
    for name in ("q_proj", "k_proj", "v_proj"):
        joint = weights[name].transpose(0, 1).flatten(1)  # [d_model, heads * d_head]
        attention.get_parameter(f"{name}.weight").copy_(joint.T)
    joint = weights["o_proj"].transpose(1, 2).flatten(0, 1)  # [heads * d_head, d_model]
    attention.get_parameter("o_proj.weight").copy_(joint.T)
    return sorted(parts, key=lambda part: part.indices)


def compile_head(circuit: Circuit, stream: Stream, head: Head, d_head: int) -> dict[str, Float[Tensor, "d_model d"]]:
    """The maps of one head, each [d_model, d_head]; that of its output transposed.

    Keys that are compared on the same space share its dimensions, so that scores add up.
    """
    sizes = circuit.sizes
    built_in = "position" if circuit.has("position") else "token"
    w = {name: torch.zeros(stream.d_model, d_head) for name in ("q_proj", "k_proj", "v_proj", "o_proj")}
    sharpness = circuit.sharpness if head.sharpness is None else head.sharpness
    if circuit.has("position"):
        at = 0
        for key in dict.fromkeys(look.key for look in head.looks):
            here = slice(at, at + sizes[key])
            w["k_proj"][:, here] = stream.reads(key, built_in)
            for look in head.looks:
                if look.key == key:
                    table = look.table(sizes[look.query], sizes[key])
                    w["q_proj"][:, here] += sharpness * stream.reads(look.query, built_in) @ table
            at += sizes[key]
    else:
        w["q_proj"], w["k_proj"] = rotary_head(circuit, head, stream.reads(ANY, built_in), d_head, sharpness)
    at = 0
    for move in head.moves:
        here = slice(at, at + sizes[move.source])
        table = move.table(sizes[move.source], sizes[move.target]).clone()
        if move.source in ("token", "position"):
            table[0] = 0.0
        w["v_proj"][:, here] = stream.reads(move.source, built_in)
        w["o_proj"][:, here] = (table @ stream.directions[move.target]).T
        at += sizes[move.source]
    return w


def shuffle(
    compiled: Mapping[str, Float[Tensor, "d_model d_head"]], stream: Stream, head: Head, generator: torch.Generator
) -> dict[str, Float[Tensor, "d_model d_head"]]:
    """The same entries in random places, so that every norm is kept; the output stays within its spaces."""

    def permuted(weight: Tensor) -> Tensor:
        order = torch.randperm(weight.numel(), generator=generator)
        return weight.flatten()[order].view_as(weight)

    targets = torch.cat([stream.directions[name] for name in dict.fromkeys(move.target for move in head.moves)])
    inside = permuted(targets @ compiled["o_proj"])
    return {name: permuted(compiled[name]) for name in ("q_proj", "k_proj", "v_proj")} | {"o_proj": targets.T @ inside}


def write_neurons(circuit: Circuit, stream: Stream, module: ToyForCausalLM, number: int, layer: Layer) -> list[Part]:
    """Put a layer's neurons into its MLP, in the order of the description."""
    if not module.config.d_mlp:
        return []
    mlp = module.get_submodule(f"blocks.{number}.mlp")
    up, bias = mlp.get_parameter("up.weight"), mlp.get_parameter("up.bias")
    down = mlp.get_parameter("down.weight")
    at, parts = 0, []
    for group in layer.neurons:
        first = at
        for neuron in group.neurons:
            up[at] = circuit.slope * mixed(stream, neuron.reads)
            bias[at] = -circuit.slope * neuron.threshold
            down[:, at] = mixed(stream, neuron.writes) / circuit.slope
            at += 1
        indices = tuple(range(first, at))
        parts.append(Part(group.name, "neurons", number, indices, group.role or group.name, group.does, group.matters))
    if at < module.config.d_mlp:
        rest = tuple(range(at, module.config.d_mlp))
        parts.append(Part(f"{IDLE} neurons {number}", "neurons", number, rest, IDLE, "have no weights", False))
    return parts


def mixed(stream: Stream, axes: Mapping[Axis, float]) -> Float[Tensor, "d_model"]:
    """A weighted sum of axes as a direction."""
    return sum(
        (weight * stream.directions[space][axis] for (space, axis), weight in axes.items()),
        torch.zeros(stream.d_model),
    )
