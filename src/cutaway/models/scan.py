"""Stream a corpus past some sites: one pass, no further than the last layer read, nothing kept but what accumulates."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.models import PromptError, UnknownSiteError, UnplacedSamplesError
from cutaway.models.accumulators import Accumulator, Seen, Sink
from cutaway.models.inputs import Given, rows_in
from cutaway.models.sites import Site
from cutaway.models.trace import Trace

Accumulators = Accumulator | Sequence[Accumulator]
Into = Accumulators | Mapping[str, Accumulators]
Batch = Given | tuple[Given, Tensor]  # or tokens with their mask
Look = Callable[[Given, Tensor | None], Trace]


class Scanned(Mapping[str, Accumulator]):
    """What accumulated at each site: `found["mlp_post.3"]`; `found.at("mlp_post.3")` where there are several."""

    def __init__(self, kept: Mapping[Site, tuple[Accumulator, ...]], rows: int, samples: int) -> None:
        self._kept = {str(site): accumulators for site, accumulators in kept.items()}
        self.rows, self.samples = rows, samples

    def at(self, site: str) -> tuple[Accumulator, ...]:
        """All accumulators of a site, in the order they were given.

        Raises: UnknownSiteError if it was not read.
        """
        if site not in self._kept:
            raise UnknownSiteError(site, "this scan", list(self._kept))
        return self._kept[site]

    def __getitem__(self, site: str) -> Accumulator:
        return self.at(site)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def merge(self, other: "Scanned") -> None:
        """As if what another shard of the corpus gave had been scanned here too.

        Raises: UnknownSiteError if it read other sites; MergeError.
        """
        for site in self._kept:
            for mine, theirs in zip(self.at(site), other.at(site), strict=True):
                mine.merge(theirs)
        self.rows, self.samples = self.rows + other.rows, self.samples + other.samples


def scan(
    name: str, look: Look, axes: Mapping[Site, tuple[str, ...]], batches: Iterable[Batch], into: Into, *, first_row: int
) -> Scanned:
    """See `Model.scan`. `look` runs one batch of the model of that name and reads the sites whose `axes` are given."""
    kept = {site: started(site, into) for site in axes}
    row, samples, first = first_row, 0, next(iter(axes), None)
    for batch in batches:
        inputs, mask = batch if isinstance(batch, tuple) else (batch, None)
        trace = look(inputs, mask)
        for site, accumulators in kept.items():
            seen = sampled(site, trace[site], axes[site], inputs, mask, row)
            for accumulator in accumulators:
                accumulator.add(seen)
            samples += len(seen.row) if site == first else 0
        row += rows_in(inputs)
    for sink in (each for accumulators in kept.values() for each in accumulators if isinstance(each, Sink)):
        sink.close()
    if row == first_row:
        raise PromptError(name, "there were no batches", "Pass token ids [batch, pos], or (tokens, mask) pairs.")
    return Scanned(kept, row - first_row, samples)


def started(site: Site, into: Into) -> tuple[Accumulator, ...]:
    """Empty accumulators for one site, of the kinds that were given for it."""
    if isinstance(into, Mapping):
        chosen = next((into[word] for word in (str(site), site.name) if word in into), None)
        if chosen is None:
            raise UnknownSiteError(str(site), "the accumulators given", list(into))
    else:
        chosen = into
    given = [chosen] if isinstance(chosen, Accumulator) else list(chosen)
    return tuple(
        accumulator.named(str(site)) if isinstance(accumulator, Sink) else accumulator.empty() for accumulator in given
    )


def sampled(
    site: Site, value: Tensor, axes: tuple[str, ...], inputs: Given, mask: Tensor | None, first_row: int
) -> Seen:
    """An activation as samples: one for each position that is not padding, or each row where there are none.

    Raises: UnplacedSamplesError if nobody can say which rows they are of, or where the padding is.
    """
    tokens = inputs if isinstance(inputs, Tensor) and inputs.ndim == 2 and not inputs.is_floating_point() else None
    at = next((axis for axis, name in enumerate(axes) if name in ("pos", "query")), None)
    if site.is_module:
        value, at = placed(site, value, rows_in(inputs), mask if tokens is None else tokens, padded=mask is not None)
    elif at is not None and tokens is not None and len(value) == 1:
        value = value.expand(len(tokens), *value.shape[1:])  # embeddings of positions, the same for every row
    rows = torch.arange(first_row, first_row + len(value), device=value.device)
    if at is None:
        return Seen(value, rows, torch.zeros_like(rows))
    value = value.movedim(at, 1)
    length = value.shape[1]
    if mask is not None and mask.shape != value.shape[:2]:
        raise UnplacedSamplesError(str(site), tuple(value.shape), f"the mask has shape {tuple(mask.shape)}")
    row, position = (
        part.flatten() for part in torch.meshgrid(rows, torch.arange(length, device=value.device), indexing="ij")
    )
    token: Int[Tensor, " sample"] | None = None
    if tokens is not None and tokens.shape[1] == length:
        token = tokens.to(value.device).flatten()
    flat = value.flatten(0, 1)
    if mask is None:
        return Seen(flat, row, position, token)
    real = mask.to(value.device).bool().flatten()
    return Seen(flat[real], row[real], position[real], None if token is None else token[real])


def placed(site: Site, value: Tensor, rows: int, places: Tensor | None, *, padded: bool) -> tuple[Tensor, int | None]:
    """What a module gave, its rows first, and which axis has the positions: None where it is none.

    `places` has an entry for every row and position, where the input has positions. An axis of their length may be
    another, of heads or keys; only the second of three axes, or one that no other is as long as, is taken for theirs.
    Raises: UnplacedSamplesError.
    """
    shape = tuple(value.shape)
    if places is not None and shape[:1] == (places.numel(),) != (rows,):
        return value.reshape(*places.shape, *shape[1:]), 1  # routers of experts merge rows and positions
    if shape[:1] != (rows,):
        raise UnplacedSamplesError(str(site), shape, f"its first axis is not that of the {rows} rows")
    alike = [] if places is None else [at for at in range(1, len(shape)) if shape[at] == places.shape[1]]
    if (len(shape) == 3 and 1 in alike) or (len(shape) > 3 and alike == [1]):
        return value, 1
    if padded and alike:
        fault = f"an axis of {shape[alike[0]]} may be its positions, of which some are padding, or may not"
        raise UnplacedSamplesError(str(site), shape, fault)
    return value, None
