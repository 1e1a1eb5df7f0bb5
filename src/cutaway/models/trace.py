"""What a run leaves behind: the logits and the activations that were asked for."""

from collections.abc import Iterator, Mapping

from torch import Tensor

from cutaway.errors.models import SiteNotReadError
from cutaway.models.sites import Site


class Trace(Mapping[str, Tensor]):
    """Activations by site, as the model used them: after any edit. `trace["pattern.1"]`, `trace.logits`."""

    def __init__(self, values: dict[Site, Tensor], logits: Tensor | None) -> None:
        self._values = {str(site): value for site, value in values.items()}
        self._logits = logits

    @property
    def logits(self) -> Tensor:
        """Scores over the vocabulary [batch, pos, d_vocab].

        Raises: SiteNotReadError if the run stopped before them.
        """
        if self._logits is None:
            raise SiteNotReadError("logits", list(self._values))
        return self._logits

    def __getitem__(self, site: str | Site) -> Tensor:
        if str(site) == "logits":
            return self.logits
        if str(site) not in self._values:
            raise SiteNotReadError(str(site), list(self._values))
        return self._values[str(site)]

    def __repr__(self) -> str:
        held = list(self._values) if self._logits is None else [*self._values, "logits"]
        return f"Trace({', '.join(held)})"

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
