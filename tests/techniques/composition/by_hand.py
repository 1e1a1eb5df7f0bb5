"""Tiny models for tests of composition, and what their maps are when every product is written out."""

import torch

from cutaway.models import wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM


def toy(*, seed=0, spread=0.3, **shape):
    """A toy with random weights everywhere; norms around their start."""
    settings = {"vocab_size": 23, "n_ctx": 16, "d_model": 16, "d_head": 4, "n_heads": 2, "n_layers": 3} | shape
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        module = ToyForCausalLM(ToyConfig(**settings)).eval()
        with torch.no_grad():
            for weight in module.parameters():
                drawn = torch.randn_like(weight)
                weight.copy_(spread * drawn if weight.ndim > 1 else weight + 0.3 * drawn)
    return wrap(module, name="toy")


def bare(**shape):
    """A toy without norms whose weights are all zero, to be filled in by hand."""
    model = toy(**{"layer_norm": False, "positions": "shortformer"} | shape)
    with torch.no_grad():
        for weight in model.module.parameters():
            weight.zero_()
    return model


def full_maps(model, layer, head):
    """OV and QK of one head as d_model x d_model matrices: x @ OV, and x @ QK @ y."""
    w = {name: model.weight(name, layer)[head].detach().double() for name in ("W_Q", "W_K", "W_V", "W_O")}
    return w["W_V"] @ w["W_O"], w["W_Q"] @ w["W_K"].T


def readers(model, layer, head):
    """What the stream is multiplied with, by slot."""
    ov, qk = full_maps(model, layer, head)
    return {"q": qk, "k": qk.T, "v": ov}


def row_of(frame, **at):
    """The one row with these values."""
    for name, value in at.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def pairs_of_heads(truth):
    """Every edge of a planted truth that leads from head to head: (slot, layer, head, sender layer, sender head)."""
    heads = {part.name: part for part in truth.heads}
    found = set()
    for edge in truth.edges:
        if edge.sender in heads and edge.receiver in heads:
            one, other = heads[edge.sender], heads[edge.receiver]
            found.add((edge.slot, other.layer, other.head, one.layer, one.head))
    return found
