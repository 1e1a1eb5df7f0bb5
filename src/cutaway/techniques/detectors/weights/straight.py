"""Score every head as if it stood right behind the embeddings: what its weights say, before anybody is heard.

Whatever a head looks at in a running model, its queries and keys can be asked what they make of bare embeddings. Heads
that look by position or by equal tokens show it there. An induction head does not: it needs to be told which token came
before. So keys are asked once more, with what the previous-token heads before them would write, were they to look
one position back and nowhere else.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Model, Replace
from cutaway.techniques.composition.linear_writes import refuse_indirect
from cutaway.techniques.detectors.detector import Detector, all_detectors
from cutaway.techniques.detectors.scores import HeadScores, ScoreSums, batches_of

PREVIOUS = "previous_token"
TELLS = 0.4  # attention one position back from which a head's writing is told to later ones


def score_straight(
    model: Model, tokens: Int[Tensor, "batch pos"], *, detectors: Sequence[Detector] | None = None
) -> HeadScores:
    """Score every head on its attention if all that it read were embeddings and positions.

    `tokens`: random ones that repeat, as `repeats_for` draws them; all that is taken from them is ids and places. Heads
    look by all that the model does to queries and keys: norms, rotation, scale. For `induction` they read, beside the
    embeddings, what earlier heads with at least 0.4 of their straight attention on the previous token write of it.
    Units:  share of attention, 0 to 1, as `score_heads`.
    Cost:   for each batch one forward pass, and one more where a head looks one position back.
    Raises: NotStraightError for `induction` in a model with a norm behind heads.
    Reference: after Elhage et al. 2021, "A Mathematical Framework" (composition as virtual weights); the score of
        induction is ours.
    """
    chosen = tuple(detectors or all_detectors())
    needs = [at for at, detector in enumerate(chosen) if detector.name == "induction"]
    if needs:
        refuse_indirect(model, "z")
    straight, told = (ScoreSums(chosen, model.shape.n_layers, model.shape.n_heads) for _ in range(2))
    by_place = ScoreSums([d for d in all_detectors() if d.name == PREVIOUS], model.shape.n_layers, model.shape.n_heads)
    for batch in batches_of(model, tokens):
        trace = model.run(batch, read=["pattern"], edit=bare(model, batch), logits=False)
        straight.add(trace, batch)
        by_place.add(trace, batch)
    scores = straight.scores()
    tellers = [(int(layer), int(head)) for layer, head in (by_place.scores().of(PREVIOUS) >= TELLS).nonzero()]
    if not tellers or not needs:
        return scores
    for batch in batches_of(model, tokens):
        told.add(model.run(batch, read=["pattern"], edit=telling(model, batch, tellers), logits=False), batch)
    heard = told.scores()
    later = torch.arange(model.shape.n_layers) > min(layer for layer, _ in tellers)
    for at in needs:
        scores.mean[at, later], scores.stderr[at, later] = heard.mean[at, later], heard.stderr[at, later]
    return scores


def embedded(model: Model, tokens: Int[Tensor, "batch pos"]) -> Float[Tensor, "batch pos d_model"]:
    """What the first layer reads."""
    return model.run(tokens, read=["resid_pre.0"], logits=False)["resid_pre.0"]


def bare(model: Model, tokens: Int[Tensor, "batch pos"]) -> list[Replace]:
    """Every layer reads the embeddings."""
    stream = embedded(model, tokens)
    return [Replace(f"resid_pre.{layer}", stream) for layer in range(1, model.shape.n_layers)]


def telling(model: Model, tokens: Int[Tensor, "batch pos"], tellers: Sequence[tuple[int, int]]) -> list[Replace]:
    """Every layer reads the embeddings and what some earlier heads write of the token one back."""
    stream, sites = embedded(model, tokens), sorted({f"v.{layer}" for layer, _ in tellers})
    values = model.run(tokens, read=sites, edit=bare(model, tokens), logits=False)
    found, edits = stream, []
    for layer in range(model.shape.n_layers):
        if layer:
            edits.append(Replace(f"resid_pre.{layer}", found))
        for head in (head for at, head in tellers if at == layer):
            value = values[f"v.{layer}"]
            own = value[:, :, head * value.shape[2] // model.shape.n_heads]  # heads may share their values
            written = own @ model.weight("W_O", layer)[head].detach()
            found = found + torch.cat([torch.zeros_like(written[:, :1]), written[:, :-1]], dim=1)
    return edits
