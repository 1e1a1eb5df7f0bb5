"""Shortest paths: the arrows of a small graph in random order, a start and a goal, and the first step towards it."""

from dataclasses import dataclass
from random import Random
from string import ascii_lowercase

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.choose import one_of, suitable
from cutaway.tasks.shuffle import distinct
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "shortest-path"
LINE = 4  # symbols of an arrow: a > b ;
NOWHERE = -1  # next step where nothing is asked


@dataclass(frozen=True)
class Paths:
    """Graphs with as many arrows from every node; after the nodes, the symbols are `> ; to`."""

    nodes: int
    arrows: int

    @property
    def edges(self) -> int:
        return self.nodes * self.arrows

    @property
    def body(self) -> int:
        """Where the question begins."""
        return LINE * self.edges

    def graphs(self, count: int, generator: torch.Generator) -> Int[Tensor, "batch edge"]:
        """Where the arrows of each node lead, node after node, never back to it."""
        others = distinct(count * self.nodes, self.arrows, of=self.nodes - 1, generator=generator)
        own = torch.arange(self.nodes).repeat(count)[:, None]
        return (others + (others >= own)).sort(dim=1).values.view(count, self.edges)

    def next_steps(self, graph: Int[Tensor, "batch edge"]) -> Int[Tensor, "batch start goal"]:
        """The one nearer node from each start to each goal; NOWHERE if there are more, or the goal is next or cut off.

        What can be reached within k steps is the k-th power of the graph with loops.
        """
        n, ways = self.nodes, graph.view(-1, self.nodes, self.arrows)
        step = torch.eye(n).repeat(len(graph), 1, 1).scatter(2, ways, 1.0)
        within = torch.eye(n).expand_as(step)
        distance = torch.zeros_like(step)
        for _ in range(n):
            distance = distance + (within == 0)
            within = (within @ step).clamp(max=1.0)
        through = distance.gather(1, graph[:, :, None].expand(-1, -1, n)).view(-1, n, self.arrows, n)
        nearer = through == distance[:, :, None] - 1
        asked = (nearer.sum(dim=2) == 1) & (distance >= 2)
        return torch.where(asked, (nearer * ways[..., None]).sum(dim=2), NOWHERE)

    def questions(self, graph: Int[Tensor, "batch edge"]) -> tuple[Tensor, Bool[Tensor, "batch question"]]:
        """All next steps, and the pairs of start and goal for which another goal asks for another step."""
        steps = self.next_steps(graph)
        last, first = steps.amax(dim=2), steps.masked_fill(steps == NOWHERE, self.nodes).amin(dim=2)
        return steps.flatten(1), ((steps != NOWHERE) & (last != first)[:, :, None]).flatten(1)

    def suits(self, graph: Int[Tensor, "batch edge"]) -> Bool[Tensor, "batch"]:
        return self.questions(graph)[1].any(dim=1)

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def some(count: int) -> Int[Tensor, "batch edge"]:
            return kept(lambda n: self.graphs(n, generator), rows=count, split=split)

        graph = suitable(some, self.suits, rows)
        steps, allowed = self.questions(graph)
        chosen = one_of(allowed, generator)
        start, goal, answer = chosen // self.nodes, chosen % self.nodes, steps.gather(1, chosen[:, None])[:, 0]
        order = distinct(rows, self.edges, of=self.edges, generator=generator)
        source, target = order // self.arrows, graph.gather(1, order)
        arrow = torch.full_like(source, self.nodes)
        lines = torch.stack([source, arrow, target, arrow + 1], dim=2).flatten(1)
        question = torch.stack([start, arrow[:, 0] + 2, goal], dim=1)
        return self.finished(torch.cat([lines, question], dim=1), answer)

    def finished(self, tokens: Int[Tensor, "batch pos"], answer: Int[Tensor, "batch"]) -> Rows:
        at = torch.full((len(tokens), 1), self.body + 2)
        return Rows(torch.cat([tokens, answer[:, None]], dim=1), Answers(at, answer[:, None, None]))

    def read(self, tokens: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch edge"]:
        """The graph of each row, node after node."""
        source, target = tokens[:, 0 : self.body : LINE], tokens[:, 2 : self.body : LINE]
        return target.gather(1, source.argsort(dim=1))

    def other_goal(self, rows: Rows, generator: torch.Generator) -> Rows:
        steps = self.next_steps(self.read(rows.tokens))[torch.arange(len(rows.tokens)), rows.tokens[:, self.body]]
        goal = one_of((steps != NOWHERE) & (steps != rows.tokens[:, -1:]), generator)[:, None]
        return self.finished(torch.cat([rows.tokens[:, : self.body + 2], goal], dim=1), steps.gather(1, goal)[:, 0])

    def traded_names(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The right next node and another one that the start leads to, exchanged throughout the list."""
        right, start = rows.tokens[:, -1:], rows.tokens[:, self.body]
        ways = self.read(rows.tokens).view(-1, self.nodes, self.arrows)[torch.arange(len(start)), start]
        other = ways.gather(1, one_of(ways != right, generator)[:, None])
        tokens = rows.tokens[:, :-1]
        traded = torch.where(tokens == right, other, torch.where(tokens == other, right, tokens))
        return self.finished(traded, other[:, 0])

    def turned(self, rows: Rows, generator: torch.Generator) -> Rows:
        by = LINE * torch.randint(1, self.edges, (len(rows.tokens), 1), generator=generator)
        lines = rows.tokens[:, : self.body].gather(1, (torch.arange(self.body) + by) % self.body)
        return self.finished(torch.cat([lines, rows.tokens[:, self.body : -1]], dim=1), rows.tokens[:, -1])

    def ways(self, ids: list[int]) -> dict[int, set[int]]:
        """Where the arrows of one row lead."""
        found: dict[int, set[int]] = {node: set() for node in range(self.nodes)}
        for at in range(0, self.body, LINE):
            found[ids[at]].add(ids[at + 2])
        return found

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Search breadth first from all next nodes at once; those whose search meets the goal first are right."""
        ways, start, goal = self.ways(ids), ids[self.body], ids[self.body + 2]
        reached = {node: {node} for node in ways[start]}
        while not (first := {node for node, known in reached.items() if goal in known}):
            reached = {node: known.union(*(ways[one] for one in known)) for node, known in reached.items()}
        return [first]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any node that the start leads to."""
        return [rng.choice(sorted(self.ways(ids)[ids[self.body]]))]


def shortest_path(nodes: int = 8, arrows: int = 2) -> SymbolicTask:
    """Graphs with `arrows` ways out of every node; the answer is the next node, of which exactly one is nearest.

    The goal is at least two steps away, and some other goal asks for another next node. One graph in five is held
    out, with all questions about it.
    Raises: TaskArgumentError.
    """
    if arrows < 2 or arrows**2 >= nodes or nodes > len(ascii_lowercase):
        fault = f"there are no graphs with nodes={nodes}, arrows={arrows}"
        raise TaskArgumentError(NAME, fault, f"Type arrows >= 2, nodes > arrows**2 and <= {len(ascii_lowercase)}.")
    paths = Paths(nodes, arrows)
    return SymbolicTask(
        name=NAME,
        says=f"Say the first step of the shortest path in a graph of {nodes} nodes with {arrows} arrows from each.",
        asks=f"A vocabulary of at least {nodes + 3} and a context of {paths.body + 4}.",
        chance=1 / arrows,
        symbols=(*ascii_lowercase[:nodes], ">", ";", "to"),
        length=paths.body + 4,
        draw=paths.draw,
        corruptions=(
            Corruption(
                "other-goal",
                "The goal is another node, one with another first step.",
                "The graph and the start: whatever is worked out before the last symbol is the same, such as what can "
                "be reached from each node.",
                paths.other_goal,
            ),
            Corruption(
                "traded-names",
                "The right next node and another one that the start leads to exchange their names in the list.",
                "The start, the goal, which nodes the start leads to, and the form of the graph: only what else is "
                "told of those two nodes differs.",
                paths.traded_names,
            ),
            Corruption(
                "turned",
                "The list begins with another of its arrows, and the answer stays.",
                "The graph itself: only what goes by the place of an arrow in the list differs.",
                paths.turned,
                changes_answer=False,
            ),
        ),
        solve=paths.solve,
        guess=paths.guess,
    )


TASK = shortest_path()
