"""Generated text that no zoo model was trained on, in rows of one context, with what kind each row is of."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from cutaway.corpus.generated import Corpus
from cutaway.corpus.values import values_of
from cutaway.models import Model
from cutaway.tasks.symbols.repeated_tokens import next_token_loss
from cutaway.zoo.streams import HELD_OUT, windows

LENGTH = 128
AT_ONCE = 32  # rows a pass
READ = HELD_OUT + 100  # seed of the text: not that of the models' cards


@dataclass(frozen=True, eq=False)
class Text:
    """Rows of tokens; for each row the genre of most of its tokens, for each token its genre and its part of speech."""

    tokens: Int[Tensor, "row pos"]
    kinds: NDArray[Any]
    genre: Int[Tensor, "row pos"]
    pos: Int[Tensor, "row pos"]

    @property
    def chooses(self) -> NDArray[np.bool_]:
        """The first half of the rows: what is chosen is chosen by these, and measured on the others."""
        return np.arange(len(self.tokens)) < len(self.tokens) // 2


@lru_cache(maxsize=2)
def text(rows: int, seed: int) -> Text:
    """So many rows, from documents in the order of the corpus.

    Cost: a second for a thousand rows.
    """
    tagged = Corpus(seed=READ + seed).tagged(rows * LENGTH)
    names = np.array(["", *(values_of("genre") or ())])
    genre, pos = (windows(torch.from_numpy(tagged[kind].astype(np.int64)), LENGTH)[:rows] for kind in ("genre", "pos"))
    mostly = torch.stack([row[row > 0].mode().values for row in genre[:, 1:]])
    return Text(windows(torch.from_numpy(tagged.ids), LENGTH)[:rows], names[mostly.numpy()], genre, pos)


@torch.no_grad()
def row_losses(model: Model, tokens: Int[Tensor, "row pos"]) -> Float[Tensor, "row"]:
    """Nats a token, of every row; the first token of a row is not asked for."""
    parts = torch.split(tokens, AT_ONCE)
    return torch.cat([next_token_loss(model.run(part).logits, part)[:, 1:].mean(dim=1).cpu() for part in parts])
