"""Everything that is known to be worth asking of a circuit, in one call, on prompts that it was not found on."""

from dataclasses import dataclass

import pandas as pd
import torch

from cutaway.records import Measured
from cutaway.records.progress import SILENT, Progress
from cutaway.stats.intervals import bootstrap_mean
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.completeness import Completeness, completeness
from cutaway.techniques.circuits.faithfulness import faithfulness, share
from cutaway.techniques.circuits.minimality import minimality
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import of_this_size

IDLE = 0.01  # of the gap: an edge whose loss costs less adds nothing that shows


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A circuit judged: `table` as `faithfulness`, `edges` as `minimality`, `complete` as `completeness`.

    `random`: faithfulness of circuits of as many edges, drawn at random.
    """

    circuit: Circuit
    table: pd.DataFrame
    complete: Completeness
    edges: pd.DataFrame
    random: Measured

    @property
    def frame(self) -> pd.DataFrame:
        """One row a number: `measure`, `value`, and what it is held against."""
        main = self.table[self.table["ablation"] == self.table["ablation"].iloc[0]]
        at = {side: float(main[main["side"] == side]["share"].iloc[0]) for side in ("circuit", "complement")}
        idle = int((self.edges["loss"] < IDLE).sum())
        rows = [
            ("faithfulness", at["circuit"], f"random circuits of this size: {self.random.value:.2f}"),
            ("what remains without it", at["complement"], "0 for a necessary circuit"),
            (
                "largest incompleteness found",
                self.complete.worst,
                f"without {', '.join(self.complete.removed) or 'nothing'}",
            ),
            ("edges", float(len(self.edges)), f"{idle} of them add less than {IDLE:.0%} of the gap"),
        ]
        return pd.DataFrame(rows, columns=["measure", "value", "beside"])


@torch.no_grad()
def evaluate(
    circuit: Circuit, question: Question, *, controls: int = 20, seed: int = 0, progress: Progress = SILENT
) -> Evaluation:
    """Judge a circuit on a question that should have other prompts than it was found on.

    Units, Reference: of the parts. The first ablation is the question's own.
    Cost:   8 runs for faithfulness, the search of `completeness`, one run an edge, and `controls` random circuits.
    Raises: EmptyCircuitError; OtherModelError; NothingToExplainError.
    """
    kept = circuit.kept(question.graph)
    others = [one for one in ("corrupted", "mean", "zero", "clean") if one != question.ablation]
    table = faithfulness(kept, question, ablations=(question.ablation, *others), progress=progress)  # type: ignore[arg-type]
    random = of_this_size(kept, controls, seed=seed)
    drawn = share(question.cut.scores(random, question.metric).mean(dim=1), question.ends)
    return Evaluation(
        circuit=circuit,
        table=table,
        complete=completeness(circuit, question, progress=progress),
        edges=minimality(circuit, question, progress=progress),
        random=bootstrap_mean(drawn.numpy(), seed=seed),
    )
