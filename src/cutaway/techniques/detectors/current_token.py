"""Current-token heads look at the position they stand on."""

from cutaway.techniques.detectors.detector import Detector, at_offset

DETECTOR = Detector(
    name="current_token",
    targets=lambda tokens: at_offset(tokens, 0),
    matters_on="natural",
    carries=True,
    reference="TransformerLens demos, Nanda & Bloom 2022: current-token heads",
)
