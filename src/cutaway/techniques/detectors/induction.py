"""Induction heads look at the token that followed an earlier copy of the token they stand on."""

import torch

from cutaway.techniques.detectors.detector import Detector, Targets, Tokens, earlier, equal_tokens


def targets(tokens: Tokens) -> Targets:
    """Earlier keys whose previous token equals the query's token."""
    follows = torch.zeros_like(equal_tokens(tokens))
    follows[:, :, 1:] = equal_tokens(tokens)[:, :, :-1]
    return follows & earlier(tokens)


DETECTOR = Detector(
    name="induction",
    targets=targets,
    matters_on="repeats",
    carries=True,
    reference="Olsson et al. 2022, arXiv:2209.11895: prefix-matching score",
)
