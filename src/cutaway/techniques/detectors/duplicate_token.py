"""Duplicate-token heads look at earlier copies of the token they stand on."""

from cutaway.techniques.detectors.detector import Detector, Targets, Tokens, earlier, equal_tokens


def targets(tokens: Tokens) -> Targets:
    """Earlier keys with the query's own token."""
    return equal_tokens(tokens) & earlier(tokens)


DETECTOR = Detector(
    name="duplicate_token",
    targets=targets,
    matters_on="repeats",
    carries=True,
    reference="Wang et al. 2022, arXiv:2211.00593, section 3",
)
