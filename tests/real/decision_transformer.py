"""The pretrained decision transformer of the shared data as a plain module, and the game that it plays."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

MODEL = Path(__file__).parents[3] / "shared" / "data" / "models" / "minigrid_dynobs_dt.npz"
EMPTY, WALL, BALL, GOAL = 1, 2, 6, 8
LEFT, RIGHT, FORWARD = range(3)
LOOKS = np.zeros((9, 3), dtype=np.float32)  # kind, colour and state of a cell, as MiniGrid writes them
LOOKS[[EMPTY, WALL, BALL, GOAL]] = [(EMPTY, 0, 0), (WALL, 5, 0), (BALL, 2, 0), (GOAL, 1, 0)]
AHEAD = ((1, 0), (0, 1), (-1, 0), (0, -1))  # east, south, west, north: a turn to the right each
SIZE, VIEW, LONGEST = 8, 7, 1000


def arrays():
    with np.load(MODEL) as file:
        return {name: file[name] for name in file.files if name != "__config__"}


def config():
    with np.load(MODEL) as file:
        return json.loads(str(file["__config__"]))["model_config"]


def weight(*shape):
    return nn.Parameter(torch.empty(shape))


class Attention(nn.Module):
    """Causal, in the layout of TransformerLens; pattern and z pass through modules of their own."""

    def __init__(self, d_model, n_heads, n_ctx):
        super().__init__()
        d_head = d_model // n_heads
        self.W_Q, self.W_K, self.W_V = (weight(n_heads, d_model, d_head) for _ in "QKV")
        self.b_Q, self.b_K, self.b_V = (weight(n_heads, d_head) for _ in "QKV")
        self.W_O, self.b_O = weight(n_heads, d_head, d_model), weight(d_model)
        self.register_buffer("mask", torch.empty(n_ctx, n_ctx, dtype=torch.bool))
        self.register_buffer("IGNORE", torch.empty(()))
        self.pattern, self.z = nn.Identity(), nn.Identity()

    def forward(self, x):
        q, k, v = (
            torch.einsum("bpm,hmd->bhpd", x, into) + bias[:, None]
            for into, bias in ((self.W_Q, self.b_Q), (self.W_K, self.b_K), (self.W_V, self.b_V))
        )
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        pattern = self.pattern(scores.where(self.mask, self.IGNORE).softmax(-1))
        return torch.einsum("bhpd,hdm->bpm", self.z(pattern @ v), self.W_O) + self.b_O


class Mlp(nn.Module):
    def __init__(self, d_model, d_mlp):
        super().__init__()
        self.W_in, self.b_in = weight(d_model, d_mlp), weight(d_mlp)
        self.W_out, self.b_out = weight(d_mlp, d_model), weight(d_model)

    def forward(self, x):
        return (x @ self.W_in + self.b_in).relu() @ self.W_out + self.b_out


class Block(nn.Module):
    def __init__(self, d_model, n_heads, d_mlp, n_ctx):
        super().__init__()
        self.attn, self.mlp = Attention(d_model, n_heads, n_ctx), Mlp(d_model, d_mlp)

    def forward(self, x):
        x = x + self.attn(x)
        return x + self.mlp(x)


class Positions(nn.Module):
    def __init__(self, n_ctx, d_model):
        super().__init__()
        self.W_pos = weight(n_ctx, d_model)

    def forward(self, x):
        return x + self.W_pos


class Transformer(nn.Module):
    def __init__(self, d_model, n_heads, d_mlp, n_layers, n_ctx):
        super().__init__()
        self.pos_embed = Positions(n_ctx, d_model)
        self.blocks = nn.Sequential(*[Block(d_model, n_heads, d_mlp, n_ctx) for _ in range(n_layers)])

    def forward(self, x):
        return self.blocks(self.pos_embed(x))


class DecisionTransformer(nn.Module):
    """What to do next [batch, action], from the return wished for and the view, each a token, at one time step.

    Actions as tokens and the other predictors belong to the file, but a context of two tokens never uses them.
    """

    def __init__(self, d_model, n_heads, d_mlp, n_layers, n_ctx):
        super().__init__()
        cells, actions = 3 * VIEW**2, 3
        self.reward_embedding = nn.Sequential(nn.Linear(1, d_model, bias=False))
        self.state_embedding = nn.Linear(cells, d_model, bias=False)
        self.time_embedding = nn.Embedding(LONGEST + 1, d_model)
        self.action_embedding = nn.Sequential(nn.Embedding(actions + 1, d_model))
        self.transformer = Transformer(d_model, n_heads, d_mlp, n_layers, n_ctx)
        self.action_predictor = nn.Linear(d_model, actions)
        self.state_predictor, self.reward_predictor = nn.Linear(d_model, cells), nn.Linear(d_model, 1)

    def forward(self, states, rtgs, timesteps):
        tokens = torch.stack((self.reward_embedding(rtgs), self.state_embedding(states)), dim=1)
        return self.action_predictor(self.transformer(tokens + self.time_embedding(timesteps))[:, 1])


def build():
    sizes = config()
    module = DecisionTransformer(**{name: sizes[name] for name in ("d_model", "n_heads", "d_mlp", "n_layers", "n_ctx")})
    module.load_state_dict({name: torch.from_numpy(array) for name, array in arrays().items()})
    return module.eval()


class Game:
    """One game of MiniGrid-Dynamic-Obstacles-8x8: cross the room without walking into a wall or a drifting ball.

    Reference: the rules of MiniGrid, Farama Foundation, envs/dynamicobstacles.py and minigrid_env.py.
    """

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.cells = np.pad(np.full((SIZE - 2, SIZE - 2), EMPTY), 1, constant_values=WALL)
        self.cells[SIZE - 2, SIZE - 2] = GOAL
        self.place, self.facing, self.steps, self.reward = (1, 1), 0, 0, None
        self.balls = []
        for _ in range(4):
            self.balls.append(self.put_ball(self.cells))

    def put_ball(self, region, corner=(0, 0)):
        """Lay a ball on an empty cell of a region of the room; None if there is none."""
        free = [tuple(cell) for cell in np.argwhere(region == EMPTY) + corner if tuple(cell) != self.place]
        if not free:
            return None
        chosen = free[self.random.integers(len(free))]
        self.cells[chosen] = BALL
        return chosen

    def ahead(self):
        return (self.place[0] + AHEAD[self.facing][0], self.place[1] + AHEAD[self.facing][1])

    def view(self):
        """What lies before the player and to its sides: kind, colour and state, each [aside, ahead]; flat."""
        (east, south), (aside, down) = AHEAD[self.facing], np.indices((VIEW, VIEW))
        aside, ahead = aside - VIEW // 2, VIEW - 1 - down
        room = np.pad(self.cells, VIEW, constant_values=WALL)
        seen = room[
            self.place[0] + east * ahead - south * aside + VIEW, self.place[1] + south * ahead + east * aside + VIEW
        ]
        return LOOKS[seen].transpose(2, 0, 1).ravel()

    def step(self, action):
        """The balls drift, then the player acts; `reward` stays None until the game is over."""
        blocked = self.cells[self.ahead()] in (WALL, BALL)
        self.steps += 1
        for number, (x, y) in enumerate(self.balls):
            moved = self.put_ball(self.cells[x - 1 : x + 2, y - 1 : y + 2], (x - 1, y - 1))
            if moved is not None:
                self.cells[x, y], self.balls[number] = EMPTY, moved
        if action != FORWARD:
            self.facing = (self.facing + (1 if action == RIGHT else -1)) % 4
        elif blocked:
            self.reward = -1.0
        elif self.cells[self.ahead()] != BALL:
            self.place = self.ahead()
            self.reward = 1 - 0.9 * self.steps / LONGEST if self.cells[self.place] == GOAL else None
        if self.reward is None and self.steps == LONGEST:
            self.reward = 0.0


def inputs(games, wish):
    """A row for each game: its view, the return wished for, and how long it has been going."""
    return {
        "states": torch.from_numpy(np.stack([game.view() for game in games])),
        "rtgs": torch.full((len(games), 1), float(wish)),
        "timesteps": torch.tensor([[game.steps] for game in games]),
    }
