"""Attention only, one layer: can look back, cannot compose."""

from cutaway.models.toy import ToyConfig
from cutaway.zoo.recipe import Recipe

RECIPE = Recipe(
    name="attn-only-1l",
    summary="attention-only, 1 layer of 4 heads, on the Python standard library and repeats",
    config=ToyConfig(n_layers=1, positions="rotary"),
)
