"""The weights that are looked at: the model's own, or those after transforms that leave every logit as it was.

A norm before a map multiplies what it reads, and a LayerNorm takes out the mean over d_model. Weights as they are do
not show that. Folding moves the multiplication into the map; centring takes out what no reader would see.
"""

from collections.abc import Callable, Mapping, Sequence

from cutaway.errors.composition import UnknownPreparationError
from cutaway.models import Model, centre, fold_layer_norm

PREPARATIONS: Mapping[str, Callable[[Model], Model]] = {"fold_layer_norm": fold_layer_norm, "centre": centre}


def prepared(model: Model, prepare: Sequence[str]) -> Model:
    """The model after the transforms that were asked for, in their order; the model itself if none was.

    Cost:   each transform makes a second copy of the weights.
    Raises: UnknownPreparationError; TransformRefusedError where a transform would change a logit.
    """
    for name in prepare:
        if name not in PREPARATIONS:
            raise UnknownPreparationError(name, list(PREPARATIONS))
        model = PREPARATIONS[name](model)
    return model


def in_words(prepare: Sequence[str]) -> str:
    """What was done to the weights, for captions and reprs."""
    return f"weights after {', '.join(prepare)}" if prepare else "weights as they are"
