"""Make one layer's queries, keys or values deaf to what earlier heads write, in the weights themselves."""

import torch

from cutaway.errors.composition import NoHeadsBeforeError
from cutaway.models import Model
from cutaway.techniques.composition.linear_reads import norm_before, with_divisor


@torch.no_grad()
def cut_composition(model: Model, layer: int, *, slot: str = "k") -> None:
    """Take out of a layer's map of one slot, "q", "k" or "v", all that earlier heads can write.

    In place, the norm's gain reckoned with. Composition scores of that slot are then zero but for that gain;
    embeddings in the same directions go unheard too. After every step of training it keeps heads from ever composing.
    Cost: a QR decomposition of a matrix of d_model x (earlier heads x d_head).
    Raises: NoHeadsBeforeError for the first layer; ValueError if earlier heads can write everywhere, so that nothing
        would be left to hear, and where heads share keys or values, whose weights are copies.
    """
    if not 0 < layer < model.shape.n_layers:
        raise NoHeadsBeforeError(model.name, layer, model.shape.n_layers)
    written = torch.cat([model.weight("W_O", earlier).flatten(0, 1) for earlier in range(layer)]).float()
    if len(written) >= model.shape.d_model:
        raise ValueError(f"heads before layer {layer} write in {len(written)} directions: nothing else could be heard")
    name = f"W_{slot.upper()}"
    heard = with_divisor(norm_before(model, layer), written, torch.ones(1, device=written.device))
    basis = torch.linalg.qr(heard.T).Q
    read = model.weight(name, layer)
    read -= (basis @ (basis.T @ read.float())).to(read.dtype)
    if not torch.equal(read, model.weight(name, layer)):
        raise ValueError(f"{name} of '{model.name}' is a copy of what the model runs with")
