"""The header of a study: what it asks, how, and what would count as an answer, before any number is known."""

from dataclasses import dataclass

from cutaway.records.claim import Claim, Tier, Verdict
from cutaway.records.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What we think of a verdict, written after the run; shown where the claim has that verdict, and nowhere else."""

    claim: str
    verdict: Verdict
    says: str


@dataclass(frozen=True, kw_only=True)
class Study:
    """A question about one or more problems of the list.

    `asks` is the tier that the problems themselves speak of; `minutes` the time of a full run on two cores. `limits`:
    what its numbers do not show; `next_steps`: what one could do from here. `takes_models`: whether it looks at models
    that the user adds.
    """

    slug: str
    problems: tuple[str, ...]
    question: str
    method: str
    claims: tuple[Claim, ...]
    asks: Tier
    minutes: float
    figures: tuple[Figure, ...] = ()
    remarks: tuple[Remark, ...] = ()
    limits: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    takes_models: bool = True

    def remark(self, key: str, verdict: Verdict) -> str:
        """What there is to say of a claim with this verdict, or nothing."""
        return next((one.says for one in self.remarks if (one.claim, one.verdict) == (key, verdict)), "")

    def claim(self, key: str) -> Claim:
        return next(claim for claim in self.claims if claim.key == key)
