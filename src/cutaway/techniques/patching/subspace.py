"""Is a direction that patching works along one that the model uses? Split it by what the next map reads of it.

A direction may join a feature that carries the difference and that nothing reads to one that is read and never
active. Patched along their sum, the first wakes the second, and the score moves through a path that the model itself
does not take. The part of the direction that the next map reads (its row space) then does nothing alone, and the part
that it does not read (its null space) never can.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.patching import NoReaderError, SubspaceSizeError
from cutaway.figures.inline import Chart, Shown
from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.models.sites import Site
from cutaway.models.span import basis_of
from cutaway.techniques.attribution.direction import Direction
from cutaway.techniques.patching.directions import AlongDirections, checked, feature_site, patch_along

RANK = 1e-5  # singular values below this share of the largest count as none
FULL, READ, UNREAD = "full", "row space", "null space"


@dataclass(frozen=True, eq=False, repr=False)
class SplitSubspace:
    """A subspace and its two parts, each patched alone; `read` and `unread` are None where that part is empty.

    `norm_read`: the share of the squared length of the directions that lies in the row space.
    """

    read: Float[Tensor, "read feature"] | None
    unread: Float[Tensor, "unread feature"] | None
    norm_read: float
    patched: AlongDirections

    def __repr__(self) -> str:
        shares = ", ".join(f"{one.subspace} {one.share:.2f}" for one in self.frame.itertuples())
        return f"SplitSubspace({self.patched.site}: {shares})"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for the full subspace, each part of it, and the whole site: columns as of `patch_along`."""
        return self.patched.frame

    @property
    def figure(self) -> Chart | Shown:
        """A bar for each part."""
        return self.patched.figure


def split_subspace(
    model: Model,
    pairs: Pairs,
    directions: Float[Tensor, "*direction feature"],
    *,
    site: str | Site,
    position: int | None = None,
    head: int | None = None,
    reader: Float[Tensor, "feature out"] | None = None,
    direction: Direction = "denoising",
) -> SplitSubspace:
    """Patch along some directions, along what the next map reads of them, and along what it does not read.

    `reader`: the map that reads the site; by default W_out of mlp_post and W_O of one head's z.
    Units:  as of `patch_along`. A share of the full subspace that its row-space part lacks was an illusion; the share
        of the null-space part is 0 wherever nothing else reads the site.
    Cost:   as `patch_along` with three subspaces, and one singular value decomposition of the reader.
    Raises: NoReaderError, SubspaceSizeError; as `patch_along`.
    Reference: Makelov et al. 2023, arXiv:2311.17030, section 3; the reply of Wu et al. 2024, arXiv:2401.12631.
    """
    where = feature_site(model, site, head)
    matrix = (reader_of(model, where, head) if reader is None else reader).detach()
    rows = checked(where, directions, len(matrix))
    read, unread = split(rows.to(matrix), matrix)
    named = {FULL: rows} | {name: part for name, part in ((READ, read), (UNREAD, unread)) if part is not None}
    patched = patch_along(model, pairs, named, site=where, position=position, head=head, direction=direction)
    basis = basis_of(rows.to(matrix)).T
    norm = float((basis @ projector(matrix)).pow(2).sum() / len(basis))
    return SplitSubspace(read, unread, norm, patched)


def reader_of(model: Model, site: Site, head: int | None) -> Float[Tensor, "feature out"]:
    """The only map that reads a site.

    Raises: NoReaderError.
    """
    if site.name == "mlp_post" and (weight := model.weight("W_out", site.layer, group=site.group)).ndim == 2:
        return weight
    if site.name == "z" and head is not None:
        return model.weight("W_O", site.layer, group=site.group)[head]
    raise NoReaderError(str(site))


def projector(reader: Float[Tensor, "feature out"]) -> Float[Tensor, "feature feature"]:
    """The orthogonal projection onto what a map reads."""
    basis, sizes, _ = torch.linalg.svd(reader.double(), full_matrices=False)
    kept = basis[:, sizes > RANK * sizes.max()]
    onto: Tensor = (kept @ kept.T).to(reader.dtype)
    return onto


def split(
    rows: Float[Tensor, "direction feature"], reader: Float[Tensor, "feature out"]
) -> tuple[Float[Tensor, "read feature"] | None, Float[Tensor, "unread feature"] | None]:
    """The projections of a subspace onto what a map reads and onto what it does not; None where one is nothing.

    Raises: SubspaceSizeError for directions that depend on one another.
    """
    read = rows @ projector(reader)
    if int(torch.linalg.matrix_rank(rows)) < len(rows):
        raise SubspaceSizeError("a reader", "some directions are sums of others", len(reader))
    return spanned(read), spanned(rows - read)


def spanned(rows: Float[Tensor, "direction feature"]) -> Float[Tensor, "rank feature"] | None:
    """Orthogonal directions that span the same, where anything is left."""
    _, sizes, basis = torch.linalg.svd(rows, full_matrices=False)
    kept = basis[sizes > RANK * max(1.0, float(sizes.max()))]
    return kept if len(kept) else None
