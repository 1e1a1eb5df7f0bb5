"""The header of a study: what it asks, how, and what would count as an answer, before any number is known."""

from dataclasses import dataclass

from cutaway.records.claim import Claim, Tier
from cutaway.records.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Study:
    """A question about one or more problems of the list.

    `asks` is the tier that the problems themselves speak of; `minutes` the time of a full run on two cores.
    """

    slug: str
    problems: tuple[str, ...]
    question: str
    method: str
    claims: tuple[Claim, ...]
    asks: Tier
    minutes: float
    figures: tuple[Figure, ...] = ()

    def claim(self, key: str) -> Claim:
        return next(claim for claim in self.claims if claim.key == key)
