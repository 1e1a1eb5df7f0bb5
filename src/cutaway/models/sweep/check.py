"""Whether a sweep's short cuts hold for an architecture, tried against plain runs of a small random copy of it.

Once for each architecture and version, and again for padded prompts; remembered like the verdicts on its sites. A
short cut that does not hold is switched off with its reason, and a kind of site that does not is run from the start.
"""

from collections.abc import Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from cutaway.errors.base import CutawayError
from cutaway.models.edits import Edit, Patch
from cutaway.models.inputs import Given
from cutaway.models.metric import Metric
from cutaway.models.metrics import log_prob, logit_difference, loss
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.sweep.blocks import UnresumableError, paths_of
from cutaway.models.sweep.engine import REDUCTIONS, Engine
from cutaway.models.sweep.grouping import Prices
from cutaway.models.verify import checks
from cutaway.models.verify.small import as_it_is, small_copy
from cutaway.models.verify.verdicts import Verdicts, architecture, keep, recall

ROWS, LENGTH = 3, 9  # longer than the window of a small copy
DIFFER = (3, 5, 3)  # the first position at which each row's two prompts differ
PADDED = (2, 0, 1)
PLACES = (1, 4, LENGTH - 1)
SAME = 1e-4  # of the largest effect
BUDGET = 1e5  # bytes: small, so that the copy's runs do not all fit into one batch
LARGE = 1e9  # bytes: enough for many runs in a batch
FREE = Prices(call=0.0, weights=0.0)  # so that every short cut is taken, however little it saves
NO_COPY = "no small copy of this model can be made to try it on"


ASKED: WeakKeyDictionary[nn.Module, dict[bool, Verdicts]] = WeakKeyDictionary()  # a config takes long to compare


def verdict_of(model: Model, *, padded: bool) -> Mapping[str, str]:
    """The reductions and kinds of sites that must not be used, with reasons.

    Cost: the first time for an architecture and version, some hundred runs of a two-layer copy, about two seconds.
    """
    if model.describe is None:
        return dict.fromkeys(REDUCTIONS, NO_COPY)
    asked = ASKED.setdefault(model.module, {})
    if padded not in asked:
        asked[padded] = of_architecture(model, padded=padded)
    return asked[padded]


def of_architecture(model: Model, *, padded: bool) -> Verdicts:
    """The same, from what is remembered of the architecture, or by a trial."""
    key = f"{architecture(model.module)}-sweep{'-padded' if padded else ''}"
    known = recall(key)
    if known is None:
        known = examine(model, padded=padded)
        keep(key, known)
    return known


def examine(model: Model, *, padded: bool) -> Verdicts:
    """Every reduction, on one small copy."""
    assert model.describe is not None
    small = small_copy(model.module)
    copy = Model(name=f"small {model.name}", module=small, layout=model.describe(small))
    with torch.random.fork_rng(devices=[]), as_it_is():
        trial = Trial.of(copy, padded=padded)
        off = trial.without_blocks()
        if "layers" in off:
            return off
        return off | trial.by_reduction(off)


class Trial:
    """One copy, two prompts, and what plain runs of it gave."""

    def __init__(self, model: Model, inputs: Given, mask: Tensor | None, other: Tensor | None) -> None:
        self.model, self.inputs, self.mask, self.other = model, inputs, mask, other
        self.plain: dict[str, list[Tensor]] = {}  # logits, by kind
        try:
            self.paths: Sequence[str] = paths_of(model.layout)
            self.unresumable = ""
        except UnresumableError as fault:
            self.paths, self.unresumable = (), str(fault)

    @classmethod
    def of(cls, model: Model, *, padded: bool) -> "Trial":
        """Prompts that agree up to a position of each row; left padding where that is what is tried."""
        if model.layout.inputs.names != ("input_ids",):
            return cls(model, checks.prompt(model), None, None)
        draw = torch.Generator().manual_seed(3)
        tokens = torch.randint(2, model.shape.d_vocab, (ROWS, LENGTH), generator=draw)
        others = torch.randint(2, model.shape.d_vocab, (ROWS, LENGTH), generator=draw)
        mask = torch.ones_like(tokens)
        for row, (first, pads) in enumerate(zip(DIFFER, PADDED, strict=True)):
            others[row, :first] = tokens[row, :first]
            others[row, first] = 2 + (tokens[row, first] - 1) % (model.shape.d_vocab - 2)
            mask[row, :pads] = 0
        return cls(model, tokens, mask if padded else None, others)

    @property
    def metrics(self) -> list[dict[str, Metric]]:
        """Of one position and two tokens; of several positions and the whole vocabulary."""
        few = {"last": logit_difference(2, 3), "earlier": logit_difference(4, 5, position=LENGTH - 2)}
        if not isinstance(self.inputs, Tensor):
            return [{"last": log_prob(2)}]
        return [few, {"all": loss(self.inputs, mask=self.mask)}]

    @property
    def kinds(self) -> list[str]:
        """Every kind of site inside the blocks and after them, the stream first."""
        names = dict.fromkeys(site.name for site in self.model.sites)
        return [name for name in names if name not in ("logits", "embed", "pos_embed")]

    def edits(self, kind: str) -> list[Edit]:
        """Patches of one kind of site, in every layer, at some positions and at all."""
        sites = [site for site in self.model.sites if site.name == kind]
        given = dict(self.inputs) if isinstance(self.inputs, Mapping) else self.inputs
        if self.other is None:
            trace = self.model.run(given, read=sites)
            return [Patch(site, trace[site].flip(0)) for site in sites]
        trace = self.model.run(self.other, read=sites, mask=self.mask)
        found: list[Edit] = []
        for site in sites:
            patch = Patch(site, trace[site], tokens=self.other)
            found += [patch, *(Patch(site, trace[site], tokens=self.other, position=place) for place in PLACES)]
        return found

    def expected(self, kind: str, metrics: Mapping[str, Metric], edits: Sequence[Edit]) -> Tensor:
        """Scores [edit, metric, batch] by plain runs, one for each edit."""
        if kind not in self.plain:
            given = dict(self.inputs) if isinstance(self.inputs, Mapping) else self.inputs
            runs = [[], *([edit] for edit in edits)]
            logits = [self.model.run(given, edit=run, mask=self.mask).logits for run in runs]
            self.plain[kind] = [each[:, None] if each.ndim == 2 else each for each in logits]
        return torch.stack([torch.stack([m(x) for m in metrics.values()]) for x in self.plain[kind]])

    def fault(self, kind: str, off: Iterable[str], budget: float = BUDGET) -> str | None:
        """What goes wrong in a sweep over one kind of site with these reductions off; any fault is a finding."""
        try:
            edits = self.edits(kind)
            for metrics in self.metrics:
                plain = self.expected(kind, metrics, edits)
                paths = () if "layers" in off else self.paths
                reasons = dict.fromkeys(off, "")
                engine = Engine(self.model, self.inputs, self.mask, metrics, reasons, paths, budget, prices=FREE)
                found = dict(engine.scores([(number, [edit]) for number, edit in enumerate(edits)]))
                scores = torch.stack([engine.base_scores, *(found[number] for number in range(len(edits)))])
                effect = float((plain - plain[0]).abs().max())
                worst = float((scores - plain).abs().max())
                if not worst <= SAME * max(effect, SAME):
                    return f"patching {kind} is off by {worst:.2g} where the largest effect is {effect:.2g}"
        except (CutawayError, UnresumableError) as fault:
            return str(fault).splitlines()[0]
        except (RuntimeError, IndexError, AttributeError, TypeError, ValueError, KeyError, AssertionError) as fault:
            return f"{type(fault).__name__}: {(str(fault).splitlines() or [''])[0]}"
        return None

    def without_blocks(self) -> Verdicts:
        """Whether several runs fit into one batch, and whether there are blocks to resume at."""
        off: Verdicts = {}
        rest = [name for name in REDUCTIONS if name != "batching"]
        first = self.kinds[0] if self.kinds else None
        if first is not None and (reason := self.fault(first, rest, LARGE)):
            off["batching"] = reason
        if self.unresumable:
            off |= dict.fromkeys(rest, self.unresumable)
        return off

    def by_reduction(self, off: Mapping[str, str]) -> Verdicts:
        """What else does not hold: by reduction at the stream, then by kind of site."""
        found: Verdicts = dict(off)
        wrong = {kind for kind in self.kinds if self.fault(kind, found)}
        if not wrong:
            return found
        if "resid_pre" in wrong:
            for at, name in enumerate(REDUCTIONS[:4]):
                later = REDUCTIONS[at + 1 : 4]
                if reason := self.fault("resid_pre", [*found, *later]):
                    found[name] = reason
                    if name == "layers":
                        return found | dict.fromkeys(later, reason)
        for kind in self.kinds:
            if reason := self.fault(kind, found):
                found[kind] = reason
        return found


def resumable(model: Model, off: Mapping[str, str]) -> Sequence[str]:
    """The paths of the blocks at which runs may be resumed; none where they may not."""
    if "layers" in off or Site("logits") not in model.taps:
        return ()
    try:
        return paths_of(model.layout)
    except UnresumableError:
        return ()
