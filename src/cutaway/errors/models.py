"""Mistakes with models, their sites, edits and files."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from cutaway.errors.base import CutawayError, nearest


class NotThereError(CutawayError, KeyError):
    """A site that was looked up in vain; as a KeyError it lets a mapping of sites answer `in` and `.get`."""

    __str__ = Exception.__str__  # a KeyError's would quote the text


class UnknownSiteError(NotThereError):
    """A site name or layer that this model does not have."""

    def __init__(self, asked: str, model: str, available: Iterable[str]) -> None:
        names = list(available)
        super().__init__(
            f"model '{model}' has no single site '{asked}'.\n"
            f"  nearest: {nearest(asked, names)}\n"
            f"  all {len(names)} sites: cutaway sites {model}"
        )


class AbsentSiteError(CutawayError):
    """A site of the vocabulary that this architecture cannot offer."""

    def __init__(self, asked: str, model: str, reason: str) -> None:
        super().__init__(f"model '{model}' cannot offer '{asked}': {reason}.\n  what it has: cutaway sites {model}")


class SiteNotReadError(NotThereError):
    """A trace asked for a site that the run did not read."""

    ADVICE: ClassVar[dict[str, str]] = {
        "logits": "leave out logits=False in the run; or has the model no unembedding? cutaway sites MODEL",
        "grad": "ask for gradients in the run: gradient_of=metric",
        "score": "ask for gradients in the run: gradient_of=metric",
        "tokens": "only model.generate(...) writes text",
    }

    def __init__(self, asked: str, read: Sequence[str]) -> None:
        name = asked.partition(".")[0]
        layers = [site for site in read if site.partition(".")[0] == name]
        advice = f"say which layer: trace['{layers[0]}']" if layers else f"read it in the run: read=['{name}']"
        advice = self.ADVICE.get(asked, advice)
        super().__init__(
            f"this trace holds no '{asked}'.\n  it holds: {', '.join(read[:8]) or 'logits only'}\n  {advice}"
        )


class EditError(CutawayError):
    """An edit that does not fit its site."""

    def __init__(self, edit: str, fault: str, advice: str) -> None:
        super().__init__(f"the edit {edit} does not fit: {fault}.\n  {advice}")


class SilentEditError(CutawayError):
    """A read or an edit that would have changed nothing without a word."""

    def __init__(self, model: str, what: Sequence[str], fault: str) -> None:
        super().__init__(
            f"in this run of model '{model}', {', '.join(what)} never happened: {fault}.\n"
            f"  Which positions are there? tokens.shape;  which sites: cutaway sites {model}"
        )


class NestedRunError(CutawayError):
    """A run started from inside a run of the same model."""

    def __init__(self) -> None:
        super().__init__(
            "this model is already running in this thread: an edit's function cannot run it again.\n"
            "  Read what the function needs beforehand: trace = model.run(...), and use it in the function."
        )


class RepeatedModuleError(CutawayError):
    """A module site whose module is called several times in one pass."""

    def __init__(self, site: str) -> None:
        super().__init__(
            f"the module of '{site}' is called more than once in one pass.\n"
            f"  Say which call: '{site.partition(':in')[0].partition(':out')[0]}#2' is the second."
        )


class NoTensorError(CutawayError):
    """A module takes or gives something that has no tensor where a site looks for one."""

    def __init__(self, site: str, fault: str) -> None:
        path = site.partition(":out")[0].partition(":in")[0]
        super().__init__(
            f"'{site}' names no tensor: {fault}.\n"
            f"  Name an entry that holds one, counted from 0: {path}:out.1, {path}:in.1; entries of entries:"
            f" {path}:out.1.0"
        )


class UnplacedSamplesError(CutawayError):
    """An activation of a module of which nobody can say what rows and positions its numbers belong to."""

    def __init__(self, site: str, shape: tuple[int, ...], fault: str) -> None:
        super().__init__(
            f"a scan cannot tell which samples '{site}' holds, whose shape is {shape}: {fault}.\n"
            "  Read a site with a name, whose axes are known: cutaway sites MODEL\n"
            "  or say it yourself: accumulator.add(Seen(values, row, position)) of what model.run(...) reads"
        )


class GradientError(CutawayError):
    """A gradient that does not exist."""

    def __init__(self, model: str, fault: str, advice: str) -> None:
        super().__init__(f"no gradient in this run of model '{model}': {fault}.\n  {advice}")


class AbsentWeightError(CutawayError):
    """A weight that this architecture does not have as one linear map."""

    def __init__(self, name: str, layer: int | None, model: str, reason: str, names: Sequence[str]) -> None:
        asked = name if layer is None else f"{name}.{layer}"
        super().__init__(f"model '{model}' has no weight {asked}: {reason}.\n  it has: {', '.join(names)}")


class OffloadedWeightError(CutawayError):
    """A weight whose numbers are not in memory: its part of the model was sent to the disk."""

    def __init__(self, name: str, layer: int | None, model: str) -> None:
        asked = name if layer is None else f"{name}.{layer}"
        super().__init__(
            f"weight {asked} of model '{model}' is not in memory: that part of the model is offloaded.\n"
            "  Load the model where all of it fits: cutaway.load(name, device_map='cpu'), or without a device_map."
        )


class OffloadedSiteError(CutawayError):
    """A site that is worked out with a weight whose numbers are not in memory."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"the weights of {path}, with which this site is worked out, are not in memory: that part is offloaded.\n"
            "  Load the model where all of it fits: cutaway.load(name, device_map='cpu'), or without a device_map."
        )


class MissingAccelerateError(CutawayError):
    """A placement over several devices without the package that does it."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"'{model}' cannot be placed by a device_map: that needs accelerate, which is not installed.\n"
            "  pip install 'cutaway[sharded]';  for one device: cutaway.load(module.to(device))"
        )


class UnknownModelError(CutawayError):
    """A name that is neither a zoo model nor a folder nor a model on this machine."""

    def __init__(self, asked: str, names: Iterable[str]) -> None:
        known = sorted(names)
        super().__init__(
            f"there is no model '{asked}': not in the zoo, not a folder, not in the local Hugging Face cache.\n"
            f"  nearest in the zoo: {nearest(asked, known)}\n"
            f"  the zoo: cutaway zoo;  to allow a download: cutaway.load('{asked}', download=True)"
        )


class ModelFolderError(CutawayError):
    """A folder that is no usable model."""

    def __init__(self, folder: str, fault: str, advice: str) -> None:
        super().__init__(f"'{folder}' cannot be loaded: {fault}.\n  {advice}")


class UnsupportedFamilyError(CutawayError):
    """A config without an adapter for which transformers has no class either."""

    def __init__(self, family: str, model: str, known: Iterable[str]) -> None:
        names = sorted(known)
        super().__init__(
            f"'{model}' is of the family '{family}', which has no adapter here,"
            f" and its config names no model class of transformers.\n"
            f"  families: {', '.join(names)}\n"
            f"  How to add one, in one file: CONTRIBUTING.md, 'A model family'."
        )


class BridgeError(CutawayError):
    """A TransformerBridge without sites, or a model that is inside one."""

    def __init__(self, model: str, fault: str, advice: str) -> None:
        super().__init__(f"'{model}' cannot be read by its sites: {fault}.\n  {advice}")


class StructureError(CutawayError):
    """An architecture without an adapter that could not be understood from what a small copy of it computes."""

    def __init__(self, place: str, reason: str) -> None:
        self.reason = f"{place}: {reason}" if place else reason
        super().__init__(
            f"no sites were found by structure: {self.reason}.\n"
            "  Sites of modules always work: module:<path>\n"
            "  How to add a family, in one file: CONTRIBUTING.md, 'A model family'."
        )


class NoTokenizerError(CutawayError):
    """Text was given to a model that came without a tokenizer."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"model '{model}' has no tokenizer, so text cannot be read.\n"
            f"  Save one beside the weights: tokenizer.save_pretrained('{model}')\n"
            f"  or do without text: cutaway heads {model} --no-text;  model.run(torch.tensor([[...]]))"
        )


class PromptError(CutawayError):
    """Text or tokens that a model cannot read."""

    def __init__(self, model: str, fault: str, advice: str) -> None:
        super().__init__(f"model '{model}' cannot read this: {fault}.\n  {advice}")
