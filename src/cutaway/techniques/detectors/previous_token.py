"""Previous-token heads look one position back."""

from cutaway.techniques.detectors.detector import Detector, at_offset

DETECTOR = Detector(
    name="previous_token",
    targets=lambda tokens: at_offset(tokens, 1),
    matters_on="repeats",
    carries=True,
    reference="Elhage et al. 2021, A Mathematical Framework for Transformer Circuits",
)
