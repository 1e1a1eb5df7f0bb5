"""First-token heads look at position 0: where a head rests when it has nothing to do."""

from cutaway.techniques.detectors.detector import Detector, Targets, Tokens, equal_tokens


def targets(tokens: Tokens) -> Targets:
    """Key 0, for every query."""
    found = equal_tokens(tokens).new_zeros(())
    found = found.expand(tokens.shape[0], tokens.shape[1], tokens.shape[1]).clone()
    found[:, :, 0] = True
    return found


DETECTOR = Detector(
    name="first_token",
    targets=targets,
    matters_on="natural",
    carries=False,
    reference="Vig & Belinkov 2019, arXiv:1906.04284; attention sinks: Xiao et al. 2023, arXiv:2309.17453",
)
