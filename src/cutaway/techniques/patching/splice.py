"""A path between two heads patched by brute force, run by run: what faster ways are checked against.

First the receiver's input is recorded from a clean run in which the sender says what it says on the corrupted prompt
and everything else is held at its clean value. Then the clean prompts run with that input in place.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Edit, Model, Replace
from cutaway.models.graph import Node, Slot
from cutaway.models.pairs import Pairs


@torch.no_grad()
def splice(model: Model, pairs: Pairs, sender: Node, receiver: Node, slot: Slot) -> Float[Tensor, "batch"]:
    """The metric when one head's query, key or value, or the logits, hear another head on the corrupted prompt.

    Units:  of the pairs' metric.
    Cost:   four forward passes for one path; into the logits three.
    Reference: Wang et al. 2022, arXiv:2211.00593, appendix B, with MLPs held too (the direct path).
    """
    held = [str(site) for site in model.sites if site.name in ("z", "mlp_out")]
    clean, corrupted = (model.run(tokens, read=held, mask=pairs.mask) for tokens in (pairs.clean, pairs.corrupted))
    edits: list[Edit] = []
    for site in held:
        value = clean[site].clone()
        if site == sender.site:
            value[:, :, sender.head] = corrupted[site][:, :, sender.head]
        edits.append(Replace(site, value))
    if receiver.kind == "logits":
        return pairs.metric(model.run(pairs.clean, edit=edits, mask=pairs.mask).logits)
    heard = f"{slot}.{receiver.layer}"
    recorded = model.run(pairs.clean, read=[heard], edit=edits, mask=pairs.mask, logits=False)[heard]
    edit = Replace(heard, recorded[:, :, receiver.head], head=receiver.head)
    return pairs.metric(model.run(pairs.clean, edit=[edit], mask=pairs.mask).logits)
