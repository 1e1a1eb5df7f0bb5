"""All that a model of arithmetic modulo p can be asked: every pair of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.fourier import NotArithmeticError
from cutaway.models import Edit, Model

CHUNK = 1024  # rows a pass
LARGEST = 257  # p, at which logits of all pairs take 136 MB


@dataclass(frozen=True, eq=False)
class AllPairs:
    """What a model says for every pair `a b`, the right answers, and what the neurons of its last layer do there.

    `ask` is the symbol that stands behind a pair; `sign` is 1 where that asks for a + b, -1 where for a - b.
    """

    ask: int
    sign: int
    answers: Int[Tensor, "a b"]
    logits: Float[Tensor, "a b p"]
    neurons: Float[Tensor, "a b d_mlp"]

    @property
    def p(self) -> int:
        return len(self.answers)

    def losses(self, logits: Float[Tensor, "a b p"] | None = None) -> Float[Tensor, "a b"]:
        """Nats of each pair, by the model's logits or by others."""
        said = (self.logits if logits is None else logits).log_softmax(dim=-1)
        return -said.gather(-1, self.answers[..., None])[..., 0]

    def right(self, logits: Float[Tensor, "a b p"] | None = None) -> Float[Tensor, "a b"]:
        """1 where the largest logit is the right answer's, else 0."""
        said = self.logits if logits is None else logits
        return (said.argmax(dim=-1) == self.answers).double()


def neurons_of(model: Model) -> str:
    """The site of the neurons of the last layer."""
    return f"mlp_post.{model.shape.n_layers - 1}"


def all_pairs(model: Model, *, p: int, ask: int | None = None, sign: int = 1, edit: Sequence[Edit] = ()) -> AllPairs:
    """Ask `a b =` for every pair of numbers below p; `ask` is the symbol that stands last, p unless said otherwise.

    Logits are those of the p numbers, in float64. `edit`: changes to make meanwhile.
    Cost: one forward pass of p * p rows of three tokens.
    Raises: NotArithmeticError if the model has no neurons or too few symbols, or p is above LARGEST.
    """
    symbol = p if ask is None else ask
    shape, needed = model.shape, max(symbol, p - 1)
    if not shape.d_mlp:
        raise NotArithmeticError(model.name, p, "it has no neurons")
    if p > LARGEST:
        raise NotArithmeticError(model.name, p, f"there are too many pairs; p goes up to {LARGEST}")
    if shape.d_vocab <= needed:
        raise NotArithmeticError(model.name, p, f"it has {shape.d_vocab} symbols, and {needed + 1} are needed")
    pairs = torch.cartesian_prod(torch.arange(p), torch.arange(p))
    tokens = torch.cat([pairs, torch.full((len(pairs), 1), symbol)], dim=1)
    site = neurons_of(model)
    logits, neurons = [], []
    for part in torch.split(tokens, CHUNK):
        seen = model.run(part, read=[site, "logits"], edit=edit)
        logits.append(seen["logits"][:, -1, :p].double())
        neurons.append(seen[site][:, -1].double())
    return AllPairs(
        ask=symbol,
        sign=sign,
        answers=((pairs[:, 0] + sign * pairs[:, 1]) % p).view(p, p),
        logits=torch.cat(logits).view(p, p, p),
        neurons=torch.cat(neurons).view(p, p, -1),
    )
