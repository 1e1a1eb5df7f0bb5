"""How far a problem has come, derived from the claims of a run; nobody types it."""

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from cutaway.records.claim import Tier
from cutaway.records.run_record import Answer

Standing = Literal["answered", "negative", "proxy", "underpowered", "blocked", "untouched"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
TIERS: tuple[Tier, ...] = get_args(Tier)  # from the smallest subjects to those that a problem names

MEANINGS: dict[Standing, str] = {
    "answered": "every claim of its study held on the models that the problem speaks of",
    "negative": "decided on the models that the problem speaks of, and a claim failed",
    "proxy": "decided, but only on smaller models than the problem speaks of",
    "underpowered": "a full run left a claim undecided, or had none that decides",
    "blocked": "a model or text that its study needs was not there",
    "untouched": "no full run of a study yet",
}


def standing(answers: Sequence[Answer], *, asks: Tier, missing: Iterable[str] = ()) -> Standing:
    """What one full run says of the problems of its study.

    `asks` is the tier that the problems speak of; `missing` the subjects that the study needed and did not find.
    Claims without a line decide nothing.
    """
    decisive = [answer for answer in answers if answer.claim.above is not None or answer.claim.below is not None]
    verdicts = {answer.verdict for answer in decisive}
    if any(missing) and not verdicts & {"held", "failed"}:
        return "blocked"
    if not decisive or "undecided" in verdicts:
        return "underpowered"
    if max(TIERS.index(answer.claim.tier) for answer in decisive) < TIERS.index(asks):
        return "proxy"
    return "negative" if "failed" in verdicts else "answered"


def standings_of(
    answers: Sequence[Answer], problems: Iterable[str], *, asks: Tier, missing: Iterable[str] = ()
) -> dict[str, Standing]:
    """What one full run says of each problem of its study, by the claims that speak of it."""
    gone = tuple(missing)
    return {
        problem: standing([one for one in answers if one.claim.speaks_of(problem)], asks=asks, missing=gone)
        for problem in problems
    }


def foremost(standings: Iterable[Standing]) -> Standing:
    """The standing of a problem that several studies attack, newest run first: the one that says most.

    A decision on the models asked for comes first; of two such decisions, the newer one.
    """
    rank = dict(zip(STANDINGS, (0, 0, 1, 2, 3, 4), strict=True))
    return min(standings, key=rank.__getitem__, default="untouched")
