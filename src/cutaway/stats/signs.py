"""What the mean of paired differences would be if each were as likely to go the other way."""

from collections.abc import Sequence

import numpy as np


def means_with_random_signs(differences: Sequence[float], *, seed: int, draws: int = 2000) -> list[float]:
    """Means of the differences, each with a random sign: the null of a paired comparison.

    Reference: Fisher 1935, "The Design of Experiments", section 21.
    """
    generator = np.random.default_rng(seed)
    signs = generator.choice([-1.0, 1.0], size=(draws, len(differences)))
    return (signs * np.asarray(differences, dtype=float)).mean(axis=1).tolist()  # type: ignore[no-any-return]
