"""Which weights of a zoo model are meant: `gelu-2l`, `gelu-2l@step=400`, `attn-only-2l@seed=2`."""

from dataclasses import dataclass

from cutaway.errors.zoo import NoSuchWeightsError, ZooAddressError
from cutaway.zoo.recipe import Recipe, recipe_named


@dataclass(frozen=True)
class Address:
    """A recipe, one of its seeds, and the step at which it was; None is the end."""

    recipe: Recipe
    seed: int
    step: int | None = None

    @property
    def name(self) -> str:
        """As one would type it."""
        parts = [f"seed={self.seed}"] if self.seed != self.recipe.seeds[0] else []
        parts += [f"step={self.step}"] if self.step is not None else []
        return "@".join([self.recipe.name, ",".join(parts)]) if parts else self.recipe.name

    @property
    def folder(self) -> str:
        """Where its weights lie below the folder of weights."""
        parts = [self.recipe.name]
        parts += [f"seed-{self.seed}"] if self.seed != self.recipe.seeds[0] else []
        parts += [f"step-{self.step}"] if self.step is not None else []
        return "/".join(parts)


def address(text: str) -> Address:
    """Read `NAME`, `NAME@seed=N`, `NAME@step=N` or `NAME@seed=N,step=M`; the last step is the model itself.

    Raises: ZooAddressError, UnknownZooModelError, NoSuchWeightsError for a seed that the recipe does not have.
    """
    name, *settings = text.split("@")
    if len(settings) > 1:
        raise ZooAddressError(text)
    given: dict[str, int] = {}
    for part in settings[0].split(",") if settings else []:
        key, _, value = part.partition("=")
        if key not in ("seed", "step") or key in given or not value.isdecimal():
            raise ZooAddressError(text)
        given[key] = int(value)
    recipe = recipe_named(name)
    seed = given.get("seed", recipe.seeds[0])
    if seed not in recipe.seeds:
        raise NoSuchWeightsError(text, f"seeds of {name}: {', '.join(map(str, recipe.seeds))}")
    step = given.get("step")
    return Address(recipe, seed, None if step == recipe.schedule.steps else step)


def is_zoo_name(text: str, known: dict[str, Recipe]) -> bool:
    """Whether the part before `@` is a name of the zoo."""
    return text.split("@")[0] in known
