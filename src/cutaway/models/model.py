"""A model you can look into: an unmodified module, its tokenizer, and the names of everything inside."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jaxtyping import Int
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from cutaway.errors.models import AbsentSiteError, EditError
from cutaway.models.anatomy.layout import Layout, Shape
from cutaway.models.anatomy.tap import Tap
from cutaway.models.edits import Edit
from cutaway.models.generate import generate
from cutaway.models.gradient import asks_for_gradient, follow_back
from cutaway.models.inputs import Given, arguments, check_tokens
from cutaway.models.module_sites import module_tap
from cutaway.models.observer import Observer
from cutaway.models.passes import Passes
from cutaway.models.run import observe
from cutaway.models.scan import Batch, Into, Scanned, scan
from cutaway.models.sites import MODULE, VOCABULARY, Site, parse, resolve, the_only
from cutaway.models.texts import Texts
from cutaway.models.trace import Outcome, Trace
from cutaway.models.weights import Weights

Sites = str | Site | Iterable[str | Site]
Edits = Edit | Sequence[Edit]


@dataclass(frozen=True, repr=False)
class Model(Weights, Texts):
    """Everything that computes. Weights are never copied or converted; numbers are the original's."""

    name: str
    module: nn.Module
    layout: Layout
    tokenizer: PreTrainedTokenizerBase | None = None
    describe: Callable[[nn.Module], Layout] | None = None
    verify: Callable[["Model"], Mapping[str, str]] | None = None

    def __repr__(self) -> str:
        shape = self.shape
        if not shape.n_layers:
            return f"Model('{self.name}', sites by module only)"
        return f"Model('{self.name}', {shape.n_layers} layers x {shape.n_heads} heads, d_model {shape.d_model})"

    @property
    def shape(self) -> Shape:
        return self.layout.shape

    @cached_property
    def taps(self) -> dict[Site, Tap]:
        """Every named site and where it lives, in the order of the computation."""
        return dict(self.layout.taps)

    @property
    def sites(self) -> list[Site]:
        return list(self.taps)

    @cached_property
    def order(self) -> dict[Site, int]:
        """The place of every named site in the computation."""
        return {site: number for number, site in enumerate(self.taps)}

    @cached_property
    def called_once(self) -> set[Site]:
        """Module sites that were seen to have one call in a pass, so that the next pass may stop there."""
        return set()

    @cached_property
    def faults(self) -> Mapping[str, str]:
        """Kinds of sites that failed when this architecture was verified, with reasons; asked at their first use."""
        return {} if self.verify is None else self.verify(self)

    def check(self, tokens: Int[Tensor, "batch pos"]) -> None:
        """Refuse tokens the model cannot read.

        Raises: PromptError if they are none, too many, or outside the vocabulary.
        """
        check_tokens(self.name, self.shape, tokens)

    def resolve(self, asked: Sites) -> list[Site]:
        """The sites that one or several spellings name; a name without a layer means every layer.

        Raises: AbsentSiteError with the reason, or UnknownSiteError with the nearest names.
        """
        words = [asked] if isinstance(asked, (str, Site)) else list(asked or ())
        found: dict[Site, None] = {}
        for word in words:
            if isinstance(word, Site) and word in self.taps:
                found[word] = None
            elif str(word).startswith(MODULE):
                found[Site(str(word))] = None
            else:
                self.refuse_absent(str(word))
                found.update(dict.fromkeys(resolve([word], self.taps, model=self.name)))
        return list(found)

    def refuse_absent(self, word: str) -> None:
        """Raises: AbsentSiteError with the reason, for a site that this model does not have."""
        group, name, layer = parse(word, self.layout.shapes)
        for site in (Site(name, int(layer), group) if layer.isdigit() else None, Site(name, None, group)):
            reason = self.layout.absent.get(str(site))
            if reason is not None and name in VOCABULARY:
                raise AbsentSiteError(word, self.name, reason)

    def refuse_faulty(self, sites: Collection[Site]) -> None:
        """Raises: AbsentSiteError for a site that was found wrong when its architecture was verified."""
        if all(site.is_module for site in sites) or not self.faults:
            return
        for site in sites:
            kind = Site(site.name, None, site.group)
            if fault := self.faults.get(str(kind)):
                raise AbsentSiteError(str(site), self.name, f"it failed its verification: {fault}")

    def tap(self, site: Site) -> Tap:
        """Where a site lives.

        Raises: UnknownSiteError for a module that is not there.
        """
        return module_tap(site, self.module, model=self.name) if site.is_module else self.taps[site]

    def placed(self, read: Sites, edit: Edits) -> tuple[list[Site], dict[Site, list[Edit]], dict[Site, Tap]]:
        """What to read, what to edit, and the taps of both in the order of the computation.

        Raises: UnknownSiteError, AbsentSiteError, EditError.
        """
        wanted = self.resolve(read)
        edits: dict[Site, list[Edit]] = {}
        for change in [edit] if isinstance(edit, (Edit, str)) else edit or ():
            if not isinstance(change, Edit):
                raise EditError(repr(change), "it is no edit", "Write cutaway.Zero('z.1'), or a list of such.")
            change.check()
            edits.setdefault(the_only(self.resolve(change.site), change.site, model=self.name), []).append(change)
        both = dict.fromkeys([*wanted, *edits])
        self.refuse_faulty(both)
        ordered = sorted(both, key=lambda site: self.order.get(site, len(self.order)))
        return wanted, edits, {site: self.tap(site) for site in ordered}

    def run(
        self,
        inputs: Given,
        *,
        read: Sites = (),
        edit: Edits = (),
        mask: Int[Tensor, "batch pos"] | None = None,
        gradient_of: Callable[[Tensor], Tensor] | None = None,
        logits: bool = True,
        graph: bool = False,
    ) -> Trace:
        """One forward pass; reads and edits what is named. Without `logits` it stops at the last site read.

        `inputs`: token ids [batch, pos], images [batch, channel, height, width], or tensors by name. `mask` is 1
        at real tokens and 0 at padding, on either side. `gradient_of` a metric gives `trace.grad` at every site
        read. `graph` keeps the computation open to autograd, as does an edit whose value requires a gradient.
        Cost: the model's own forward pass; scores, patterns and rotated queries need its eager attention and
        [batch, head, pos, pos]; a gradient needs one backward pass and every activation in memory.
        Raises: UnknownSiteError, AbsentSiteError, EditError, PromptError, SilentEditError, GradientError,
            and the errors of the metric.
        """
        wanted, edits, taps = self.placed(read, edit)
        call = arguments(self.name, self.layout.inputs, self.shape, inputs, mask, device=self.device, dtype=self.dtype)
        graph = graph or asks_for_gradient(change for changes in edits.values() for change in changes)
        observer = Observer(
            taps,
            wanted,
            edits,
            Passes(call.batch, call.length),
            stop_early=not logits and all(site in self.called_once for site in unnumbered(taps)),
            gradients=gradient_of is not None,
        )
        output = observe(
            self.module,
            lambda: self.module(*call.args, **call.kwargs),
            observer,
            name=self.name,
            softmax=self.layout.softmax,
            graph=graph or gradient_of is not None,
        )
        if observer.awaited < 0:  # it went to the end
            self.called_once.update(unnumbered(taps))
        found = self.layout.logits(output) if output is not None else None
        if gradient_of is None:
            return Trace(observer.values, Outcome(output, found))
        return follow_back(self, observer.values, Outcome(output, found), gradient_of, keep=graph)

    def generate(
        self,
        tokens: Int[Tensor, "batch pos"],
        *,
        max_new_tokens: int,
        read: Sites = (),
        edit: Edits = (),
        mask: Int[Tensor, "batch pos"] | None = None,
        **options: Any,
    ) -> Trace:
        """Let the model write on, with its cache, reading and editing as it goes; `trace.tokens` is the whole text.

        Greedy unless `options`, which go to the model's own `generate`, say otherwise. Positions in edits count
        through the whole text; an edit without a position holds for prompt and new tokens alike. Activations
        cover every token but the last, which the model never reads. Padding goes on the left.
        Cost: the model's own generation. Raises: as `run`.
        """
        return generate(
            self, tokens, *self.placed(read, edit), mask=mask, max_new_tokens=max_new_tokens, options=options
        )

    def scan(self, batches: Iterable[Batch], *, read: Sites, into: Into, first_row: int = 0) -> Scanned:
        """Stream batches past some sites and keep what accumulates; the model stops after the last site read.

        `batches`: token ids [batch, pos], pairs of tokens and mask, or images. `into`: one or several accumulators,
        for every site or by site; each site gets empty ones of its own, a sink a folder of its own. A sample is a
        position that is not padding. `first_row` numbers the rows of one shard of a larger corpus; shards merge.
        Cost: a forward pass to the last site read; memory of one batch and of the accumulators, however long.
        Raises: as `run`; what the accumulators raise; UnplacedSamplesError for a module whose rows or padding in what
            it gives nobody can tell.
        """
        sites = self.resolve(read)

        def look(inputs: Given, mask: Tensor | None) -> Trace:
            return self.run(inputs, read=sites, mask=mask, logits=False)

        axes = {site: self.axes(site) for site in sites}
        return scan(self.name, look, axes, batches, into, first_row=first_row)

    def axes(self, site: Site) -> tuple[str, ...]:
        """The names of a site's axes; of a module's site, only that of the batch."""
        return self.tap(site).axes or site.axes


def unnumbered(taps: Mapping[Site, Tap]) -> list[Site]:
    """The sites of modules that do not say which of several calls they mean: a second one is an error."""
    return [site for site, tap in taps.items() if tap.once and tap.number is None]
