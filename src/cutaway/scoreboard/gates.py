"""What must hold on planted truth before the scoreboard is to be believed, each with its line and what came out."""

from dataclasses import dataclass

import pandas as pd
import torch

from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.tasks.symbols.symbolic_ioi import symbolic_ioi
from cutaway.techniques.ablation.optimal import Fit, fit_optimal
from cutaway.techniques.ablation.unit import every_head
from cutaway.techniques.patching.path import patch_paths
from cutaway.zoo.load import load

EXACT = ("edge-patching", "acdc-kl", "acdc-metric")
NEAR_HALF = 0.05
SUM = 1e-5  # of the prompts' gap
ROWS, LENGTH, VOCABULARY = 16, 8, 40


@dataclass(frozen=True)
class Gate:
    """One line: `value` came out, and `met` says whether that is on the right side."""

    gate: str
    line: str
    value: float
    met: bool


def gates(rows: pd.DataFrame) -> list[Gate]:
    """All gates for which rows of the scoreboard, as `Scoreboard.rows`, have what is needed, and two that need none.

    Cost: some seconds on one core, for the constants that are fitted.
    """
    plain = rows[(rows["kind"] == "drawn") & (rows["redundancy"] == 0) & (rows["softness"] == 0)]
    found = [perfect(plain, method) for method in EXACT if method in set(plain["method"])]
    alone = rows[(rows["method"] == "edge-patching") & rows["auroc"].notna()]
    mixed = alone[alone["mismatched"].notna()]
    if len(mixed):
        drop = float((mixed["auroc"] - mixed["mismatched"]).mean())
        found.append(Gate(f"what the truth of another ablation costs, {len(mixed)} cases", "above 0", drop, drop > 0))
    redundant = alone[alone["hidden"] > 0]
    if len(redundant):
        wrong, hidden = int(redundant["missed"].sum()), int(redundant["hidden"].sum())
        says = f"edges missed beside the {hidden} that are predicted, {len(redundant)} cases"
        found.append(Gate(says, "0", float(wrong), wrong == 0))
    chance = rows[(rows["method"] == "random") & rows["auroc"].notna()]["auroc"]
    if len(chance):
        value = float(chance.mean())
        line = f"0.50 +/- {NEAR_HALF}"
        found.append(Gate(f"random AUROC, {len(chance)} cases", line, value, abs(value - 0.5) <= NEAR_HALF))
    return [*found, paths_add_up(), optimal_is_best()]


def perfect(rows: pd.DataFrame, method: str) -> Gate:
    """Exact methods where nothing has a stand-in, nothing is soft and nothing is noisy."""
    own = rows[rows["method"] == method]["auroc"].dropna()
    least = float(own.min())
    return Gate(f"least AUROC of {method} without redundancy, {len(own)} cases", "1.00", least, least == 1.0)


def random_model(**shape: object) -> ToyForCausalLM:
    """Three layers of random weights, large enough that heads matter."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = ToyForCausalLM(ToyConfig(vocab_size=VOCABULARY, n_ctx=LENGTH, n_layers=3, **shape))
        with torch.no_grad():
            for weight in module.parameters():
                weight.copy_(torch.randn_like(weight) * 0.2 if weight.ndim > 1 else weight)
    module.eval()
    return module


def paths_add_up() -> Gate:
    """Direct effects of all parts on the logits, where no norm stands before them: their sum is the prompts' gap."""
    model = wrap(random_model(d_model=32, d_head=8, layer_norm=False), name="linear readout")
    generator = torch.Generator().manual_seed(0)
    clean, corrupted = torch.randint(VOCABULARY, (2, ROWS, LENGTH), generator=generator)
    ends = torch.full((ROWS, 1), LENGTH - 1)
    found = patch_paths(model, Pairs(clean, corrupted, Answers(ends, clean[:, :1, None], clean[:, 1:2, None])))
    gap = (found.other - found.base).double()
    apart = (found.scores - found.base).double().sum(dim=0) - gap
    value = float((apart.abs() / gap.abs().max()).max())
    return Gate("path effects less their sum, of the largest gap", f"at most {SUM:g}", value, value <= SUM)


def optimal_is_best() -> Gate:
    """Fitted constants beside zero, mean and the expectation of resampling, for every head of trained symbolic IOI."""
    model = load("ioi-2l")
    task = symbolic_ioi(model.shape.d_vocab - 2)
    fitted, other = (task.pairs(model, rows=2 * ROWS, seed=seed) for seed in (0, 1))
    frame = fit_optimal(model, fitted, every_head(model), held_out=other, fit=Fit(steps=30)).frame
    table = frame[frame["half"] == "fitted"].pivot_table(index="component", columns="ablation", values="value")
    excess = float((table["optimal"] - table.drop(columns="optimal").min(axis=1)).max())
    return Gate(f"optimal ablation less the best other, worst of {len(table)} heads", "at most 0", excess, excess <= 0)
