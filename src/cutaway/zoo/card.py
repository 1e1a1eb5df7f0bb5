"""A model card as text, written from the record of the run."""

from collections.abc import Iterator, Mapping
from typing import Any

from cutaway.zoo.address import Address
from cutaway.zoo.baselines import shipped as ngrams
from cutaway.zoo.language import Language
from cutaway.zoo.shipped import card_of, shipped_of

POINTS = 12  # of a curve that are shown
HEADLINES = ("generated_loss_nats", "unseen_right", "rows_right", "legal_moves")  # the first that a card has


def headline(card: Mapping[str, Any]) -> tuple[str, float]:
    """The one number that says how good a model is, with its name."""
    return next((name, card["measured"][name]) for name in HEADLINES if name in card["measured"])


def told(at: Address) -> str:
    """The whole card.

    Raises: as `shipped.folder_of`.
    """
    return "\n".join(lines(at, card_of(at)))


def lines(at: Address, card: Mapping[str, Any]) -> Iterator[str]:
    """The card line by line."""
    recipe = at.recipe
    config, schedule = recipe.config, recipe.schedule
    yield f"{card['name']}: {card['summary']}"
    yield f"  shape      {shape_of(config)}, {card['parameters']:,} weights, rounded to {recipe.dtype}"
    yield f"  trained on {card['trained_on']}"
    yield f"  schedule   {schedule.steps:,} steps, AdamW at {schedule.learning_rate:g}, decay {schedule.weight_decay:g}"
    if "training_tokens" in card:
        spent = f"{card['training_minutes']:,} minutes in {card['threads']} thread(s)"
        yield f"             {card['training_tokens']:,} tokens, {spent}, torch {card['trained_with']['torch']}"
    others = [one.name for one in shipped_of(recipe) if one != at]
    if others:
        yield f"  also       {', '.join(others)}"
    if "source" in card:
        yield f"  source     {card['source']}"
    yield "  measured, on what was never trained on unless it says trained:"
    width = max(map(len, card["measured"]))
    yield from (f"    {name:{width}}  {value:10.4f}" for name, value in card["measured"].items())
    if isinstance(recipe.data, Language):
        yield from beside_ngrams(card, config)
    if card.get("curve"):
        yield "  on the way:"
        yield from curve(card["curve"])


def beside_ngrams(card: Mapping[str, Any], config: Any) -> Iterator[str]:
    """The losses of n-grams of the same text, whether the model is under the longest, and if not, why not."""
    yield "  n-grams of the same text, nats:"
    for name, losses in ngrams().items():
        yield f"    {name:8}  " + "  ".join(f"{text} {loss:.4f}" for text, loss in losses.items())
    line = ngrams()["5-gram"]["generated"]
    ours = card["measured"]["generated_loss_nats"]
    side = "under" if ours < line else "OVER"
    yield f"    on generated text this model is {abs(line - ours):.2f} nats {side} the 5-gram"
    if ours >= line:
        yield f"    why: {'; '.join(why_over(card, config))}"


def why_over(card: Mapping[str, Any], config: Any) -> Iterator[str]:
    """What its shape cannot do, and how far its loss still fell at the end."""
    if not config.d_mlp:
        yield "no MLP acts on several tokens at once"
    if config.n_layers == 1:
        yield "in one layer no head sees what another found"
    points = [point for point in card.get("curve", ()) if "generated_loss_nats" in point]
    if points:
        last = points[-1]
        before = next(point for point in reversed(points) if point["step"] <= 0.8 * last["step"])
        fell = before["generated_loss_nats"] - last["generated_loss_nats"]
        yield f"its loss fell by {fell:.2f} nats in the last fifth of the steps, and a longer run may pass the 5-gram"


def shape_of(config: Any) -> str:
    """A shape in a few words."""
    mlp = f"{config.d_mlp} {config.activation} neurons" if config.d_mlp else "no MLP"
    norm = "LayerNorm" if config.layer_norm else "no LayerNorm"
    return (
        f"{config.n_layers} layer(s) of {config.n_heads} heads and {mlp}, width {config.d_model}, {config.positions}"
        f" positions, {norm}, {config.vocab_size} tokens, context {config.n_ctx}"
    )


def curve(points: list[Mapping[str, float]]) -> Iterator[str]:
    """Some points of a curve, early ones closer together; the columns that every point has, at most six."""
    last = len(points) - 1
    places = sorted({round(last * (at / (POINTS - 1)) ** 2) for at in range(POINTS)})
    names = [name for name in points[last] if all(name in point for point in points) and name != "tokens"][:6]
    yield "    " + "  ".join(f"{name:>{max(len(name), 8)}}" for name in names)
    for place in places:
        yield "    " + "  ".join(f"{points[place][name]:>{max(len(name), 8)}g}" for name in names)
