"""Named transforms of a decoder's weights that change no logit, and check that they did not."""

from cutaway.models.transforms.centre import centre
from cutaway.models.transforms.fold import fold_layer_norm

__all__ = ["centre", "fold_layer_norm"]
