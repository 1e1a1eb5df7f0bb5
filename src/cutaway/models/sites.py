"""The addresses of activations, in the field's own words: `resid_pre.3`, `pattern.5`, `z.9`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cutaway.errors.models import UnknownSiteError


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
    "ln1_scale": SiteKind(NORM, "divisor of the norm before attention"),
    "q": SiteKind(HEADS, "queries, before any rotation"),
    "k": SiteKind(HEADS, "keys, before any rotation; one for each key-value head"),
    "v": SiteKind(HEADS, "values; one for each key-value head"),
    "scores": SiteKind(PAIRS, "attention scores, masked, before the softmax"),
    "pattern": SiteKind(PAIRS, "attention pattern: each query's row sums to one"),
    "z": SiteKind(HEADS, "values averaged by the pattern, before the output projection"),
    "result": SiteKind(("batch", "pos", "head", "d_model"), "what each head adds to the residual stream"),
    "attn_out": SiteKind(STREAM, "what the attention layer adds to the residual stream"),
    "resid_mid": SiteKind(STREAM, "residual stream between attention and MLP"),
    "ln2_scale": SiteKind(NORM, "divisor of the norm before the MLP"),
    "mlp_pre": SiteKind(NEURONS, "neurons before the nonlinearity"),
    "mlp_post": SiteKind(NEURONS, "neurons after the nonlinearity"),
    "mlp_out": SiteKind(STREAM, "what the MLP adds to the residual stream"),
    "resid_post": SiteKind(STREAM, "residual stream leaving the block"),
    "ln_final_scale": SiteKind(NORM, "divisor of the last norm", per_layer=False),
    "logits": SiteKind(("batch", "pos", "d_vocab"), "scores over the vocabulary", per_layer=False),
}


@dataclass(frozen=True, order=True)
class Site:
    """One activation of one layer; `layer` is None for the few that are not in a layer."""

    name: str
    layer: int | None = None

    def __str__(self) -> str:
        return self.name if self.layer is None else f"{self.name}.{self.layer}"

    @property
    def axes(self) -> tuple[str, ...]:
        return VOCABULARY[self.name].axes


def resolve(asked: Iterable[str | Site], available: Collection[Site], *, model: str) -> list[Site]:
    """Sites from their spellings; a name without a layer means every layer.

    Raises: UnknownSiteError for a name or layer the model does not have.
    """
    found: dict[Site, None] = {}
    for word in asked:
        name, _, layer = str(word).partition(".")
        matches = [site for site in available if site.name == name and (not layer or str(site.layer) == layer)]
        if not matches:
            raise UnknownSiteError(str(word), model, [str(site) for site in available])
        found.update(dict.fromkeys(matches))
    return list(found)


def resolve_one(asked: str | Site, available: Collection[Site], *, model: str) -> Site:
    """The one site that a spelling names.

    Raises: UnknownSiteError if it names none, or several.
    """
    sites = resolve([asked], available, model=model)
    if len(sites) > 1:
        raise UnknownSiteError(str(asked), model, [str(site) for site in sites])
    return sites[0]
