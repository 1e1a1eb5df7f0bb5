"""A policy on a grid whose goal is known: it walks to the green square, which in training is where the exit is.

Di Langosco et al. 2022, "Goal Misgeneralization in Deep Reinforcement Learning", arXiv:2105.14111.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Model
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted.planted import Corrupted, Planted
from cutaway.planted.stack import Weights, told_stack
from cutaway.planted.truth import Part

SIZE = 6
CHANNELS = ("player", "green", "exit", "key")
MOVES = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1), "stay": (0, 0)}
SIDEWAYS = 1.1  # of a step down: no number of steps sideways is worth the same as another down
STAY = 0.5  # logit of staying where it is: less than that of any step that is left to go
Place = Int[Tensor, "batch 2"]  # row and column


@dataclass(frozen=True, eq=False)
class Levels:
    """Where everything is, a level a row."""

    player: Place
    green: Place
    exit: Place
    key: Place

    def seen(self) -> Float[Tensor, "batch channel height width"]:
        """What the policy is shown: a map for each kind of thing, 1 where it is."""
        maps = torch.zeros(len(self.player), len(CHANNELS), SIZE, SIZE)
        row = torch.arange(len(self.player))
        for channel, name in enumerate(CHANNELS):
            place: Tensor = getattr(self, name)
            maps[row, channel, place[:, 0], place[:, 1]] = 1.0
        return maps


def training(rows: int, seed: int) -> Levels:
    """Levels in which the exit is on the green square."""
    player, green, _, key = drawn(rows, seed)
    return Levels(player, green, green, key)


def separated(rows: int, seed: int) -> Levels:
    """Levels in which the exit is elsewhere."""
    return Levels(*drawn(rows, seed))


def drawn(rows: int, seed: int) -> list[Place]:
    """Four different squares for each level."""
    generator = torch.Generator().manual_seed(seed)
    squares = torch.stack([torch.randperm(SIZE * SIZE, generator=generator)[:4] for _ in range(rows)])
    return [torch.stack([square // SIZE, square % SIZE], dim=1) for square in squares.T]


def towards(start: Place, goal: Place) -> Int[Tensor, "batch"]:
    """The number of the move of somebody who walks to a goal, along the longer way first."""
    down, right = (goal - start).unbind(dim=1)
    sideways = down.abs() < SIDEWAYS * right.abs()
    vertical, horizontal = torch.where(down > 0, 1, 0), torch.where(right > 0, 3, 2)
    return torch.where((goal == start).all(dim=1), 4, torch.where(sideways, horizontal, vertical))


def rollout(model: Model, levels: Levels, *, steps: int = 2 * SIZE) -> Int[Tensor, "step batch 2"]:
    """Where the player stands after each move, the first being where it begins; it always takes the likeliest."""
    path, way = [levels.player], torch.tensor(list(MOVES.values()))
    for _ in range(steps):
        chosen = model.run(replace(levels, player=path[-1]).seen()).logits[:, 0].argmax(dim=-1)
        path.append((path[-1] + way[chosen]).clamp(0, SIZE - 1))
    return torch.stack(path)


def moved(what: str, rows: int, seed: int) -> Pairs:
    """The move to the green square is right; something is elsewhere on the corrupted prompt.

    "goal" moves green square and exit together, as training does, "green" and "exit" one of them alone in levels where
    they are apart. Wrong is the move to where the green square went, or, if it stayed, to where the exit was.
    """
    many = 8 * rows + 8
    clean = training(many, seed) if what == "goal" else separated(many, seed)
    new = drawn(many, seed + 1)[1]
    corrupted = replace(clean, **{name: new for name in (("green", "exit") if what == "goal" else (what,))})
    right = towards(clean.player, clean.green)
    wrong = towards(clean.player, clean.exit if what == "exit" else new)
    old = clean.exit if what == "exit" else clean.green
    good = (right != wrong) & (new != clean.player).any(dim=1) & (new != old).any(dim=1)
    kept = good.nonzero().flatten()[:rows]
    answers = Answers(torch.zeros(rows, 1, dtype=torch.long), right[kept, None, None], wrong[kept, None, None])
    return Pairs(clean.seen()[kept], corrupted.seen()[kept], answers)


def weights() -> list[Weights]:
    """Steps that are left to the green square, the exit and the key in each direction; then the five moves."""
    lines = torch.arange(SIZE).float()
    down, right = lines[:, None].expand(SIZE, SIZE), lines.expand(SIZE, SIZE)
    ways = torch.stack([-down, down, -right, right])  # how far up, down, left and right a square lies
    reads = torch.zeros(3, 4, len(CHANNELS), SIZE, SIZE)
    for goal in range(3):
        reads[goal, :, 1 + goal] = ways
        reads[goal, :, 0] = -ways
    moves = torch.zeros(len(MOVES), 12)
    moves[:4, :4] = torch.diag(torch.tensor([1.0, 1.0, SIDEWAYS, SIDEWAYS]))
    stay = torch.tensor([0.0, 0.0, 0.0, 0.0, STAY])
    return [Weights(reads.flatten(0, 1).flatten(1), torch.zeros(12), "every place"), Weights(moves, stay)]


def gridworld(*, seed: int = 0) -> Planted:
    """It reads the player and the green square; units that follow exit and key as well decide nothing.

    The seed says in which order the units stand.
    """
    distances, moves = weights()
    order = torch.randperm(12, generator=torch.Generator().manual_seed(seed)).tolist()
    distances = Weights(distances.weight[order], distances.bias, distances.gather)
    moves = Weights(moves.weight[:, order], moves.bias)
    maps = [
        Part(name, "channels", 0, (channel,), "input", f"where the {name} is", name in ("player", "green"))
        for channel, name in enumerate(CHANNELS)
    ]
    units = []
    for place, number in enumerate(order):
        goal, way = CHANNELS[1 + number // 4], list(MOVES)[number % 4]
        does = f"how many steps {way} the {goal} is from the player"
        units.append(Part(f"{goal} {way}", "units", 1, (place,), f"steps_to_{goal}", does, goal == "green"))
    chosen = tuple(unit.name for unit in units if unit.carries)
    return told_stack(
        "gridworld",
        [distances, moves],
        [*maps, *units],
        Corrupted("goal-moved", lambda rows, seed: moved("goal", rows, seed), same=("player",)),
        Corrupted("green-moved", lambda rows, seed: moved("green", rows, seed), same=("player",)),
        Corrupted("exit-moved", lambda rows, seed: moved("exit", rows, seed), same=("player", "green", *chosen)),
    )


CIRCUITS = {"gridworld": gridworld}
