"""A claim fixed before the run, the number that answers it, and the verdict that follows."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

Verdict = Literal["held", "failed", "undecided", "reported"]
Tier = Literal["planted", "trained", "real"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence and the line that decides it; without a line the number is only reported.

    `above=x` says the number lies above x, `below=x` that it lies below. `tier` names the subjects:
    models compiled by hand, tiny trained models, or the real named models. `problems` are those of its study that
    the claim speaks of; where none is named, all of them.
    """

    key: str
    sentence: str
    unit: str
    tier: Tier
    above: float | None = None
    below: float | None = None
    problems: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of all that was fixed: its text, unit, tier, line and problems."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def speaks_of(self, problem: str) -> bool:
        return not self.problems or problem in self.problems


@dataclass(frozen=True)
class Measured:
    """A number with its interval (95 %) and the count of independent things it was measured on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Control:
    """A named case, measured the same way, that must lie on the far side of the line."""

    name: str
    value: float


@dataclass(frozen=True)
class Finding:
    """What a run found for one claim, with the same measurement where there is nothing to find."""

    measured: Measured
    null: tuple[float, ...] = ()
    control: Control | None = None
    key: str = ""
    note: str = ""

    @property
    def value(self) -> float:
        return self.measured.value

    @property
    def null_line(self) -> float | None:
        """The null's 95th percentile."""
        return upper_percentile(self.null) if self.null else None

    def answers(self, key: str) -> "Finding":
        """The same finding, said to answer the claim called `key`."""
        return replace(self, key=key)


def upper_percentile(values: Sequence[float], share: float = 0.95) -> float:
    """The value that one more draw from the same source exceeds with probability `1 - share`.

    Units: those of `values`. With too few values for that probability it is their largest.
    Reference: Weibull plotting positions, rank = share * (n + 1).
    """
    ordered = sorted(values)
    rank = share * (len(ordered) + 1) - 1
    if rank >= len(ordered) - 1:
        return ordered[-1]
    if rank <= 0:
        return ordered[0]
    below = int(rank)
    return ordered[below] + (rank - below) * (ordered[below + 1] - ordered[below])


def verdict(claim: Claim, finding: Finding) -> Verdict:
    """Derive the verdict from interval, line and null; see the house rules in CONTRIBUTING.md."""
    low, high = finding.measured.low, finding.measured.high
    if claim.above is not None:
        bar = claim.above if finding.null_line is None else max(claim.above, finding.null_line)
        if low > bar:
            return "held"
        return "failed" if high < claim.above else "undecided"
    if claim.below is not None:
        if low > claim.below:
            return "failed"
        seen = finding.control is not None and finding.control.value > claim.below
        return "held" if high < claim.below and seen else "undecided"
    return "reported"
