"""The addresses of activations, in the field's own words: `resid_pre.3`, `pattern.5`, `z.9`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from cutaway.errors.models import UnknownSiteError
from cutaway.models.transformer_lens import TRANSFORMER_LENS, in_layer


@dataclass(frozen=True)
class SiteKind:
    """What a site name stands for: its axes, and whether there is one in every layer."""

    axes: tuple[str, ...]
    meaning: str
    per_layer: bool = True


STREAM = ("batch", "pos", "d_model")
HEADS = ("batch", "pos", "head", "d_head")
PAIRS = ("batch", "head", "query", "key")
NEURONS = ("batch", "pos", "d_mlp")
NORM = ("batch", "pos", "one")

VOCABULARY: dict[str, SiteKind] = {
    "embed": SiteKind(STREAM, "token embedding", per_layer=False),
    "pos_embed": SiteKind(
        STREAM, "position embedding; in shortformers added to queries and keys only", per_layer=False
    ),
    "resid_pre": SiteKind(STREAM, "residual stream entering the block"),
    "ln1_scale": SiteKind(
        NORM, "divisor of attention's norm: before it, or after it where the family norms afterwards"
    ),
    "q": SiteKind(HEADS, "queries, after their norm where there is one, before any rotation"),
    "k": SiteKind(HEADS, "keys, likewise; one for each key-value head"),
    "v": SiteKind(HEADS, "values; one for each key-value head"),
    "q_rot": SiteKind(HEADS, "queries as they enter the dot product, after the rotation"),
    "k_rot": SiteKind(HEADS, "keys as they enter the dot product, after the rotation"),
    "scores": SiteKind(PAIRS, "attention scores, masked, before the softmax; a last column for a sink"),
    "pattern": SiteKind(PAIRS, "attention pattern: each query's row sums to one; a last column for a sink"),
    "z": SiteKind(HEADS, "values averaged by the pattern, before the output projection"),
    "result": SiteKind(("batch", "pos", "head", "d_model"), "what each head adds to the residual stream"),
    "attn_out": SiteKind(STREAM, "what the attention layer adds to the residual stream"),
    "resid_mid": SiteKind(STREAM, "residual stream between attention and MLP"),
    "ln2_scale": SiteKind(NORM, "divisor of the MLP's norm, likewise"),
    "mlp_pre": SiteKind(NEURONS, "neurons before the nonlinearity: the gate's side where there is a gate"),
    "mlp_linear": SiteKind(NEURONS, "the side of a gated MLP that the gate multiplies"),
    "mlp_post": SiteKind(
        NEURONS, "neurons as the output matrix reads them: after the nonlinearity, and the product with a gate"
    ),
    "mlp_out": SiteKind(STREAM, "what the MLP adds to the residual stream"),
    "resid_post": SiteKind(STREAM, "residual stream leaving the block"),
    "ln_final_scale": SiteKind(NORM, "divisor of the last norm", per_layer=False),
    "logits": SiteKind(("batch", "pos", "d_vocab"), "scores over the vocabulary", per_layer=False),
}


MODULE = "module:"


@dataclass(frozen=True)
class Site:
    """One activation: its name, its layer (None for the few that are in no layer), its group (`encoder`, or none).

    Any module's activation is a site too: `module:h.3.mlp` is its output, `module:h.3.mlp:in` its first input and
    `:in.1` its second, `module:lstm:out.1.0` entry 0 of entry 1 of a nested output, `module:relu#2` its second call
    in one pass.
    """

    name: str
    layer: int | None = None
    group: str = ""
    _text: str = field(init=False, repr=False, compare=False)  # both are asked for at every site of every run
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        layer = "" if self.layer is None else f".{self.layer}"
        group = f"{self.group}." if self.group else ""
        object.__setattr__(self, "_text", f"{group}{self.name}{layer}")
        object.__setattr__(self, "_hash", hash((self.name, self.layer, self.group)))

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return self._text

    @property
    def axes(self) -> tuple[str, ...]:
        """Of the vocabulary; a module's site has none that anybody could name."""
        return () if self.is_module else VOCABULARY[self.name].axes

    @property
    def is_module(self) -> bool:
        return self.name.startswith(MODULE)


def parse(word: str, groups: Collection[str]) -> tuple[str, str, str]:
    """Group, name and layer of a spelling; each empty where it is left out."""
    word = TRANSFORMER_LENS.get(word) or in_layer(word) or word
    group, _, rest = word.partition(".")
    if group not in groups or not rest:
        group, rest = "", word
    name, _, layer = rest.partition(".")
    return group, name, layer


def resolve(asked: Iterable[str | Site], available: Collection[Site], *, model: str) -> list[Site]:
    """Sites from their spellings; a name without a layer means every layer, without a group every group.

    Raises: UnknownSiteError for a name or layer the model does not have.
    """
    groups = {site.group for site in available} - {""}
    found: dict[Site, None] = {}
    for word in asked:
        group, name, layer = parse(str(word), groups)
        matches = [
            site
            for site in available
            if site.name == name and (not layer or str(site.layer) == layer) and (not group or site.group == group)
        ]
        if not matches:
            raise UnknownSiteError(str(word), model, [str(site) for site in available])
        found.update(dict.fromkeys(matches))
    return list(found)


def the_only(found: Collection[Site], asked: str | Site, *, model: str) -> Site:
    """The one site that a spelling was found to name.

    Raises: UnknownSiteError if it names several.
    """
    if len(found) > 1:
        raise UnknownSiteError(str(asked), model, [str(site) for site in found])
    return next(iter(found))
