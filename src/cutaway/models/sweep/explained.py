"""What a sweep is going to do, in numbers, before it does it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cutaway.models.sweep.engine import REDUCTIONS

WHAT = {
    "layers": "layers before an edit are taken from the base run",
    "positions": "positions before an edit come from the base run's keys and values",
    "readout": "only the logits that the metrics read are computed",
    "tokens": "a patch where both prompts still agree is answered from the base run",
    "batching": "many runs share a batch",
}


@dataclass(frozen=True)
class Explained:
    """Runs, floating-point operations and memory of a sweep. A run is one edit on one row of the prompt.

    `answered` runs need no computing: what they change, the metrics cannot see. `naive_flops`: one full forward
    pass for each edit. `base_bytes`: kept of the base run; `batch_bytes`: the most that a batch may take.
    """

    edits: int
    rows: int
    answered: int
    batches: int
    flops: float
    naive_flops: float
    base_bytes: float
    batch_bytes: float
    off: Mapping[str, str]
    whole: int  # runs that cannot be resumed

    @property
    def asked(self) -> int:
        return self.edits * self.rows

    @property
    def needed(self) -> int:
        return self.asked - self.answered

    @property
    def times(self) -> float:
        """How many times fewer operations than the naive loop."""
        return self.naive_flops / max(self.flops, 1.0)

    def __str__(self) -> str:
        lines = [
            f"{self.asked:,} runs asked ({self.edits:,} edits x {self.rows:,} rows), {self.needed:,} needed, "
            f"in {self.batches:,} batches",
            f"{self.flops / 1e9:,.3g} GFLOP against {self.naive_flops / 1e9:,.3g} of one full run an edit: "
            f"{self.times:.1f} times fewer",
            f"{self.base_bytes / 1e6:,.3g} MB of the base run, at most {self.batch_bytes / 1e6:,.3g} MB a batch",
        ]
        for name in REDUCTIONS:
            reason = self.off.get(name)
            lines.append(f"  {'off' if name in self.off else 'on '}  {WHAT[name]}{f': {reason}' if reason else ''}")
        others = {name: reason for name, reason in self.off.items() if name not in REDUCTIONS}
        lines += [f"  {name} is run from the start: {reason}" for name, reason in others.items()]
        if self.answered:
            lines.append(
                f"{self.answered:,} runs are answered from the base run: the metrics read nothing that they change"
            )
        return "\n".join(lines)

    __repr__ = __str__
