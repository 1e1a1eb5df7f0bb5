"""What a run leaves behind: the activations that were asked for, what the model put out, and gradients."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cutaway.errors.models import SiteNotReadError
from cutaway.models.sites import Site, parse


class Activations(Mapping[str, Tensor]):
    """Tensors by site: `trace["pattern.1"]`, or by the name that TransformerLens has for it."""

    def __init__(self, values: Mapping[Site, Tensor]) -> None:
        self._values = {str(site): value for site, value in values.items()}

    def key(self, site: str | Site) -> str:
        """The spelling under which a site is held."""
        word = str(site)
        if word in self._values:
            return word
        group, name, layer = parse(word, ())
        return ".".join(part for part in (group, name, layer) if part)

    def __getitem__(self, site: str | Site) -> Tensor:
        found = self._values.get(self.key(site))
        if found is None:
            raise SiteNotReadError(str(site), list(self._values))
        return found

    def __contains__(self, site: object) -> bool:
        return isinstance(site, (str, Site)) and self.key(site) in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class Outcome:
    """What came out at the end: the module's own output record, and, if a metric was followed back, its score."""

    output: Any = None
    logits: Tensor | None = None
    score: Tensor | None = None
    tokens: Tensor | None = None


class Trace(Activations):
    """Activations by site, as the model used them: after any edit. `trace["pattern.1"]`, `trace.logits`."""

    def __init__(
        self, values: Mapping[Site, Tensor], outcome: Outcome, gradients: Mapping[Site, Tensor] | None = None
    ) -> None:
        super().__init__(values)
        self._outcome = outcome
        self._gradients = None if gradients is None else Activations(gradients)

    @property
    def logits(self) -> Tensor:
        """Scores over the vocabulary [batch, pos, d_vocab]; over classes [batch, class] for images.

        Raises: SiteNotReadError if the run stopped before them, or the model has none.
        """
        if self._outcome.logits is None:
            raise SiteNotReadError("logits", list(self._values))
        return self._outcome.logits

    @property
    def output(self) -> Any:
        """What the module itself returned, in its own form; None if the run stopped early."""
        return self._outcome.output

    @property
    def tokens(self) -> Tensor:
        """The prompt with what was generated after it [batch, pos].

        Raises: SiteNotReadError if the run did not generate.
        """
        if self._outcome.tokens is None:
            raise SiteNotReadError("tokens", list(self._values))
        return self._outcome.tokens

    @property
    def grad(self) -> Activations:
        """The gradient of the summed metric at each site read: `trace.grad["z.3"]`.

        Raises: SiteNotReadError if the run had no `gradient_of`.
        """
        if self._gradients is None:
            raise SiteNotReadError("grad", list(self._values))
        return self._gradients

    @property
    def score(self) -> Tensor:
        """The metric that gradients were taken of [batch].

        Raises: SiteNotReadError if the run had no `gradient_of`.
        """
        if self._outcome.score is None:
            raise SiteNotReadError("score", list(self._values))
        return self._outcome.score

    def __getitem__(self, site: str | Site) -> Tensor:
        if str(site) == "logits" and "logits" not in self._values:
            return self.logits
        return super().__getitem__(site)

    def __contains__(self, site: object) -> bool:
        return super().__contains__(site) or (str(site) == "logits" and self._outcome.logits is not None)

    def __repr__(self) -> str:
        held = list(self._values) if self._outcome.logits is None else [*self._values, "logits"]
        return f"Trace({', '.join(held)})"
