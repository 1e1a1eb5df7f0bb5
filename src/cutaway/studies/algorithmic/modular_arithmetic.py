"""How do small models add and subtract modulo a prime, and is it the same with GELU, an MLP alone, or both tasks?"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter
from random import Random
from typing import Any

import numpy as np

from cutaway.lab import Lab
from cutaway.models import Model
from cutaway.planted.sum_network import sum_network
from cutaway.records import Bars, Claim, Control, Finding, Heat, Lines, Measured, Points, Remark, SortableTable, Study
from cutaway.stats.intervals import bootstrap_mean, mean_of_few, proportion
from cutaway.stats.overlap import jaccard, jaccard_by_chance
from cutaway.techniques.fourier.dissect import Dissected, dissect
from cutaway.techniques.fourier.key_frequencies import key_frequencies
from cutaway.techniques.fourier.two_tasks import lost_by_frequency, shared_by_chance, shared_neurons
from cutaway.zoo.modular import asked_of

STUDY = Study(
    slug="modular-arithmetic",
    problems=("3.3", "3.4", "3.11", "3.23"),
    question="How do small models add and subtract modulo a prime, and do GELU, an MLP alone or two tasks change it?",
    method=(
        "One-layer models were trained on half of all pairs modulo 53 until they generalised. Losses and shares of "
        "right answers are those of pairs that training showed in neither order, since a model that only learnt to "
        "exchange a and b knows the others; what neurons follow is measured on all pairs. Key frequencies are the "
        "fewest that make up 90 % of what neurons add to the logits: they are read off the weights, so no pair has a "
        "part in their choice. Restricted logits keep only what is a wave of the right answer at these frequencies; "
        "silencing takes every wave of them out of the answers. Beside each stands the same with as many other "
        "frequencies, and models trained without weight decay, which memorise. Values are those of the worst seed, "
        "with 95 % intervals over its pairs or neurons, where they are not said to be means over seeds. The choice of "
        "frequencies is first tried on networks written by hand, which add by frequencies that we choose."
    ),
    claims=(
        Claim(
            key="planted-frequencies-are-read",
            sentence="Of networks by hand that add by three to five frequencies exactly these are read off weights.",
            unit="share of networks",
            tier="planted",
            above=0.9,
        ),
        Claim(
            key="sums-generalise",
            sentence="Models of a + b are right on pairs that training showed in neither order.",
            unit="share of pairs that are right, worst seed",
            tier="trained",
            above=0.99,
        ),
        Claim(
            key="sums-use-few-frequencies",
            sentence="At most six of the 26 frequencies make up 90 % of what neurons add to the logits of sums.",
            unit="key frequencies, worst seed",
            tier="trained",
            below=6.5,
        ),
        Claim(
            key="sums-restricted-is-better",
            sentence="Kept to waves of a + b at key frequencies, a model's loss on unseen pairs is lower than it is.",
            unit="restricted loss by full loss, worst seed",
            tier="trained",
            below=1.0,
        ),
        Claim(
            key="sums-silenced-is-chance",
            sentence="Without its key frequencies a model of sums is right no more often than one in twenty times.",
            unit="share of pairs that are right, worst seed",
            tier="trained",
            below=0.05,
        ),
        Claim(
            key="sums-neurons-follow-one",
            sentence="Four in five active neurons follow one frequency: it explains 85 % of their variance.",
            unit="share of active neurons, worst seed",
            tier="trained",
            above=0.8,
        ),
        Claim(
            key="memorisers-follow-none",
            sentence="Where training without weight decay only memorised, one in twenty neurons at most does.",
            unit="share of active neurons, worst seed",
            tier="trained",
            below=0.05,
        ),
        Claim(
            key="memorisers-restricted-over-all-pairs",
            sentence="The restricted loss as it is published, fitted over trained pairs too, of models that memorised.",
            unit="nats on unseen pairs, highest seed",
            tier="trained",
        ),
        Claim(
            key="gelu-silenced-is-chance",
            sentence="Without its key frequencies a model with GELU is right no more often than one in twenty times.",
            unit="share of pairs that are right, worst seed",
            tier="trained",
            below=0.05,
            problems=("3.23",),
        ),
        Claim(
            key="gelu-neurons-follow-one",
            sentence="With GELU, too, four in five active neurons follow one frequency.",
            unit="share of active neurons, worst seed",
            tier="trained",
            above=0.8,
            problems=("3.23",),
        ),
        Claim(
            key="gelu-more-frequencies",
            sentence="How many more key frequencies a model has with GELU than with ReLU and the same start.",
            unit="frequencies, mean over seeds",
            tier="trained",
            problems=("3.23",),
        ),
        Claim(
            key="mlp-silenced-is-chance",
            sentence="Without its key frequencies an MLP that computes alone is right at most one time in twenty.",
            unit="share of pairs that are right, worst seed",
            tier="trained",
            below=0.05,
            problems=("3.3",),
        ),
        Claim(
            key="mlp-neurons-follow-one",
            sentence="In an MLP that computes alone four in five active neurons follow one frequency.",
            unit="share of active neurons, worst seed",
            tier="trained",
            above=0.8,
            problems=("3.3",),
        ),
        Claim(
            key="mlp-is-a-pizza",
            sentence="How sure an MLP alone is depends on how far apart a and b are, as where waves are averaged.",
            unit="distance irrelevance, worst seed",
            tier="trained",
            below=0.5,
            problems=("3.3",),
        ),
        Claim(
            key="differences-silenced-is-chance",
            sentence="Without its key frequencies a model of a - b is right no more often than one in twenty times.",
            unit="share of pairs that are right, worst seed",
            tier="trained",
            below=0.05,
            problems=("3.4",),
        ),
        Claim(
            key="differences-neurons-follow-one",
            sentence="In models of a - b four in five active neurons follow one frequency.",
            unit="share of active neurons, worst seed",
            tier="trained",
            above=0.8,
            problems=("3.4",),
        ),
        Claim(
            key="joint-silenced-is-chance",
            sentence="Without its key frequencies a model of both is right at most one time in twenty, in either task.",
            unit="share of pairs that are right, worst seed and task",
            tier="trained",
            below=0.05,
            problems=("3.11",),
        ),
        Claim(
            key="joint-neurons-serve-both",
            sentence="Taught both, most neurons that follow a frequency in one task follow it in the other too.",
            unit="share of neurons, worst seed",
            tier="trained",
            above=0.5,
            problems=("3.11",),
        ),
        Claim(
            key="joint-frequencies-of-a-single-task",
            sentence="How far key frequencies of a model of both are those of the model of sums with the same start.",
            unit="overlap (Jaccard), mean over seeds",
            tier="trained",
            problems=("3.11",),
        ),
    ),
    figures=(
        Lines(
            table="progress",
            x="step",
            y="loss_nats",
            group="of",
            log=("y",),
            says=(
                "A model of sums while it learns: its loss on unseen and on trained pairs, and with the frequencies "
                "it ends with alone (restricted), or without them (excluded)."
            ),
        ),
        Heat(
            table="power",
            x="frequency",
            y="model",
            value="share_of_power",
            says="What neurons add to the logits, by frequency: a few where models generalise, all without decay.",
        ),
        Bars(
            table="silenced",
            x="model",
            y="right_without_keys",
            low="low",
            high="high",
            says="Unseen pairs still right when key frequencies are taken out of the answers; chance is 0.019.",
        ),
        Lines(
            table="neurons",
            x="share_of_active_neurons",
            y="variance_explained",
            group="model",
            says="Active neurons of the first seeds in order of how much of their variance one frequency explains.",
        ),
        Points(
            table="clusters",
            x="lost_in_sums",
            y="lost_in_differences",
            group="frequency",
            panel="model",
            says="Both tasks without the neurons of one frequency: share of pairs that are no longer right, by model.",
        ),
        SortableTable(
            table="models", says="Every model with every seed; the last two columns tell a clock from a pizza."
        ),
    ),
    remarks=(
        Remark(
            claim="sums-neurons-follow-one",
            verdict="failed",
            says=(
                "In one seed nine in ten active neurons do, in the two others about six in ten: neurons of more "
                "than one frequency are there beside them. Training stops soon after it generalises, and more of it "
                "may clear them away."
            ),
        ),
        Remark(
            claim="gelu-neurons-follow-one",
            verdict="failed",
            says=(
                "It is 69, 77 and 69 %, by seed: more than the least with ReLU, and less than the most. Seeds "
                "differ as much as GELU and ReLU do."
            ),
        ),
        Remark(
            claim="gelu-silenced-is-chance",
            verdict="undecided",
            says=(
                "In one seed 5 % are right without its four key frequencies, in the two others none. What is left "
                "is in the tenth of the power that the choice of frequencies leaves out."
            ),
        ),
        Remark(
            claim="mlp-neurons-follow-one",
            verdict="failed",
            says=(
                "In two seeds 94 and 97 % do, in the third, whose loss is the highest of the three, 63. The "
                "sentence is true of most such models and not of each."
            ),
        ),
        Remark(
            claim="differences-neurons-follow-one",
            verdict="failed",
            says=(
                "In two seeds 95 % or more do, in the third, which generalised last, 69. The sentence is true of "
                "most such models and not of each."
            ),
        ),
        Remark(
            claim="mlp-is-a-pizza",
            verdict="failed",
            says=(
                "In one seed it is 0.39, in two 0.67 and 0.72: the distance explains 84, 55 and 47 % of the "
                "variance of how sure the model is, by seed. Both numbers are treated exactly alike, as attention "
                "that looks everywhere alike makes certain."
            ),
        ),
    ),
    limits=(
        "One prime, 53, and one share of training pairs, a half.",
        "The MLP alone reads an average that attention makes with weights that do not depend on a and b; it is not an "
        "MLP without a transformer around it.",
        "Models with the same start share frequencies, whatever their kind: which ones a model uses is a matter of its "
        "seed.",
        "Neurons read a and b by weights that do not depend on the task, so that following one frequency in both tasks "
        "is nearly certain; what they are worth to each is in the fifth figure.",
        "Of a user's model nothing is known of its training: it is scored on all pairs.",
        "A neuron that follows two frequencies counts as following none.",
    ),
    next_steps=(
        "Take neurons of two frequencies apart: is each a sum of two waves, or something else?",
        "Add an operation, one line in zoo/recipes/modular.py, and see whether the model of both still shares neurons.",
        "Follow restricted and excluded loss through twelve checkpoints: cutaway.load('mod-add@step=600').",
        "Does a clock turn into a pizza while it learns? dissect(...).distance at every checkpoint.",
    ),
    asks="trained",
    minutes=1.0,
)


ROLES = {
    "sums": "mod-add",
    "memorisers": "mod-add-no-decay",
    "gelu": "mod-add-gelu",
    "mlp": "mod-add-mlp",
    "differences": "mod-sub",
    "joint": "mod-add-sub",
}
P = 53
right, follow, count = attrgetter("right"), attrgetter("follow"), attrgetter("count")


def run(lab: Lab) -> list[Finding]:
    """Networks by hand, then each kind of model with all its seeds, then models that the user added."""
    asked = {guest.name: asked_of(guest.name, d_vocab=guest.shape.d_vocab) for guest in lab.guests}  # or refused
    kinds = {
        kind: [one for model in lab.seeds(role) for one in taken_apart(lab, model)] for kind, role in ROLES.items()
    }
    own = {one.model.name for found in kinds.values() for one in found}
    guests = [one for name in asked if name not in own for one in taken_apart(lab, lab.model(name))]
    write_tables(lab, [one for found in kinds.values() for one in found] + guests)
    sums, memorisers = kinds["sums"], kinds["memorisers"]
    lab.table("progress", over_training(lab, sums[0]))
    memorised = tuple(one.follow.value for one in memorisers)
    decay = Control("mod-add, worst seed", lowest(sums, follow).value)
    return [
        on_planted(lab),
        Finding(lowest(sums, right), null=tuple(one.right.value for one in memorisers)).answers("sums-generalise"),
        *on_frequencies(sums, memorisers),
        Finding(highest(memorisers, follow), control=decay).answers("memorisers-follow-none"),
        on_published(memorisers),
        *(on_silence(kinds[kind]).answers(f"{kind}-silenced-is-chance") for kind in kinds if kind != "memorisers"),
        *(
            Finding(lowest(kinds[kind], follow), null=memorised).answers(f"{kind}-neurons-follow-one")
            for kind in ("sums", "gelu", "mlp", "differences")
        ),
        on_distance(kinds["mlp"], sums),
        *on_joint(lab, kinds["joint"], sums),
        on_gelu(kinds["gelu"], sums),
    ]


def taken_apart(lab: Lab, model: Model) -> list[Dissected]:
    """A model's tasks, one or two."""
    tasks = asked_of(model.name, d_vocab=model.shape.d_vocab)
    return [dissect(model, p=task.p, scored=task.unseen, ask=task.ask, sign=task.sign, seed=lab.seed) for task in tasks]


def lowest(found: Iterable[Dissected], measure: Callable[[Dissected], Measured]) -> Measured:
    """The seed that speaks most against a claim that something is large."""
    return min(map(measure, found), key=attrgetter("value"))


def highest(found: Iterable[Dissected], measure: Callable[[Dissected], Measured]) -> Measured:
    """The seed that speaks most against a claim that something is small."""
    return max(map(measure, found), key=attrgetter("value"))


def on_planted(lab: Lab) -> Finding:
    """Are the frequencies read that were written, of networks with three to five of unequal strength?"""
    random, exact, twins = Random(lab.seed), 0, []
    networks = lab.size(smoke=6, full=60)
    with lab.progress.phase("networks by hand", networks) as tick:
        for number in range(networks):
            chosen = random.sample(range(1, P // 2 + 1), 3 + number % 3)
            network = sum_network(P, {frequency: random.uniform(0.8, 1.2) for frequency in chosen})
            exact += set(key_frequencies(network, p=P)) == set(chosen)
            twin = next(lab.untrained_twins(network, count=1, first=number))
            twins.append(set(key_frequencies(twin, p=P)) == set(chosen))
            tick()
    null = (sum(twins) / networks,)
    return Finding(proportion(exact, networks), null=null).answers("planted-frequencies-are-read")


def on_frequencies(sums: list[Dissected], memorisers: list[Dissected]) -> list[Finding]:
    """How many there are, and what they alone are worth."""
    without = Control("without weight decay, fewest", lowest(memorisers, count).value)
    others = Control("kept to as many others, best seed", lowest(sums, lambda one: one.beside_full("others")).value)
    kept = highest(sums, lambda one: one.beside_full("restricted"))
    return [
        Finding(highest(sums, count), control=without).answers("sums-use-few-frequencies"),
        Finding(kept, control=others).answers("sums-restricted-is-better"),
    ]


def on_published(memorisers: list[Dissected]) -> Finding:
    """Trained pairs lend their answers to unseen ones; the control is the same fitted over unseen pairs alone."""
    control = Control(
        "fitted over unseen pairs alone, lowest seed", min(float(one.losses("restricted").mean()) for one in memorisers)
    )
    losses = [one.losses("published").numpy() for one in memorisers]
    highest_mean = max(losses, key=np.mean)
    return Finding(bootstrap_mean(highest_mean, seed=memorisers[0].seed), control=control).answers(
        "memorisers-restricted-over-all-pairs"
    )


def on_silence(found: list[Dissected]) -> Finding:
    """What is still right without the key frequencies, and without as many others."""
    others = lowest(found, lambda one: one.right_without(one.others))
    control = Control("without as many other frequencies, worst seed", others.value)
    return Finding(highest(found, lambda one: one.right_without(one.keys)), control=control)


def on_distance(alone: list[Dissected], sums: list[Dissected]) -> Finding:
    """Does it matter how far a and b lie apart? Where attention looks where it likes it need not."""
    control = Control("mod-add, the seed where it matters most", lowest(sums, attrgetter("distance")).value)
    return Finding(highest(alone, attrgetter("distance")), control=control).answers("mlp-is-a-pizza")


def on_joint(lab: Lab, joint: list[Dissected], sums: list[Dissected]) -> list[Finding]:
    """Do the same neurons serve both tasks, and by the frequencies of a model of one task?"""
    tasks = list(zip(joint[::2], joint[1::2], strict=True))
    lab.table("clusters", [row for plus, minus in tasks for row in lost_by_frequency(plus, minus)])
    shared = min((shared_neurons(*both) for both in tasks), key=attrgetter("value"))
    by_chance = tuple(share for both in tasks for share in shared_by_chance(*both))
    couples = [(plus.keys, one.keys) for (plus, _), one in zip(tasks, sums, strict=False)]
    sizes = enumerate((len(one), len(other)) for one, other in couples)
    chance = [jaccard_by_chance(some, of=P // 2, seed=lab.seed + at) for at, some in sizes]
    return [
        Finding(shared, null=by_chance).answers("joint-neurons-serve-both"),
        Finding(
            mean_of_few([jaccard(*couple) for couple in couples]), null=tuple(np.mean(chance, axis=0).tolist())
        ).answers("joint-frequencies-of-a-single-task"),
    ]


def on_gelu(gelu: list[Dissected], sums: list[Dissected]) -> Finding:
    """Seed by seed, which had the same start."""
    more = [len(one.keys) - len(other.keys) for one, other in zip(gelu, sums, strict=True)]
    return Finding(mean_of_few(more)).answers("gelu-more-frequencies")


def write_tables(lab: Lab, every: list[Dissected]) -> None:
    """What the figures show of all models."""
    lab.table("models", [one.row for one in every])
    lab.table("power", [row for one in {one.model.name: one for one in every}.values() for row in one.power_rows])
    lab.table("silenced", [one.silenced_row for one in every])
    lab.table("neurons", [row for one in every if "@" not in one.model.name for row in one.neuron_rows])


def over_training(lab: Lab, final: Dissected) -> list[dict[str, Any]]:
    """Losses at every checkpoint, by the frequencies of the end."""
    rows, task = [], asked_of(final.model.name, d_vocab=P + 1)[0]
    for step, model in lab.checkpoints(ROLES["sums"]):
        unseen = replace(dissect(model, p=P, scored=task.unseen, seed=lab.seed), keys=final.keys)
        seen = replace(unseen, scored=task.trained)
        losses = {
            "unseen pairs": unseen.losses("full"),
            "unseen, restricted": unseen.losses("restricted"),
            "trained pairs": seen.losses("full"),
            "trained, excluded": seen.losses("excluded"),
        }
        rows += [{"step": step, "of": name, "loss_nats": float(each.mean())} for name, each in losses.items()]
    return rows
