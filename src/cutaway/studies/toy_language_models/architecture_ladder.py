"""What does one more layer of attention, an MLP, or another activation change in a small language model?"""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cutaway.lab import Lab
from cutaway.lab.kinds_of_text import text
from cutaway.lab.ladder import Rung, climb
from cutaway.lab.rungs import added, best_head, by_costliest, costliest, costs, neurons_of, shares, tells, within_slots
from cutaway.lab.side_by_side import Tables
from cutaway.models import Model
from cutaway.planted.graph import graph_of
from cutaway.records import Claim, Control, Finding, Points, Remark, SortableTable, Study
from cutaway.stats.chosen_group import chosen_by_chance, chosen_group, group_means
from cutaway.stats.intervals import mean_of_few, proportion
from cutaway.stats.rank import shuffled_agreement, spearman
from cutaway.stats.two_groups import difference_of_means, differences_by_relabelling
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.detectors.null import head_null
from cutaway.techniques.detectors.texts import repeats_for

STUDY = Study(
    slug="architecture-ladder",
    problems=("1.9", "1.10", "1.11", "1.12", "1.14", "1.15", "1.16"),
    question="What does one more layer of attention, an MLP, or another activation change in a small language model?",
    method=(
        "Seven models of one family, three seeds each, that read the same rows in the same order: attention only "
        "with one to four layers, GELU with one, and SoLU with one and two. All are tried on the same rows of "
        "generated text, row by row and kind by kind, so that every difference is paired. Where a kind is said to "
        "gain most, it is chosen on half of the rows and measured on the others, and kinds are dealt out anew for "
        "the null. Heads are scored on repeated tokens and taken out one by one, at their means; the null takes out"
        " as much in a direction that is drawn. Edges between heads are cut one by one, slot by slot, all together,"
        " and so that only what takes three heads in a row is gone; along a cut edge is heard what the sender says "
        "on average. That cutting names the pair that composes is tried on planted models first. Neurons are asked "
        "how well each tells one genre or part of speech from others, and how many are active at a token."
    ),
    claims=(
        Claim(
            key="planted-pair-has-the-largest-path",
            sentence="In planted models the edge by keys whose cut costs most is that of the pair that composes.",
            unit="share of models",
            tier="planted",
            above=0.7,
            problems=("1.10", "1.11"),
        ),
        Claim(
            key="one-layer-has-no-induction",
            sentence="With one layer of attention no head attends as an induction head does.",
            unit="share of attention on what came next, best head, highest seed",
            tier="trained",
            below=0.1,
            problems=("1.9",),
        ),
        Claim(
            key="two-layers-have-induction",
            sentence="With two layers one does.",
            unit="share of attention on what came next, best head, lowest seed",
            tier="trained",
            above=0.5,
            problems=("1.9",),
        ),
        Claim(
            key="weights-foretell-paths",
            sentence="Within a slot, composition scores agree in rank with what cutting the edge of a pair costs.",
            unit="Spearman correlation, mean over slots and models",
            tier="trained",
            above=0.3,
            problems=("1.10",),
        ),
        Claim(
            key="keys-carry-copying",
            sentence="Of what all composition is worth in copying, keys alone, cut, cost more than half.",
            unit="share of what cutting all edges between heads costs on repeats, mean over models",
            tier="trained",
            above=0.5,
            problems=("1.11",),
        ),
        Claim(
            key="composition-is-worth-a-layer",
            sentence="Without what heads hear of other heads, two layers say text worse than one layer does.",
            unit="what the cut costs by what the second layer gains, mean over seeds",
            tier="trained",
            above=1.0,
            problems=("1.11",),
        ),
        Claim(
            key="three-in-a-row-matter",
            sentence="In three and four layers a tenth of what composition is worth takes three heads in a row.",
            unit="share of what cutting all edges between heads costs on text, mean over models",
            tier="trained",
            above=0.1,
            problems=("1.9", "1.11"),
        ),
        Claim(
            key="a-third-layer-has-its-kind",
            sentence="There is a kind of text on which a third layer gains a tenth of a nat more than on all.",
            unit="nats a token, gain on the chosen kind beyond mean gain, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("1.9",),
        ),
        Claim(
            key="a-fourth-layer-has-its-kind",
            sentence="And one on which a fourth layer does.",
            unit="nats a token, gain on the chosen kind beyond mean gain, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("1.9",),
        ),
        Claim(
            key="other-heads-matter",
            sentence="In three and four layers a head that is no induction head costs a fifth of the costliest.",
            unit="cost by that of the costliest head, mean over models",
            tier="trained",
            above=0.2,
            problems=("1.12",),
        ),
        Claim(
            key="heads-of-neither-kind-matter",
            sentence="So does one that is neither an induction head nor a previous-token head.",
            unit="cost by that of the costliest head, mean over models",
            tier="trained",
            above=0.2,
            problems=("1.12",),
        ),
        Claim(
            key="what-the-costliest-looks-at",
            sentence="How much the costliest head of three and four layers looks at the token that it stands on.",
            unit="share of attention, mean over models",
            tier="trained",
            problems=("1.9", "1.12"),
        ),
        Claim(
            key="gelu-gains-more-than-a-layer",
            sentence="To one layer an MLP with GELU is worth more than a second layer of attention.",
            unit="nats a token of text, mean over seeds",
            tier="trained",
            above=0.0,
            problems=("1.14",),
        ),
        Claim(
            key="solu-gains-more-than-a-layer",
            sentence="And so is one with SoLU.",
            unit="nats a token of text, mean over seeds",
            tier="trained",
            above=0.0,
            problems=("1.14",),
        ),
        Claim(
            key="an-mlp-has-its-kind",
            sentence="There is a kind of text on which an MLP with GELU gains a tenth of a nat more than on all.",
            unit="nats a token, gain on the chosen kind beyond mean gain, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("1.14",),
        ),
        Claim(
            key="gelu-and-solu-help-the-same-kinds",
            sentence="What an MLP with GELU gains on each kind of text agrees in rank with what one with SoLU does.",
            unit="Spearman correlation over kinds, mean over seeds",
            tier="trained",
            above=0.5,
            problems=("1.14", "1.16"),
        ),
        Claim(
            key="solu-beats-gelu",
            sentence="With one layer SoLU says text better than GELU, by a tenth of a nat.",
            unit="nats a token of text, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("1.16",),
        ),
        Claim(
            key="solu-has-its-kind",
            sentence="There is a kind of text on which it is so by a tenth of a nat more than on all.",
            unit="nats a token, gain on the chosen kind beyond mean gain, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("1.16",),
        ),
        Claim(
            key="solu-uses-fewer-neurons",
            sentence="At a token half as many neurons are active with SoLU as with GELU, or fewer.",
            unit="active neurons by those with GELU, mean over seeds",
            tier="trained",
            below=0.5,
            problems=("1.16",),
        ),
        Claim(
            key="solu-neurons-tell-more",
            sentence="More neurons tell a genre or part of speech (AUROC of 0.9) with SoLU than with GELU.",
            unit="share of neurons, difference of means over seeds",
            tier="trained",
            above=0.0,
            problems=("1.16",),
        ),
        Claim(
            key="two-solu-layers-have-induction",
            sentence="With SoLU, too, two layers have an induction head.",
            unit="share of attention on what came next, best head, lowest seed",
            tier="trained",
            above=0.5,
            problems=("1.15",),
        ),
        Claim(
            key="a-second-solu-layer-has-its-kind",
            sentence="On some kind of text a second layer with SoLU gains a tenth of a nat more than on all.",
            unit="nats a token, gain on the chosen kind beyond mean gain, mean over seeds",
            tier="trained",
            above=0.1,
            problems=("1.15",),
        ),
    ),
    figures=(
        Points(
            table="gains",
            x="gain_nats",
            y="kind",
            group="change",
            panel="of",
            says="What each change gains on each kind of text, a dot for each seed: which kinds need what?",
        ),
        Points(
            table="losses",
            x="loss_nats",
            y="models",
            group="models",
            says="Loss on generated text, a dot for each seed.",
        ),
        Points(
            table="induction",
            x="value",
            y="models",
            group="kind",
            says="The best head of every model as induction head and as previous-token head, a dot for each seed.",
        ),
        Points(
            table="heads",
            x="cost_nats",
            y="models",
            group="kind",
            says="What taking out one head costs on text, a dot a head: which matter that are no induction heads?",
        ),
        Points(
            table="cuts",
            x="added_nats",
            y="cut",
            group="models",
            panel="on",
            says="What cutting edges between heads adds to the loss, a dot for each seed: which slot carries what?",
        ),
        Points(
            table="pairs",
            x="composition",
            y="added_nats",
            group="slot",
            panel="models",
            says="What weights say of a pair of heads, and what cutting its edge adds to the loss on text.",
        ),
        SortableTable(table="neurons", says="Neurons of models with MLPs: how many are active, how many tell a tag."),
    ),
    remarks=(
        Remark(
            claim="weights-foretell-paths",
            verdict="undecided",
            says=(
                "In three and four layers they agree in every slot and seed, by 0.22 to 0.61. In two layers they "
                "disagree for queries in every seed and for keys in one, so that nine models leave open whether the"
                " mean is 0.3."
            ),
        ),
        Remark(
            claim="three-in-a-row-matter",
            verdict="undecided",
            says=(
                "In four layers it is 15 to 20 %, in three 9 to 11 %. The mean of both kinds of model may lie on "
                "either side of a tenth."
            ),
        ),
        Remark(
            claim="a-third-layer-has-its-kind",
            verdict="failed",
            says=(
                "A third layer gains nothing on text (0.01 nats worse, mean of seeds), and on the kind that was "
                "chosen 0.014 nats beyond that. The null of the best of 22 kinds is 0.020."
            ),
        ),
        Remark(
            claim="a-fourth-layer-has-its-kind",
            verdict="undecided",
            says=(
                "It gains nothing on text either (0.02 nats worse). On the chosen kind it is 0.02 nats beyond that "
                "in the mean, and three seeds do not exclude 0.1."
            ),
        ),
        Remark(
            claim="gelu-gains-more-than-a-layer",
            verdict="failed",
            says=(
                "A second layer of attention gains 0.25 nats, an MLP with GELU 0.15, though it has twice as many "
                "weights. One with SoLU gains 0.40."
            ),
        ),
        Remark(
            claim="an-mlp-has-its-kind",
            verdict="undecided",
            says=(
                "The most is gained on glossaries, acronyms and code. On the chosen kind it is 0.06 nats beyond the"
                " mean, beyond the null of 0.027; the interval ends at 0.106."
            ),
        ),
        Remark(
            claim="solu-has-its-kind",
            verdict="failed",
            says=(
                "SoLU is better on every kind of text, by most on acronyms (0.41 nats), and on the chosen kind by "
                "0.04 nats more than on all. What it does is not for one kind."
            ),
        ),
        Remark(
            claim="solu-uses-fewer-neurons",
            verdict="failed",
            says=(
                "It is the other way round: 63 to 73 of 512 neurons are active at a token with GELU, 108 to 120 "
                "with SoLU. Its softmax is not sharp in these models."
            ),
        ),
        Remark(
            claim="solu-neurons-tell-more",
            verdict="undecided",
            says=(
                "With either at most 1.4 % of neurons tell any one tag. In 512 neurons there is next to nothing to "
                "compare."
            ),
        ),
        Remark(
            claim="a-second-solu-layer-has-its-kind",
            verdict="undecided",
            says=(
                "The most is gained on acronyms, echoes and Python, as by a second layer of attention alone. On the"
                " chosen kind it is 0.07 nats beyond the mean, beyond the null and short of the line."
            ),
        ),
    ),
    limits=(
        "One corpus, which we made; what kinds there are is our choice.",
        "Every model takes as many steps. A deeper or wider one may only have learnt faster, or may not be done.",
        "Kinds of model differ in weights too: an MLP has twice as many as a layer of attention.",
        "Along a cut edge the mean is heard; the model never met that, and part of the cost is surprise.",
        "Three seeds: intervals of their means are wide, and the worst of them stands for the rest.",
    ),
    next_steps=(
        "Look at one kind of text token by token: where in a row does the gain lie?",
        "The costliest heads look at their own token: ask what they write, and whether they do what a first MLP does.",
        "Hold SoLU against GELU at equal loss, not after as many steps.",
    ),
    asks="trained",
    minutes=7.0,
    takes_models=False,
)

ATTENTION = ("attn-only-1l", "attn-only-2l", "attn-only-3l", "attn-only-4l")
DEEP = ATTENTION[2:]
OTHERS = ("previous token", "current token", "none of these")  # kinds of heads but induction
FAMILY = (*ATTENTION, "gelu-1l", "solu-1l", "solu-2l")
CHANGES = {
    "second layer of attention": ("attn-only-1l", "attn-only-2l"),
    "third layer of attention": ("attn-only-2l", "attn-only-3l"),
    "fourth layer of attention": ("attn-only-3l", "attn-only-4l"),
    "MLP with GELU": ("attn-only-1l", "gelu-1l"),
    "MLP with SoLU": ("attn-only-1l", "solu-1l"),
    "SoLU for GELU": ("gelu-1l", "solu-1l"),
    "second layer with SoLU": ("solu-1l", "solu-2l"),
}
NAMED = {"q": "queries", "k": "keys", "v": "values", "chains": "three in a row", "random": "as many as keys"}
by_value = attrgetter("value")
Found = Mapping[str, Sequence[Tables]]  # by role, of every seed
Losses = Mapping[str, NDArray[np.float64]]  # by role, [seed, row]


def run(lab: Lab) -> list[Finding]:
    """Every model on the same rows, side by side; then planted pairs."""
    rows, few, length, draws = lab.size(smoke=(40, 2, 24, 1), full=(2048, 32, 128, 20))
    models = {role: lab.seeds(role) for role in FAMILY}
    roles = [role for role in FAMILY for _ in models[role]]
    jobs = [Rung(model.name, rows, few, length, draws, lab.seed) for role in FAMILY for model in models[role]]
    climbed = list(zip(roles, lab.side_by_side(climb, jobs, says="models on text"), strict=True))
    found = {role: [tables for one, tables in climbed if one == role] for role in FAMILY}
    losses = {role: np.stack([one["losses"]["loss_nats"].to_numpy(float) for one in found[role]]) for role in FAMILY}
    nulls = {role: chance_of_induction(lab, models[role][0]) for role in ("attn-only-2l", "solu-2l")}
    shown, fewest = text(rows, lab.seed), lab.size(smoke=1, full=10)
    write_tables(lab, found, losses, shown.kinds)
    return [
        on_planted(lab),
        *on_induction(found, nulls),
        on_pairs(found, seed=lab.seed),
        *on_cuts(found, losses),
        *on_heads([one for role in DEEP for one in found[role]], seed=lab.seed),
        *on_gains(losses),
        *on_kinds(losses, shown.kinds, shown.chooses, fewest=fewest, seed=lab.seed),
        *on_neurons(found["gelu-1l"], found["solu-1l"]),
    ]


def chance_of_induction(lab: Lab, model: Model) -> tuple[float, ...]:
    """The best induction score of each of some untrained twins."""
    tokens = repeats_for(model, rows=lab.size(smoke=4, full=32), seed=lab.seed).tokens
    null = head_null(model, tokens, seed=lab.seed, twins=lab.size(smoke=2, full=20))
    return tuple(null.largest["induction"])


def on_planted(lab: Lab) -> Finding:
    """Is the edge by keys whose cut costs most between heads that compose? A pair drawn at random seldom does."""
    (count, rows), found, by_chance = lab.size(smoke=(2, 4), full=(24, 32)), [], []
    for number, planted in enumerate(lab.planted_two_layer(count)):
        graph = graph_of(planted)
        heads = {part.name for part in planted.truth.heads}
        effects = edge_effects(Question(graph, planted.sample(rows, lab.seed + number), "mean"))
        keys = [at for at, edge in enumerate(graph.edges) if {edge.sender, edge.receiver} <= heads and edge.slot == "k"]
        best = max(keys, key=lambda at: abs(float(effects.values[at])))
        true = [graph.edges[at] in planted.truth.edges for at in keys]
        found.append(graph.edges[best] in planted.truth.edges)
        by_chance.append(sum(true) / len(true))
    finding = Finding(proportion(sum(found), len(found)), null=tuple(by_chance))
    return finding.answers("planted-pair-has-the-largest-path")


def on_induction(found: Found, nulls: Mapping[str, Sequence[float]]) -> list[Finding]:
    """The best induction head of the worst seed; of untrained twins as null, of two layers as control."""
    scores = {role: sorted((best_head(one, "induction") for one in found[role]), key=by_value) for role in FAMILY}
    control = Control("two layers, lowest seed", scores["attn-only-2l"][0].value)
    two, solu = (Finding(scores[role][0], null=tuple(nulls[role])) for role in ("attn-only-2l", "solu-2l"))
    return [
        Finding(scores["attn-only-1l"][-1], control=control).answers("one-layer-has-no-induction"),
        two.answers("two-layers-have-induction"),
        solu.answers("two-solu-layers-have-induction"),
    ]


def on_pairs(found: Found, *, seed: int) -> Finding:
    """Weights against cuts within each slot; the null shuffles each slot of each model."""
    composing = [one for role in ATTENTION[1:] for one in found[role]]
    agree, shuffled = zip(*(within_slots(one, seed=seed + at) for at, one in enumerate(composing, 1)), strict=True)
    null = tuple(np.mean(shuffled, axis=0).tolist())
    return Finding(mean_of_few(agree), null=null).answers("weights-foretell-paths")


def on_cuts(found: Found, losses: Losses) -> list[Finding]:
    """What keys carry of copying, what composition is worth, and what takes three heads in a row."""
    composing = [one for role in ATTENTION[1:] for one in found[role]]
    copying = [added(one, "all", "repeats")[0] for one in composing]
    gain = (losses["attn-only-1l"] - losses["attn-only-2l"]).mean(axis=1).tolist()
    deep = [one for role in DEEP for one in found[role]]
    worth = [added(one, "all", "text")[0] for one in deep]
    questions = (
        ("keys-carry-copying", composing, copying, "k", "random", "repeats"),
        ("composition-is-worth-a-layer", found["attn-only-2l"], gain, "all", "twin", "text"),
        ("three-in-a-row-matter", deep, worth, "chains", "twin chains", "text"),
    )
    findings = []
    for key, some, wholes, cut, by_chance, on in questions:
        null = tuple(float(np.mean(draw)) for draw in shares(some, wholes, by_chance, on))
        findings.append(Finding(mean_of_few(shares(some, wholes, cut, on)[0]), null=null).answers(key))
    return findings


def on_heads(deep: Sequence[Tables], *, seed: int) -> list[Finding]:
    """Heads that matter and are no induction heads, or neither; the null takes out as much in a drawn direction.

    And what the costliest head looks at, beside heads that are drawn.
    """
    findings = []
    for key, kinds in (("other-heads-matter", OTHERS), ("heads-of-neither-kind-matter", OTHERS[1:])):
        own, *turned = zip(*(by_costliest(one, kinds) for one in deep), strict=True)
        null = tuple(float(np.mean(one)) for one in turned)
        findings.append(Finding(mean_of_few(own), null=null).answers(key))
    generator = np.random.default_rng(seed)
    drawn = np.mean([generator.choice(one["heads"]["current_token"], 100) for one in deep], axis=0)
    looks = mean_of_few([float(costliest(one)["current_token"]) for one in deep])
    return [*findings, Finding(looks, null=tuple(drawn.tolist())).answers("what-the-costliest-looks-at")]


def on_gains(losses: Losses) -> list[Finding]:
    """Whose loss is lower, by how much; the null deals the seeds of both out anew."""
    findings = []
    for key, worse, better in (
        ("gelu-gains-more-than-a-layer", "attn-only-2l", "gelu-1l"),
        ("solu-gains-more-than-a-layer", "attn-only-2l", "solu-1l"),
        ("solu-beats-gelu", "gelu-1l", "solu-1l"),
    ):
        one, other = (losses[role].mean(axis=1).tolist() for role in (worse, better))
        gain = mean_of_few([before - after for before, after in zip(one, other, strict=True)])
        findings.append(Finding(gain, null=other_ways(one, other)).answers(key))
    return findings


def on_kinds(
    losses: Losses, kinds: NDArray[Any], choose: NDArray[np.bool_], *, fewest: int, seed: int
) -> list[Finding]:
    """Is there a kind of text that a change is for? And do both MLPs help the same kinds?"""
    findings = []
    for key, change in (
        ("a-third-layer-has-its-kind", "third layer of attention"),
        ("a-fourth-layer-has-its-kind", "fourth layer of attention"),
        ("an-mlp-has-its-kind", "MLP with GELU"),
        ("solu-has-its-kind", "SoLU for GELU"),
        ("a-second-solu-layer-has-its-kind", "second layer with SoLU"),
    ):
        gains = gain_of(losses, change)
        best = chosen_group(gains, kinds, choose=choose, fewest=fewest)
        null = chosen_by_chance(gains, kinds, choose=choose, seed=seed, fewest=fewest)
        findings.append(Finding(mean_of_few(best.beyond), null=tuple(null)).answers(key))
    pairs = [
        (group_means(gelu, kinds), group_means(solu, kinds))
        for gelu, solu in zip(gain_of(losses, "MLP with GELU"), gain_of(losses, "MLP with SoLU"), strict=True)
    ]
    by_chance = [shuffled_agreement(*pair, seed=seed + at) for at, pair in enumerate(pairs)]
    agree = Finding(mean_of_few([spearman(*pair) for pair in pairs]), null=tuple(np.mean(by_chance, axis=0).tolist()))
    return [*findings, agree.answers("gelu-and-solu-help-the-same-kinds")]


def gain_of(losses: Losses, change: str) -> NDArray[np.float64]:
    """What a change gains on every row, [seed, row]."""
    before, after = CHANGES[change]
    gain: NDArray[np.float64] = losses[before] - losses[after]
    return gain


def on_neurons(gelu: Sequence[Tables], solu: Sequence[Tables]) -> list[Finding]:
    """How many neurons are active at a token, and how many tell a tag."""
    (with_gelu, gelu_tell), (with_solu, solu_tell) = neurons_of(gelu), neurons_of(solu)
    ratio = mean_of_few([one / other for one, other in zip(with_solu, with_gelu, strict=True)])
    among = [one / other for one in with_gelu for other in with_gelu if one != other] or [1.0]
    control = Control("GELU, one seed by another", float(np.mean(among)))
    more = Finding(difference_of_means(solu_tell, gelu_tell), null=other_ways(solu_tell, gelu_tell))
    return [
        Finding(ratio, control=control).answers("solu-uses-fewer-neurons"),
        more.answers("solu-neurons-tell-more"),
    ]


def other_ways(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """The difference of means for every way to deal the seeds out but the one that is: 19 for three and three."""
    return tuple(differences_by_relabelling(one, other)[1:])


def write_tables(lab: Lab, found: Found, losses: Losses, kinds: NDArray[Any]) -> None:
    """What the figures show."""
    gains = [
        {
            "of": "attention" if CHANGES[change][1] in ATTENTION else "MLPs",
            "change": change,
            "kind": kind,
            "seed": seed,
            "gain_nats": float(value),
        }
        for change in CHANGES
        for seed, gain in enumerate(gain_of(losses, change))
        for kind, value in zip(np.unique(kinds), group_means(gain, kinds), strict=True)
    ]
    lab.table("gains", gains)
    seeds = [(role, seed, one) for role in FAMILY for seed, one in enumerate(found[role])]
    lab.table(
        "losses",
        [{"models": role, "seed": seed, "loss_nats": float(losses[role][seed].mean())} for role, seed, _ in seeds],
    )
    lab.table(
        "induction",
        [
            {"models": role, "seed": seed, "kind": says, **vars(best_head(one, kind))}
            for role, seed, one in seeds
            for kind, says in (("induction", "induction"), ("previous_token", "previous token"))
        ],
    )
    tables: dict[str, list[pd.DataFrame]] = {"heads": [], "pairs": [], "sets": [], "neurons": []}
    for role, seed, one in seeds:
        rows = {"heads": costs(one).query("turn == -1")} if "ablated" in one else {}
        rows |= {name: one[name] for name in ("pairs", "sets", "neurons") if name in one}
        for name, table in rows.items():
            tables[name].append(table.assign(models=role, seed=seed))
    every = {name: pd.concat(parts) for name, parts in tables.items()}
    columns = ["models", "seed", "layer", "head", "kind", "induction", "previous_token", "current_token", "cost_nats"]
    lab.table("heads", every["heads"][columns])
    lab.table("pairs", every["pairs"])
    cuts = every["sets"][~every["sets"]["cut"].str.startswith("twin")]
    by_seed = cuts.assign(cut=cuts["cut"].replace(NAMED)).groupby(["on", "cut", "models", "seed"], sort=False)
    lab.table("cuts", by_seed["added_nats"].mean().reset_index())
    by_layer = every["neurons"].groupby(["models", "seed", "layer"], sort=False)
    table = by_layer.agg(
        active=("active", "first"), share_that_tells=("auroc", tells), median_auroc=("auroc", "median")
    )
    lab.table("neurons", table.reset_index())
