"""The forward passes of one run: a single one, or, while a model generates, one for every new token.

While generating, a pass sees only the new positions, and keys of all positions so far. Edits speak of
positions in the whole text, and what was read in pieces is put together again at the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.models.anatomy.tap import Tap
from cutaway.models.edits import Edit
from cutaway.models.sites import Site

STILL = frozenset({"encoder", "vision", "text"})  # groups that see their whole input in one pass


@dataclass
class Passes:
    """Where the run has got to. `prompt` is the number of positions it began with."""

    batch: int
    prompt: int
    growing: bool = False
    start: int = 0
    size: int = 0

    def grows(self, site: Site) -> bool:
        """Whether this site is seen piece by piece."""
        return self.growing and site.group not in STILL and not (site.group == "cross" and site.name in ("k", "v"))

    def apply(self, edit: Edit, site: Site, tap: Tap, value: Tensor) -> Tensor | None:
        """One edit on what this pass sees; None if it selects nothing there."""
        axes = tap.axes or site.axes
        growing = self.grows(site)
        here = next((value.shape[axis] for axis, name in enumerate(axes) if name in ("pos", "query")), 0)
        start = self.start + self.size - here if growing else 0  # some sites show every position so far: keys
        return edit.apply(value, axes, prompt=self.prompt, start=start, growing=growing)

    def fresh(self, site: Site, value: Tensor) -> Tensor:
        """What a read keeps of one pass: of sites that show every position so far, the new ones."""
        return value[:, -self.size :] if site.axes[1:2] == ("pos",) and self.grows(site) else value

    def together(self, site: Site, pieces: Sequence[Tensor]) -> Tensor:
        """The pieces of a run as one activation; columns of keys that were not there yet are filled up.

        Patterns get zeros there and scores minus infinity, which is what a causal mask leaves.
        """
        if len(pieces) == 1 or not self.grows(site):
            return pieces[-1]
        if site.name not in ("scores", "pattern"):
            return torch.cat(list(pieces), dim=1)
        if site.group == "cross":
            return torch.cat(list(pieces), dim=2)
        fill = 0.0 if site.name == "pattern" else float("-inf")
        total = sum(piece.shape[2] for piece in pieces)
        sink = pieces[0].shape[3] - pieces[0].shape[2]  # the prompt's own piece is square, but for a sink
        padded, seen = [], 0
        for piece in pieces:
            seen += piece.shape[2]
            keys = piece[..., : piece.shape[3] - sink]
            missing = (seen - keys.shape[3], total - seen)  # a sliding window has dropped the oldest keys
            keys = nn.functional.pad(keys, missing, value=fill)
            padded.append(torch.cat((keys, piece[..., piece.shape[3] - sink :]), dim=3))
        return torch.cat(padded, dim=2)

    def follow(self, ids: str) -> Callable[..., None]:
        """A hook on the whole module that keeps count of the positions it has been given."""

        def hook(_: nn.Module, __: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            self.start += self.size
            self.size = kwargs[ids].shape[1]

        return hook
