"""Attention only, two layers: the smallest model in which induction heads can form."""

from cutaway.models.toy import ToyConfig
from cutaway.zoo.recipe import Recipe

RECIPE = Recipe(
    name="attn-only-2l",
    summary="attention-only, 2 layers of 4 heads, on the Python standard library and repeats",
    config=ToyConfig(n_layers=2, positions="rotary"),
)
