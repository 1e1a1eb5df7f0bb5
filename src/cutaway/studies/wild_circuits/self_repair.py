"""When a head that says the answer is gone, does something say it in its stead, and is dropout the reason?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cutaway.lab import Lab
from cutaway.lab.lab import SHARPNESS
from cutaway.lab.name_movers import Kind, NameMover, as_published, grow, look
from cutaway.lab.side_by_side import Tables
from cutaway.planted import circuit
from cutaway.records import Claim, Control, Finding, Points, Remark, SortableTable, Study
from cutaway.stats.intervals import bootstrap_mean, mean_of_few, proportion
from cutaway.stats.rank import shuffled_agreement, spearman
from cutaway.stats.two_groups import difference_of_means, differences_by_relabelling
from cutaway.techniques.ablation.planted_repairs import planted_repairs

STUDY = Study(
    slug="self-repair",
    problems=("2.19", "2.20", "2.24", "2.25", "6.7"),
    question="When a head that says the answer is gone, does another say it in its stead, and is dropout the reason?",
    method=(
        "Of two names one is said again, and the model says the other. A head is taken out by giving it what it says "
        "on a twin prompt on which a third name follows, so that none is said twice. Its direct effect is what its "
        "own change does to the logits; what later heads do about it and what the last norm does about it are told "
        "apart, and the three add up. Movers are the fewest heads that have four fifths of the direct effect behind "
        "the score, chosen on prompts of other names than those measured on. First planted models, whose backups are "
        "known; then models of two layers that ship and of three that are grown during the run, five seeds each "
        "without dropout, with it, and (three layers) with whole heads left out at random in training. The null: "
        "untrained models, kinds of seeds shuffled, or heads of the last layer, which no later head stands in for."
    ),
    claims=(
        Claim(
            key="planted-movers-are-repaired",
            sentence="All that a planted name mover with a backup says is made up for when it is set to zero.",
            unit="share of the direct effect",
            tier="planted",
            above=0.9,
            problems=("2.24", "6.7"),
        ),
        Claim(
            key="planted-backups-are-named",
            sentence="The head that is said to make up for it is its backup.",
            unit="share of movers",
            tier="planted",
            above=0.8,
            problems=("2.20", "2.24"),
        ),
        Claim(
            key="zero-hides-planted-movers",
            sentence="Zero ablation shows less than half of what a mean by position shows of a mover with a backup.",
            unit="share of the effect",
            tier="planted",
            below=0.5,
            problems=("6.7",),
        ),
        Claim(
            key="models-know-the-answer",
            sentence="Every trained model says the right one of two names that it never saw together.",
            unit="share of prompts, worst model",
            tier="trained",
            above=0.95,
        ),
        Claim(
            key="repair-without-dropout",
            sentence="Later heads make up for a tenth of what movers say, in three layers trained without dropout.",
            unit="share of the direct effect, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("2.24", "2.25"),
        ),
        Claim(
            key="dropout-makes-repair",
            sentence="Later heads make up for more where the three layers were trained with dropout.",
            unit="share of the direct effect, difference of means",
            tier="trained",
            above=0.0,
            problems=("2.24", "2.25"),
        ),
        Claim(
            key="dropped-heads-make-repair",
            sentence="And where whole heads were left out in training.",
            unit="share of the direct effect, difference of means",
            tier="trained",
            above=0.0,
            problems=("2.24",),
        ),
        Claim(
            key="dropout-makes-the-norm-repair",
            sentence="In two layers the last norm makes up for more after dropout.",
            unit="share of the direct effect, difference of means",
            tier="trained",
            above=0.0,
            problems=("2.24",),
        ),
        Claim(
            key="norm-repairs",
            sentence="What the last norm makes up for in three layers without dropout.",
            unit="share of the direct effect, mean over seeds",
            tier="trained",
            problems=("2.24",),
        ),
        Claim(
            key="norm-follows-the-direct-effect",
            sentence="The norm makes up for more, the larger a head's direct effect is.",
            unit="Spearman correlation over the heads of a model, mean over models of three layers",
            tier="trained",
            above=0.0,
            problems=("2.20",),
        ),
        Claim(
            key="early-heads-stand-in",
            sentence="Two early heads cost a tenth of the score more together than the sum of each alone.",
            unit="share of the clean score, mean over seeds of three layers without dropout",
            tier="trained",
            above=0.1,
            problems=("2.19",),
        ),
        Claim(
            key="early-heads-cost",
            sentence="What the early head that others listen to most costs alone.",
            unit="share of the clean score, mean over seeds of three layers without dropout",
            tier="trained",
            problems=("2.19",),
        ),
        Claim(
            key="zero-misreports",
            sentence="Zero ablation is off by twofold or more on the head where it and the twin prompt disagree most.",
            unit="doublings, mean over models of three layers",
            tier="trained",
            above=1.0,
            problems=("6.7",),
        ),
        Claim(
            key="gpt2-movers-are-repaired",
            sentence="GPT-2 makes up for three tenths of what its movers say, more than the last norm is known to.",
            unit="share of the direct effect",
            tier="real",
            above=0.3,
            problems=("2.19", "2.24", "6.7"),
        ),
        Claim(
            key="gpt-neo-movers-are-repaired",
            sentence="Later parts of GPT-Neo, trained without dropout, make up for a tenth of what its movers say.",
            unit="share of the direct effect",
            tier="real",
            above=0.1,
            problems=("2.24", "2.25"),
        ),
    ),
    figures=(
        Points(
            table="taken_out",
            x="direct",
            y="value",
            group="layer",
            panel="models",
            says=(
                "What the score gains when a head is gone, against its direct part. On the diagonal nothing is made up "
                "for; above it something is; below it the head was needed for more than what it says itself."
            ),
        ),
        Points(
            table="repair",
            x="share",
            y="models",
            group="by",
            says=(
                "Of what movers say, the share that later heads and that the last norm make up for, a dot for each "
                "seed. Below zero the rest does worse without them."
            ),
        ),
        Points(
            table="taken_out",
            x="direct",
            y="norm",
            group="layer",
            panel="models",
            says="What the last norm adds when a head is gone, against what the head says itself.",
        ),
        Points(
            table="taken_out",
            x="value",
            y="zero",
            group="layer",
            panel="models",
            says="What a head's loss does to the score: given what it says on a twin prompt, and given nothing.",
        ),
        SortableTable(table="seeds", says="Every model: what it knows, what is made up for, what early heads cost."),
    ),
    remarks=(
        Remark(
            claim="repair-without-dropout",
            verdict="failed",
            says=(
                "Later heads make it worse in every seed: they listen to the movers before them, and when one is gone "
                "the answer loses a sixth as much again through them. Heads of the last two layers all say the answer "
                "at once, and none waits for another to fall silent; what is made up for, a seventh, is the norm's."
            ),
        ),
        Remark(
            claim="dropout-makes-repair",
            verdict="undecided",
            says=(
                "With dropout and without it later heads make the loss of a mover worse, by as much. A difference of "
                "up to 0.09 between five seeds and five cannot be excluded; that dropout turns the one into repair can."
            ),
        ),
        Remark(
            claim="dropped-heads-make-repair",
            verdict="undecided",
            says=(
                "Where whole heads were left out in training, later heads lose less by a mover's loss, and in no seed "
                "do they make up for any of it. Heads that share the work from the start need nobody to step in."
            ),
        ),
        Remark(
            claim="dropout-makes-the-norm-repair",
            verdict="held",
            says=(
                "The models with dropout that ship were trained for twice as many steps. In three layers, with as "
                "many steps for all, it is 0.19 with dropout and 0.15 without."
            ),
        ),
        Remark(
            claim="early-heads-stand-in",
            verdict="failed",
            says=(
                "In every seed two early heads cost more together than each alone, by 4 to 8 % of the score; heads of "
                "the last layer, which the norm alone ties together, by 1 to 3 %. A tenth it is not."
            ),
        ),
    ),
    limits=(
        "Models that learn nothing but this task; a language model has more that could stand in.",
        "Symbols in fixed places, so a head can know a name by where it stands.",
        "Without MLPs: what they make up for is seen in models that are added alone.",
        "A direct effect is taken at the clean run's norm, and what the norm makes up for after later heads changed.",
    ),
    next_steps=(
        "Ask the models of the paper: cutaway run self-repair --model gpt2 --model EleutherAI/gpt-neo-125m.",
        "Grow models with a task beside this one, where a head that speaks against the answer has something to do.",
        "Take movers out together, and see who is left: techniques/ablation/ablate_joint.py.",
    ),
    asks="real",
    minutes=7.0,
)

KINDS: dict[Kind, int] = {"no dropout": 5, "dropout": 5, "dropped heads": 5, "untrained": 20}
PLAIN, DROPOUT, DROPPED_HEADS, UNTRAINED = (f"three layers, {kind}" for kind in KINDS)
TRAINED = (PLAIN, DROPOUT, DROPPED_HEADS)
SHIPPED = {"ioi-2l": "two layers, no dropout", "ioi-2l-dropout": "two layers, dropout"}
GUEST_PROMPTS, TWINS = 32, 3  # what a model of ordinary size is asked


def run(lab: Lab) -> list[Finding]:
    """Planted backups; models of three layers, grown here, and of two; the user's own."""
    rows, (steps, batch) = lab.size(smoke=16, full=256), lab.size(smoke=(20, 16), full=(2000, 128))
    jobs = [
        NameMover(kind, lab.seed + number, steps, batch, rows)
        for kind, count in KINDS.items()
        for number in range(lab.size(smoke=1 if kind == "untrained" else 2, full=count))
    ]
    grown = lab.side_by_side(grow, jobs, says="models that say names")
    seen = [named(tables, f"three layers, {job.kind}", job.seed) for job, tables in zip(jobs, grown, strict=True)]
    for role, name in SHIPPED.items():
        every = enumerate(lab.seeds(role))
        seen += [named(look(model, rows=rows, seed=lab.seed), name, number) for number, model in every]
    heads, models = (pd.concat([tables[name] for tables in seen], ignore_index=True) for name in ("heads", "models"))
    guests = [
        named(look(guest, rows=GUEST_PROMPTS, seed=lab.seed, progress=lab.progress), guest.name, 0)
        for guest in lab.subjects()
    ]
    write_tables(lab, [*seen, *guests])
    return [*on_planted(lab), *on_repair(models), *on_rules(heads, models, seed=lab.seed), *on_real(lab)]


def named(tables: Tables, name: str, seed: int) -> Tables:
    """The tables of one model, with what it is called in front."""
    return {key: table[[]].assign(models=name, seed=seed).join(table) for key, table in tables.items()}


def on_planted(lab: Lab) -> list[Finding]:
    """Are backups seen where they are known to be? The negative name mover of the same models has none."""
    circuits = [
        circuit("ioi", seed=lab.seed + number, sharpness=SHARPNESS[number % len(SHARPNESS)])
        for number in range(lab.size(smoke=1, full=12))
    ]
    table = planted_repairs(circuits, rows=64, seed=lab.seed)
    lab.table("planted", table)
    movers, negative = table[table["backed_up"]], table[~table["backed_up"]]
    draws = np.random.default_rng(lab.seed).binomial(len(movers), movers["chance"].iloc[0], 1000) / len(movers)
    control = Control("negative movers, which have none", float(negative["zero_by_mean"].mean()))
    repaired, by_mean = (
        bootstrap_mean(movers[name].to_numpy(float), seed=lab.seed) for name in ("repaired", "zero_by_mean")
    )
    named_right = proportion(int(movers["named"].sum()), len(movers))
    return [
        Finding(repaired, null=tuple(negative["repaired"])).answers("planted-movers-are-repaired"),
        Finding(named_right, null=tuple(draws)).answers("planted-backups-are-named"),
        Finding(by_mean, control=control).answers("zero-hides-planted-movers"),
    ]


def of(models: pd.DataFrame, quantity: str, *kinds: str) -> list[float]:
    """One number of every model of some kinds that has it."""
    return models.loc[models["models"].isin(kinds), quantity].dropna().tolist()


def on_repair(models: pd.DataFrame) -> list[Finding]:
    """Do later heads, or the last norm, make up for movers, and more so after dropout?"""
    share = models.assign(share=models["right"] / models["prompts"])
    known = share[share["models"].isin([*TRAINED, *SHIPPED.values()])]
    worst = known.sort_values("share").iloc[0]
    guessed, untrained = (tuple(of(share, name, UNTRAINED)) for name in ("share", "by_later"))
    later, norm = (mean_of_few(of(models, name, PLAIN)) for name in ("by_later", "by_norm"))
    findings = [
        Finding(proportion(int(worst["right"]), int(worst["prompts"])), null=guessed).answers("models-know-the-answer"),
        Finding(later, null=untrained).answers("repair-without-dropout"),
        Finding(norm).answers("norm-repairs"),
    ]
    two, two_dropout = SHIPPED.values()
    for key, quantity, with_it, without in (
        ("dropout-makes-repair", "by_later", DROPOUT, PLAIN),
        ("dropped-heads-make-repair", "by_later", DROPPED_HEADS, PLAIN),
        ("dropout-makes-the-norm-repair", "by_norm", two_dropout, two),
    ):
        groups = of(models, quantity, with_it), of(models, quantity, without)
        null = tuple(differences_by_relabelling(*groups))
        findings.append(Finding(difference_of_means(*groups), null=null).answers(key))
    return findings


def on_rules(heads: pd.DataFrame, models: pd.DataFrame, *, seed: int) -> list[Finding]:
    """Is there a rule to what is made up for, do early heads stand in for one another, and what does zero hide?"""
    each = [one for _, one in heads[heads["models"].isin(TRAINED)].groupby(["models", "seed"])]
    both = [(-one["direct"].to_numpy(float), one["norm"].to_numpy(float)) for one in each]
    agree = mean_of_few([spearman(*pair) for pair in both])
    shuffled = np.mean([shuffled_agreement(*pair, seed=seed + at) for at, pair in enumerate(both)], axis=0)
    stand_in, cost = (mean_of_few(of(models, quantity, PLAIN)) for quantity in ("stand_in", "early_cost"))
    apart = mean_of_few(of(models, "doublings", *TRAINED))
    last, by_chance = (tuple(of(models, name, *TRAINED)) for name in ("stand_in_last", "doublings_by_chance"))
    return [
        Finding(agree, null=tuple(shuffled)).answers("norm-follows-the-direct-effect"),
        Finding(stand_in, null=last).answers("early-heads-stand-in"),
        Finding(cost).answers("early-heads-cost"),
        Finding(apart, null=by_chance).answers("zero-misreports"),
    ]


def on_real(lab: Lab) -> list[Finding]:
    """The models that the problems speak of, where the user added them."""
    findings = []
    for name, norm, key in (
        ("gpt2", True, "gpt2-movers-are-repaired"),
        ("EleutherAI/gpt-neo-125m", False, "gpt-neo-movers-are-repaired"),
    ):
        model = lab.published(name)
        if model is not None:
            found = as_published(
                model, norm=norm, rows=GUEST_PROMPTS, seed=lab.seed, twins=TWINS, progress=lab.progress
            )
            findings.append(found.answers(key))
    return findings


def write_tables(lab: Lab, seen: Sequence[Tables]) -> None:
    """What the figures show: all but the untrained models."""
    heads, models = (pd.concat([tables[name] for tables in seen], ignore_index=True) for name in ("heads", "models"))
    lab.table("seeds", models)
    heads, models = (table[table["models"] != UNTRAINED] for table in (heads, models))
    lab.table("taken_out", heads.assign(layer=heads["layer"].astype(str)))
    parts = {"by_later": "later heads", "by_norm": "the last norm"}
    repair = models.rename(columns=parts).melt(["models", "seed"], list(parts.values()), "by", "share")
    lab.table("repair", repair)
