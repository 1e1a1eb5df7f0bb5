"""Transformers compiled by hand, so that every circuit in them is known."""

from cutaway.planted.induction import one_layer, two_layer
from cutaway.planted.truth import ROLES, Planted, PlantedHead, Truth

__all__ = ["ROLES", "Planted", "PlantedHead", "Truth", "one_layer", "two_layer"]
