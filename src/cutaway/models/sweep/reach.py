"""Where an edited run begins to differ from the base run, and whether the metric can see it.

Everything here is decided from names of sites, numbers of positions and token ids, never from activations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from cutaway.errors.models import EditError
from cutaway.errors.sweep import UnequalPromptsError
from cutaway.models.anatomy.block import MLP_SITES
from cutaway.models.edits import Add, Edit, FromReference, Mean, Patch, ProjectOut, Replace, Resample, Scale, Zero
from cutaway.models.model import Model
from cutaway.models.selection import Index, listed
from cutaway.models.sites import Site, the_only
from cutaway.models.sweep.cells import Cell

MIXING = frozenset({"resid_pre", "ln1_scale", "k", "k_rot", "v"})  # seen by later positions of their own block
SQUARE = frozenset({"scores", "pattern"})  # with an axis of keys, which must be as many as the prompt has
OWN = frozenset({"q", "q_rot", "z", "result", "attn_out", "resid_mid", "resid_post"}) | frozenset(MLP_SITES)
# these are seen in their own block by their own positions only
PLACEWISE = (Zero, Replace, Add, Scale, Mean, Resample, Patch, ProjectOut)  # what it does at a position needs no other


@dataclass(frozen=True)
class Reading:
    """What a sweep is about: its prompt's size, where the metrics read, and which reductions it may use."""

    batch: int
    length: int
    start: int
    end: int
    by_layer: bool = True
    by_position: bool = True
    by_token: bool = True
    by_readout: bool = True


@dataclass
class Reach:
    """Turns edits into cells; remembers what it has worked out about tensors that many edits share.

    It is made anew for every chunk of a sweep, because it keeps these tensors alive.
    """

    model: Model
    reading: Reading
    paths: Sequence[str]  # of the blocks; none where the model cannot be resumed
    tokens: Tensor | None  # of the prompt, -1 at padding
    barred: Mapping[str, str]  # kinds of sites at which a run cannot be resumed, with reasons
    first: dict[int, tuple[Tensor, list[int]]] = field(default_factory=dict)
    checked: dict[int, Tensor] = field(default_factory=dict)
    narrowed: dict[tuple[int, tuple[int, ...]], tuple[Tensor, Tensor]] = field(default_factory=dict)

    def cells(self, number: int, edits: Sequence[Edit]) -> list[Cell]:
        """The runs that one set of edits needs: none where nothing the metrics read can change.

        Raises: EditError, UnknownSiteError, AbsentSiteError, UnequalPromptsError.
        """
        order = self.model.order
        found = [self.placed(edit) for edit in edits]
        found.sort(key=lambda one: order.get(one[0], len(order)))  # an edit that comes later sees what earlier ones did
        alone = not any(site.is_module for site, _, _ in found)  # a module's site may be another name of that tensor
        placed = [(self.moved(site) if alone else site, edit, places) for site, edit, places in found]
        self.model.refuse_faulty([site for site, _, _ in placed])
        every = tuple(range(self.reading.batch))
        layers = [self.layer(site) for site, _, _ in placed]
        if any(layer is None for layer in layers):
            plain = tuple((site, edit) for site, edit, _ in placed)
            return [Cell(number, plain, every, None, 0, self.reading.length, whole=True)]
        whole = any(not isinstance(edit, PLACEWISE) or site.is_module for site, edit, _ in placed)
        long = whole or any(site.name in SQUARE for site, _, _ in placed)
        eager = any(self.model.tap(site).in_attention for site, _, _ in placed)
        layer = min(layer for layer in layers if layer is not None) if self.reading.by_layer else 0
        groups: dict[int, list[int]] = {}
        for row, start in enumerate(self.starts(placed)):
            if start is not None:
                groups.setdefault(start if self.reading.by_position else 0, []).append(row)
        made = []
        for start, rows in groups.items():
            some = tuple(rows)
            chosen = tuple((site, self.of_rows(edit, some) if some != every else edit) for site, edit, _ in placed)
            end = self.reading.length if long else self.reading.end
            last = None if whole else self.last(placed, start)
            made.append(Cell(number, chosen, some, layer, start, end, whole=whole, eager=eager, last=last))
        return made

    def placed(self, edit: Edit) -> tuple[Site, Edit, Sequence[int] | None]:
        """Site, edit, and the positions that it selects: None where the site has none."""
        self.check(edit)
        site = the_only(self.model.resolve(edit.site), edit.site, model=self.model.name)
        if isinstance(edit, Patch):
            self.check_patch(edit)
        axes = self.model.axes(site)
        if self.layer(site) is None:
            if self.paths and not site.group and "pos" in axes:
                positions(edit, self.reading.length)  # refused here, like any other
            return site, edit, None
        if not ("pos" in axes or "query" in axes):
            if edit.position is not None:
                raise EditError(repr(edit), f"'{site}' has no position", f"its axes: {' '.join(axes)}")
            return site, edit, None
        chosen = positions(edit, self.reading.length)
        places = listed(chosen, self.reading.length)
        if isinstance(edit, FromReference):
            edit.check_reference(axes, len(axes), self.reading.length)
        elif edit.tensors and not isinstance(chosen, int):
            edit = replace(edit, position=list(places))  # so that its values are known to be of these positions
        return site, edit, places

    def moved(self, site: Site) -> Site:
        """What leaves a block enters the next."""
        next_one = Site("resid_pre", (site.layer or 0) + 1, site.group)
        resumable = self.paths and "resid_post" not in self.barred
        return next_one if site.name == "resid_post" and resumable and next_one in self.model.taps else site

    def layer(self, site: Site) -> int | None:
        """The block of a site, the number of blocks for one after them, None where the run begins with the model."""
        if not self.paths or site.name in self.barred or site.group:
            return None
        if site.layer is not None:
            return site.layer
        if site.name == "ln_final_scale":
            return len(self.paths)
        if site.is_module:
            path = self.model.tap(site).path
            return next((at for at, block in enumerate(self.paths) if f"{path}.".startswith(f"{block}.")), None)
        return None

    def starts(self, placed: Sequence[tuple[Site, Edit, Sequence[int] | None]]) -> list[int | None]:
        """For each row the first position that changes; None where the metrics cannot see a change."""
        rows = range(self.reading.batch)
        if not all(isinstance(edit, Patch) and edit.row is None for _, edit, _ in placed):
            return [self.start(placed, None)] * len(rows)
        shared = [edit.tokens for _, edit, _ in placed if isinstance(edit, Patch) and edit.tokens is not None]
        firsts = [self.first_difference(tokens) for tokens in shared]
        found: dict[tuple[int, ...], int | None] = {}
        keys = [tuple(each[row] for each in firsts) for row in rows]
        for row, key in zip(rows, keys, strict=True):
            if key not in found:
                found[key] = self.start(placed, row)
        return [found[key] for key in keys]

    def start(self, placed: Sequence[tuple[Site, Edit, Sequence[int] | None]], row: int | None) -> int | None:
        """The same for one row, or for all of them together."""
        first: int | None = None
        seen = False
        for site, edit, places in placed:
            changed = self.changed_places(edit, places, row)
            if changed is None:  # a module's site, whose axes have no names
                first, seen = 0, True
            elif changed:
                lowest = changed[0] if isinstance(changed, range) else min(changed)
                first = lowest if first is None else min(first, lowest)
                seen = seen or self.sees(site, changed)
        return first if seen else None

    def last(self, placed: Sequence[tuple[Site, Edit, Sequence[int] | None]], start: int) -> int | None:
        """The last position that changes in the first block, if no other position of the block sees a change."""
        layers = {site.layer for site, _, _ in placed}
        if len(layers) > 1 or any(site.name not in OWN for site, _, _ in placed) or not self.reading.by_position:
            return None
        found = max(max(places) for _, _, places in placed if places)
        return found if found >= start else None

    def changed_places(self, edit: Edit, places: Sequence[int] | None, row: int | None) -> Sequence[int] | None:
        """The positions at which an edit may change something; of a patch, those where the prompts no longer agree."""
        if places is None or not (self.reading.by_token and isinstance(edit, Patch) and edit.tokens is not None):
            return places
        if len(edit.reference) != len(edit.tokens):  # one row that goes to every row: it is not these tokens' own
            return places
        firsts = self.first_difference(edit.tokens)
        first = min(firsts) if row is None else firsts[row]
        if isinstance(places, range) and places.step == 1:
            return range(max(places.start, first), max(places.stop, first))
        return [place for place in places if place >= first]

    def sees(self, site: Site, changed: Sequence[int]) -> bool:
        """Whether anything that the metrics read can depend on these positions of a site."""
        if not self.reading.by_readout:
            return True
        last = len(self.paths) - 1
        if site.name in MIXING or site.is_module or (site.layer is not None and site.layer < last):
            return min(changed) < self.reading.end
        return any(self.reading.start <= place < self.reading.end for place in changed)

    def first_difference(self, tokens: Tensor) -> list[int]:
        """By row, the first position at which two prompts differ; their length where they are the same."""
        known = self.first.get(id(tokens))
        if known is None:
            if self.tokens is None:
                return [0] * self.reading.batch
            differs = tokens.to(self.tokens.device) != self.tokens
            length = self.reading.length
            places = torch.where(differs, torch.arange(length, device=differs.device), length).amin(dim=1)
            known = (tokens, places.tolist())  # the tensor too, so that its identity stays its own
            self.first[id(tokens)] = known
        return known[1]

    def check(self, edit: Edit) -> None:
        """Refuse what spoils a run; a tensor that many edits share is looked at once.

        Raises: EditError for NaN.
        """
        tensors = edit.tensors
        if not tensors or any(id(tensor) not in self.checked for tensor in tensors.values()):
            edit.check()
            self.checked |= {id(tensor): tensor for tensor in tensors.values()}

    def check_patch(self, edit: Patch) -> None:
        """Raises: UnequalPromptsError if the other prompt has another size."""
        if edit.tokens is None or self.tokens is None or id(edit.tokens) in self.first:
            return
        if edit.tokens.shape != self.tokens.shape:
            raise UnequalPromptsError(tuple(edit.tokens.shape), tuple(self.tokens.shape))

    def of_rows(self, edit: Edit, rows: tuple[int, ...]) -> Edit:
        """A patch for some rows only."""
        if not isinstance(edit, Patch):
            raise AssertionError("only patches are made for some rows")
        if len(edit.reference) == 1:
            return edit
        key = (id(edit.reference), rows)
        if key not in self.narrowed:
            index = torch.tensor(rows, device=edit.reference.device)
            self.narrowed[key] = (edit.reference, edit.reference.index_select(0, index))
        return replace(edit, reference=self.narrowed[key][1])


def marked(tokens: Tensor, mask: Tensor | None) -> Tensor:
    """Tokens with -1 at padding, so that two prompts are alike only where both are padded or read the same."""
    return tokens if mask is None else tokens.masked_fill(mask.to(tokens.device) == 0, -1)


def positions(edit: Edit, length: int) -> Index:
    """The positions that an edit selects, in its own order.

    Raises: EditError for one outside the prompt.
    """
    if edit.position is None:
        return slice(0, length, 1)
    chosen = edit.settled("position", length)
    found = listed(chosen, length)
    if not found or max(found) >= length:
        raise edit.outside("position", length)
    return chosen
