"""One block of the small copy, understood: paths inside the block, and reasons for what was not found."""

from dataclasses import dataclass, replace

from torch import Tensor, nn

from cutaway.errors.models import StructureError
from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, PARALLEL, Attention, Block, Experts
from cutaway.models.anatomy.heads import matrix, own
from cutaway.models.attention_tap import HEADED
from cutaway.models.structure.halves import Adds, is_norm, neurons_of, what_is_added
from cutaway.models.structure.origins import KEY, QUERY, Counts, Origin, origin_of, values_of
from cutaway.models.structure.recording import LENGTH, ROWS, Part, Recording, Seen, same

UNSEEN = "no module's output is what its attention uses"
UNROTATED = "in a small copy queries and keys are not changed between their projection and the product"
COUNTS = ("num_heads", "num_attention_heads", "n_head", "n_heads")
NO_NORM = "no LayerNorm or RMSNorm was found here"
NO_SUM = "no two parts of its block add up to what the block adds to the stream"
SCALED = "the block scales what this half puts out before it adds it to the stream"
NO_NEURONS = "no two linear maps with an activation between them make up its MLP"
NO_READER = "no module of its block takes the stream between the halves as its input"


@dataclass(frozen=True)
class Finding:
    """Paths are inside the block; a text with spaces is a reason."""

    attention: str
    query: Origin | None
    key: Origin | None
    values: Origin
    out: str
    rotary: bool
    ln1: str
    ln2: str
    mid: str
    attention_adds: str
    mlp_adds: str
    neurons: tuple[str, str, str | None] | None

    def with_rotation_of(self, other: "Finding", at: str) -> "Finding":
        """One finding for two blocks made of the same modules; some rotate only in some layers.

        Raises: StructureError if they differ in anything else.
        """
        rotates = self if self.rotary else other
        if replace(self, query=None, key=None, rotary=False) != replace(other, query=None, key=None, rotary=False):
            raise StructureError(at, "it computes something else than another block made of the same modules")
        return rotates

    def block(self, module: nn.Module, counts: Counts) -> Block:
        """The same in a block of any size.

        Raises: StructureError if the block's own attention counts other heads than the config.
        """
        refuse_other_heads(module.get_submodule(self.attention), counts, self.attention)
        q, k = (UNSEEN if found is None else found.projection(module, counts) for found in (self.query, self.key))
        width = matrix(module.get_submodule(self.out)).shape[0]
        attention = Attention(
            module=self.attention,
            q=q,
            k=k,
            v=self.values.projection(module, counts),
            out=self.out,
            heads=own(counts.heads, width // counts.heads),
            rotary=self.rotary,
            rotated=UNROTATED,
            adds=self.attention_adds,
        )
        mid = self.mid if " " in self.mid else lambda path: tap.stream_before(f"{path}.{self.mid}")
        return Block(ln1=self.ln1, attention=attention, mid=mid, ln2=self.ln2, mlp=self.mlp_half())

    def mlp_half(self) -> MLP | Experts | str:
        """Neurons where they were found, else only what the half adds, else why there is neither."""
        if self.neurons is not None:
            into, out, gate = self.neurons
            return MLP(into=into, out=out, gate=gate, adds=self.mlp_adds)
        if " " in self.mlp_adds:
            return self.mlp_adds
        return Experts(module=self.mlp_adds, absent=dict.fromkeys(("mlp_pre", "mlp_linear", "mlp_post"), NO_NEURONS))


def refuse_other_heads(attention: nn.Module, counts: Counts, at: str) -> None:
    """Raises: StructureError where the module says something else than the config."""
    said = next((found for name in COUNTS if isinstance(found := getattr(attention, name, None), int)), counts.heads)
    if said != counts.heads:
        raise StructureError(at, f"it has {said} heads where the config says {counts.heads}")


def find(seen: Recording, at: str, counts: Counts) -> Finding:
    """Understand the block at a path.

    Raises: StructureError if it has no attention, or nothing reads what attention mixes.
    """
    if at not in seen.parts:
        raise StructureError(at, "it does not take and give one stream")
    block, parts = seen.parts[at], seen.beneath(at)
    where, inside, pattern = attention_in(seen, at)
    values = values_of(pattern, parts, counts, at)
    if values is None:
        raise StructureError(at, "no linear map reads one module's output, mixed by its attention pattern")
    query = None if inside.query is None else origin_of(inside.query, parts, QUERY, counts, at)
    key = None if inside.key is None else origin_of(inside.key, parts, KEY, counts, at)
    added = what_is_added(block, values.out, parts, where)
    outside = [part for part in parts if not part.path.startswith(f"{where}.")]
    first, second = norms_of(block, outside, added)
    neurons = None if added is None else neurons_of(added.mlp, outside, block.input.shape[-1])

    def inner(part: Part | None, otherwise: str) -> str:
        return otherwise if part is None else part.path.removeprefix(f"{at}.")

    def adds(part: Part | None) -> str:
        return inner(part, NO_SUM) if added is None or added.exact else SCALED

    return Finding(
        attention=where.removeprefix(f"{at}."),
        query=query,
        key=key,
        values=values.origin,
        out=inner(values.out, ""),
        rotary=inside.query is not None and not (is_used_as_it_is(query) and is_used_as_it_is(key)),
        ln1=inner(first, NO_NORM),
        ln2=inner(second, NO_NORM),
        mid=inner(reader(block, outside, added), PARALLEL if is_parallel(block, outside, added) else NO_READER),
        attention_adds=adds(None if added is None else added.attention),
        mlp_adds=adds(None if added is None else added.mlp),
        neurons=None if neurons is None else neurons.inside(at),
    )


def is_used_as_it_is(origin: Origin | None) -> bool:
    """Whether nothing happens to queries or keys after a linear map and a norm at most."""
    return origin is not None and origin.everywhere and origin.linear is not None


def attention_in(seen: Recording, at: str) -> tuple[str, Seen, Tensor]:
    """The one attention module of a block, what it showed, and its pattern."""
    where = [path for path in seen.attention if path.startswith(f"{at}.")]
    if len(where) != 1:
        raise StructureError(at, f"{len(where)} of its modules call attention")
    shown = seen.attention[where[0]]
    if shown.pattern is None:
        raise StructureError(where[0], "its softmax could not be watched")
    if shown.pattern.ndim != HEADED or (shown.pattern.shape[0], shown.pattern.shape[2]) != (ROWS, LENGTH):
        raise StructureError(where[0], f"its pattern is {list(shown.pattern.shape)}, not batch, head, query and key")
    return where[0], shown, shown.pattern


def norms_of(block: Part, parts: list[Part], added: Adds | None) -> tuple[Part | None, Part | None]:
    """The norm of each half: the one that reads the stream, or else the one whose output is added to it."""
    norms = [part for part in parts if is_norm(part)]
    begin = [part for part in norms if same(part.input, block.input)]
    first, second = begin[:1], begin[1:2]
    if added is not None:
        first = first + [part for part in norms if part is added.attention]
        second = [part for part in norms if same(part.input, added.middle(block))] + second
        second += [part for part in norms if part is added.mlp]
    return next(iter(first), None), next(iter(second), None)


def reader(block: Part, parts: list[Part], added: Adds | None) -> Part | None:
    """The first module that takes the stream after the attention half."""
    if added is None:
        return None
    return next((part for part in parts if same(part.input, added.middle(block))), None)


def is_parallel(block: Part, parts: list[Part], added: Adds | None) -> bool:
    """Whether the MLP half reads what the attention half reads: the stream at the block's start, or its norm."""
    if added is None:
        return False
    begin = [block.input, *(part.output for part in parts if same(part.input, block.input))]
    holder = [part for part in parts if part.path == added.mlp.path or added.mlp.path.startswith(f"{part.path}.")]
    return any(same(part.input, value) for part in holder for value in begin)
