"""How do two heads come to work together as induction: in which order, which pair, and how suddenly?"""

from collections.abc import Callable
from operator import attrgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cutaway.lab import Lab
from cutaway.lab.copiers import HEADS, Copier, Grown, grow
from cutaway.models import Model
from cutaway.records import Bars, Claim, Control, Finding, Lines, Points, Remark, SortableTable, Study
from cutaway.stats.intervals import mean_of_few, proportion
from cutaway.stats.over_seeds import over_seeds
from cutaway.stats.overlap import hits_by_chance
from cutaway.stats.signs import means_with_random_signs
from cutaway.stats.transitions import abruptness, sudden_or_gradual, way
from cutaway.tasks.symbols.repeated_tokens import next_token_loss
from cutaway.techniques.composition.scores import composition_scores
from cutaway.techniques.detectors.scores import score_heads
from cutaway.techniques.detectors.texts import natural_for, repeats_for

STUDY = Study(
    slug="induction-formation",
    problems=("3.16", "5.12", "5.13", "5.14"),
    question="How do two heads come to work together as induction: in which order, which pair, and how suddenly?",
    method=(
        "Attention-only models of four heads a layer are trained, during the run, to go on with random symbols that "
        "are shown again, the period varied so that position alone cannot tell; ten seeds of two layers. Every ten "
        "steps they are tried on periods never trained on, and the K-composition of all sixteen pairs of heads is "
        "taken from their weights. A quantity's time is the step from which on it stays beyond half its way. Controls: "
        "three models of one layer, and five of two whose keys are kept, after every step, from hearing what the first "
        "layer writes. The first pair is the one that first stays above what the best pair of rotated weights reaches "
        "by chance. That a true pair of planted heads has the highest score is tried first."
    ),
    claims=(
        Claim(
            key="planted-pairs-are-read",
            sentence="In planted models a pair that composes by keys has the highest K-composition of all pairs.",
            unit="share of models",
            tier="planted",
            above=0.7,
        ),
        Claim(
            key="two-layers-copy",
            sentence="Two layers learn to copy at periods they were never trained on.",
            unit="share of symbols that are right, mean over seeds",
            tier="trained",
            above=0.8,
            problems=("3.16",),
        ),
        Claim(
            key="one-layer-does-not",
            sentence="One layer does not.",
            unit="share of symbols that are right, mean over seeds",
            tier="trained",
            below=0.3,
            problems=("3.16",),
        ),
        Claim(
            key="without-k-composition-it-does-not",
            sentence="Two layers whose keys never hear the first do not, in the time that others need.",
            unit="share of symbols that are right, mean over seeds",
            tier="trained",
            below=0.3,
            problems=("3.16", "5.12"),
        ),
        Claim(
            key="composition-leads",
            sentence="K-composition of the pair that ends strongest is half its way before the loss is.",
            unit="steps of lead, mean over seeds",
            tier="trained",
            above=0.0,
            problems=("5.12",),
        ),
        Claim(
            key="previous-token-leads",
            sentence="Attention to the previous token is half its way before the loss is.",
            unit="steps of lead, mean over seeds",
            tier="trained",
            above=0.0,
            problems=("5.12",),
        ),
        Claim(
            key="composition-sets-in",
            sentence="The same at a tenth of the way, where each begins: K-composition before the loss.",
            unit="steps of lead, mean over seeds",
            tier="trained",
            problems=("5.12",),
        ),
        Claim(
            key="first-pair-stays-ahead",
            sentence="In most seeds the first pair to compose is the one that ends strongest.",
            unit="share of seeds",
            tier="trained",
            above=0.5,
            problems=("5.13",),
        ),
        Claim(
            key="start-foretells-the-first",
            sentence="The pair with the highest K-composition before training is the first to compose.",
            unit="share of seeds; one in sixteen by chance",
            tier="trained",
            above=0.0625,
            problems=("5.13",),
        ),
        Claim(
            key="a-tenth-foretells-the-strongest",
            sentence="The pair that leads after a tenth of training is the one that ends strongest.",
            unit="share of seeds; one in sixteen by chance",
            tier="trained",
            above=0.0625,
            problems=("5.13",),
        ),
        Claim(
            key="loss-falls-suddenly",
            sentence="The loss falls from a tenth to nine tenths of its way in less time than it took to half of it.",
            unit="time of the change by the time until half of it, mean over seeds",
            tier="trained",
            below=1.0,
            problems=("5.14",),
        ),
        Claim(
            key="composition-rises-suddenly",
            sentence="So does K-composition of the pair that ends strongest.",
            unit="time of the change by the time until half of it, mean over seeds",
            tier="trained",
            below=1.0,
            problems=("5.14",),
        ),
        Claim(
            key="loss-is-a-sigmoid",
            sentence="A sigmoid describes the loss far better than a power law of as many numbers.",
            unit="difference of BIC, mean over seeds",
            tier="trained",
            above=10.0,
            problems=("5.14",),
        ),
    ),
    figures=(
        Lines(
            table="course",
            x="step",
            y="share_of_its_way",
            group="quantity",
            low="low",
            high="high",
            says="What changes first? Each quantity on its way from its start to its end, mean of ten seeds and 95 %.",
        ),
        Lines(
            table="right",
            x="step",
            y="share_right",
            group="models",
            low="low",
            high="high",
            says="Symbols said right at periods never trained on: two layers, one, and two with deaf keys.",
        ),
        Lines(
            table="pairs",
            x="step",
            y="k_composition",
            group="pair",
            panel="seed",
            says="All pairs come to compose: the first, the one that ends strongest, their mean, and chance, by seed.",
        ),
        Points(
            table="times",
            x="step",
            y="quantity",
            group="quantity",
            says="The step from which on each quantity stays beyond half its way, a dot for each seed.",
        ),
        Bars(
            table="foretold",
            x="guess",
            y="share",
            low="low",
            high="high",
            says="How often a guess names the right pair of sixteen, over seeds, with 95 % intervals; chance is 0.06.",
        ),
        Lines(
            table="language",
            x="step",
            y="score",
            group="quantity",
            log=("x",),
            says="The same in language: attn-only-2l from step 64 on, and its in-context score.",
        ),
        SortableTable(table="seeds", says="Every run: what it ends at, its pairs, its times in steps."),
    ),
    remarks=(
        Remark(
            claim="loss-is-a-sigmoid",
            verdict="held",
            says=(
                "One layer's losses, in which nothing falls suddenly, clear the line too: the learning rate warms "
                "up over fifty steps, which no power law follows. Ten tells nothing apart here; that two layers lie "
                "far above one does."
            ),
        ),
        Remark(
            claim="start-foretells-the-first",
            verdict="undecided",
            says=(
                "It was right in three seeds of ten, which guesses give about once in seventy times. The interval, "
                "from 0.11 on, does not clear what they give once in twenty."
            ),
        ),
        Remark(
            claim="without-k-composition-it-does-not",
            verdict="failed",
            says=(
                "With deaf keys two layers still say two symbols in five right, twice as many as one layer, though "
                "none of their heads attends as an induction head does. There is a slower way to copy without "
                "K-composition, which we have not taken apart."
            ),
        ),
        Remark(
            claim="composition-leads",
            verdict="failed",
            says=(
                "The loss falls by what one layer can do before composition lasts, and the weights go on composing "
                "when the loss has little left to gain, so half of their way comes late. In attn-only-2l "
                "K-composition is nearly all there at step 448, when attention to the previous token has come a "
                "sixth of its way."
            ),
        ),
        Remark(
            claim="previous-token-leads",
            verdict="failed",
            says=(
                "It rises together with K-composition, and goes on when the loss has fallen. Heads share the work: "
                "none gives the previous token as much as a third of its attention."
            ),
        ),
        Remark(
            claim="first-pair-stays-ahead",
            verdict="failed",
            says=("All pairs come to compose, and end close together. The first was the strongest in no seed."),
        ),
        Remark(
            claim="a-tenth-foretells-the-strongest",
            verdict="undecided",
            says=(
                "After a tenth of training the leader is the top of a peak that passes, and it was right in no "
                "seed. With ten seeds a share of a quarter cannot be excluded."
            ),
        ),
        Remark(
            claim="loss-falls-suddenly",
            verdict="failed",
            says=(
                "The loss begins to fall at once, by what one layer can do, so that not all of its way is copying. "
                "The change takes as long as the wait for half of it; along a power law it would take nearly three "
                "times that."
            ),
        ),
        Remark(
            claim="composition-rises-suddenly",
            verdict="failed",
            says=(
                "It sets in with the fall of the loss and rises through the rest of training. By its weights alone "
                "composition is no phase transition here."
            ),
        ),
    ),
    limits=(
        "The models learn nothing but copying, so their loss also falls by what one layer can do: guess among the "
        "symbols that a row has shown.",
        "K-composition is a number of the weights: it grows on when the loss has nothing more to gain.",
        "A criterion such as BIC takes looks for independent; forty looks along one curve are not.",
        "All sixteen pairs come to compose; that one of them is the induction circuit is true of no seed.",
        "In language only one seed has checkpoints.",
    ),
    next_steps=(
        "Measure composition by what it does: the loss without one pair's path, at every step.",
        "Find what two layers with deaf keys do: they copy two symbols in five with no induction head.",
        "Train with one head a layer, where there is only one pair, and with two, where there is a choice.",
        "Rebuild attn-only-2l with sixty checkpoints: cutaway zoo train attn-only-2l --checkpoints 60.",
    ),
    asks="trained",
    minutes=8.0,
    takes_models=False,
)

EARLY = 0.1  # of training, after which the leader is asked for
SHOWN = 6  # seeds whose pairs are drawn
EARLY_PLACES, LATE_PLACES = slice(20, 40), slice(100, 127)  # whose losses the in-context score compares
QUANTITIES = {
    "previous_token": "attention to the previous token",
    "k_composition": "K-composition of the strongest pair",
    "induction": "induction attention",
    "loss_nats": "loss",
}


def run(lab: Lab) -> list[Finding]:
    """Planted pairs, then eighteen models grown side by side, then the checkpoints of the language model."""
    steps, rows = lab.size(smoke=40, full=400), lab.size(smoke=4, full=64)
    kinds = {"two": (10, 2, False), "one": (3, 1, False), "deaf": (5, 2, True)}
    jobs = [
        Copier(layers, lab.seed + number, steps, rows, deaf=deaf)
        for count, layers, deaf in kinds.values()
        for number in range(lab.size(smoke=2, full=count))
    ]
    tables = lab.side_by_side(grow, jobs, says="models that learn to copy")
    grown = [Grown.of(job, seen) for job, seen in zip(jobs, tables, strict=True)]
    two, one, deaf = (
        [one for one in grown if one.job.kind == name] for name in ("two layers", "one layer", "deaf keys")
    )
    write_tables(lab, two, grown)
    texts, checkpoints = lab.size(smoke=8, full=64), lab.checkpoints("attn-only-2l")
    lab.table("language", [row for step, model in checkpoints for row in in_language(step, model, rows=texts)])
    return [on_planted(lab), *on_copying(two, one, deaf), *on_order(lab, two), *on_pairs(lab, two), *on_shape(two, one)]


def on_planted(lab: Lab) -> Finding:
    """Is a pair that truly composes the highest of all pairs? A pair drawn at random seldom is one."""
    found, by_chance = [], []
    for planted in lab.planted_two_layer(lab.size(smoke=3, full=24)):
        heads = {part.name: (part.layer, part.head) for part in planted.truth.heads}
        pairs = [(heads.get(edge.sender), heads.get(edge.receiver)) for edge in planted.truth.edges if edge.slot == "k"]
        frame = composition_scores(planted.model, slots=("k",), draws=1).frame
        best = frame.iloc[int(frame["value"].argmax())]
        found.append(((best["sender_layer"], best["sender_head"]), (best["layer"], best["head"])) in pairs)
        by_chance.append(sum(None not in pair for pair in pairs) / len(frame))
    return Finding(proportion(sum(found), len(found)), null=tuple(by_chance)).answers("planted-pairs-are-read")


def on_copying(two: list[Grown], one: list[Grown], deaf: list[Grown]) -> list[Finding]:
    """Two layers against one, and against two that cannot compose by keys."""
    with_two, with_one, unheard = (mean_of_few([grown.right for grown in kind]) for kind in (two, one, deaf))
    control = Control("two layers", with_two.value)
    return [
        Finding(with_two, null=tuple(grown.right for grown in one)).answers("two-layers-copy"),
        Finding(with_one, control=control).answers("one-layer-does-not"),
        Finding(unheard, control=control).answers("without-k-composition-it-does-not"),
    ]


def on_order(lab: Lab, two: list[Grown]) -> list[Finding]:
    """By how many steps composition and attention to the previous token come before the loss."""
    findings = []
    for quantity, share, key in (
        ("k_composition", 0.5, "composition-leads"),
        ("previous_token", 0.5, "previous-token-leads"),
        ("k_composition", 0.1, "composition-sets-in"),
    ):
        leads = [grown.time("loss_nats", share) - grown.time(quantity, share) for grown in two]
        null = tuple(means_with_random_signs(leads, seed=lab.seed))
        findings.append(Finding(mean_of_few(leads), null=null).answers(key))
    return findings


Guess = Callable[[Grown], int | None]
first: Guess = attrgetter("first")
strongest: Guess = attrgetter("strongest")


def at_start(one: Grown) -> int:
    """The pair that leads before training."""
    return one.leader(0.0)


def early(one: Grown) -> int:
    """The pair that leads after a tenth of it."""
    return one.leader(EARLY)


def on_pairs(lab: Lab, two: list[Grown]) -> list[Finding]:
    """What names the right pair; the null is to name that of a seed drawn at random."""
    guesses: dict[str, tuple[str, Guess, Guess]] = {
        "first-pair-stays-ahead": ("the first is the strongest", first, strongest),
        "start-foretells-the-first": ("the leader at the start is the first", at_start, first),
        "a-tenth-foretells-the-strongest": ("the leader at a tenth is the strongest", early, strongest),
    }
    findings, rows = [], []
    for key, (says, guess, truth) in guesses.items():
        named, true = [guess(grown) for grown in two], [truth(grown) for grown in two]
        hits = proportion(sum(one == other for one, other in zip(named, true, strict=True)), len(two))
        findings.append(Finding(hits, null=tuple(hits_by_chance(named, true, seed=lab.seed))).answers(key))
        rows.append({"guess": says, "share": hits.value, "low": hits.low, "high": hits.high})
    lab.table("foretold", rows)
    return findings


def on_shape(two: list[Grown], one: list[Grown]) -> list[Finding]:
    """How sudden the changes are; beside each a power law through the same values, and the losses of one layer."""
    steps, findings = two[0].course["step"].to_numpy(dtype=float), []
    for quantity, key in (("loss_nats", "loss-falls-suddenly"), ("k_composition", "composition-rises-suddenly")):
        curves = [grown.curve(quantity) for grown in two]
        better, gradual = zip(*(sudden_or_gradual(steps, curve) for curve in curves), strict=True)
        slow = float(np.mean([abruptness(steps, curve) for curve in gradual]))
        control = Control("a power law through the same values", slow)
        findings.append(
            Finding(mean_of_few([abruptness(steps, curve) for curve in curves]), control=control).answers(key)
        )
        if quantity == "loss_nats":
            without = tuple(sudden_or_gradual(steps, grown.curve(quantity))[0] for grown in one)
            findings.append(Finding(mean_of_few(better), null=without).answers("loss-is-a-sigmoid"))
    return findings


def in_language(step: int, model: Model, *, rows: int) -> list[dict[str, float | int | str]]:
    """What a checkpoint of the language model looks like."""
    heads = score_heads(model, repeats_for(model, rows=rows, seed=0).tokens)
    natural = natural_for(model, rows=rows)
    losses = next_token_loss(model.run(natural).logits, natural).mean(dim=0)
    quantities = {
        "previous-token attention": float(heads.of("previous_token")[0].max()),
        "induction attention": float(heads.of("induction")[1].max()),
        "K-composition": float(composition_scores(model, slots=("k",), draws=1).value.max()),
        "in-context score (nats)": float(losses[EARLY_PLACES].mean() - losses[LATE_PLACES].mean()),
    }
    return [{"step": step, "quantity": name, "score": value} for name, value in quantities.items()]


def write_tables(lab: Lab, two: list[Grown], every: list[Grown]) -> None:
    """What the figures show."""
    quantities = [
        curve(one, way(one.curve(name)), "share_of_its_way", quantity=says)
        for name, says in QUANTITIES.items()
        for one in two
    ]
    lab.table("course", over_seeds(pd.concat(quantities), ["quantity", "step"], "share_of_its_way"))
    right = [curve(one, one.curve("right"), "share_right", models=one.job.kind) for one in every]
    lab.table("right", over_seeds(pd.concat(right), ["models", "step"], "share_right"))
    lab.table("pairs", pd.concat([led(one) for one in two[:SHOWN]]))
    times = [
        {"quantity": says, "seed": one.job.seed, "step": one.time(name)}
        for name, says in QUANTITIES.items()
        for one in two
    ]
    lab.table("times", times)
    lab.table("seeds", [row(one) for one in every])


def curve(one: Grown, values: NDArray[np.float64], measured: str, **named: str) -> pd.DataFrame:
    """One quantity of one model at every look, as rows of a table."""
    return pd.DataFrame({"step": one.course["step"], measured: values}).assign(seed=one.job.seed, **named)


def led(one: Grown) -> pd.DataFrame:
    """K-composition of the first pair and of the strongest, the mean of all, and what is chance."""
    curves = {"first to compose": one.pairs[:, one.first]} if one.first is not None else {}
    curves |= {"strongest in the end": one.pairs[:, one.strongest], "mean of all pairs": one.pairs.mean(axis=1)}
    curves |= {"best by chance": one.chance}
    tables = [one.course[["step"]].assign(pair=name, k_composition=curve) for name, curve in curves.items()]
    return pd.concat(tables).assign(seed=f"seed {one.job.seed}")


def row(one: Grown) -> dict[str, object]:
    """One run in a table."""
    ends = {name: float(one.course[name].iloc[-1]) for name in ("right", "loss_nats", "previous_token", "induction")}
    named: dict[str, object] = {"models": one.job.kind, "seed": one.job.seed} | ends
    if one.job.kind != "two layers":
        return named
    pairs: dict[str, object] = {"first_pair": pair_name(one.first), "strongest_pair": pair_name(one.strongest)}
    pairs |= {"pairs_above_chance": int((one.pairs[-1] > one.chance[-1]).sum())}
    return named | pairs | {f"{name}_half_way": one.time(name) for name in QUANTITIES}


def pair_name(pair: int | None) -> str:
    """Both heads of a pair: the one that writes, and the one that reads by its keys."""
    return "none" if pair is None else f"0.{pair % HEADS} to 1.{pair // HEADS}"
